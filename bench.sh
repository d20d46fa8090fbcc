#!/usr/bin/env bash
# Measures the hot paths. See bench/README.md.
#   ./bench.sh [FILTER]        one table: time, ratio to the baseline, bytes, budget
#   ./bench.sh gate [FILTER]   a short run that fails when a budget of bench/budgets.json is broken
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

exec dotnet run -c Release -v quiet --project bench/Fast.Bench -- "$@"
