#!/usr/bin/env bash
# Kills the gateway (SIGKILL) TIMES times while a crowd spends one budget, on one state folder; then lets it go on for a while. After every
# start the gateway has to count at least what callers have got and the provider has served, and never may more be served than the budget.
# Wants publish/fast, or another gateway in FAST_COMMAND.
#   loadtest/kill.sh [TIMES]     20 without it, about a minute; the record is over 100
# JSON=FILE keeps the result.
set -uo pipefail
cd "$(dirname "$0")/.."
. loadtest/money.sh

times=${1:-20}
budget=$(awk "BEGIN { printf \"%.2f\", 10 + $times * 5 }")
trap stop_all EXIT
start_provider
write_config "$budget"
$load kill "http://127.0.0.1:$port/v1/chat/completions" --gateway "$fast --config $folder/fast.yaml" --times "$times" --budget "$budget" \
  --streams 100 --calls 100 --run killed "${crowd[@]}" ${JSON:+--json "$JSON"}
