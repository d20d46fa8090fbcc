#!/usr/bin/env bash
# Hundreds of concurrent streams and calls on one budget, until it is spent: what the provider really served against the budget, the run and the
# ledger. Wants publish/fast, or another gateway in FAST_COMMAND. Exits with 1 when a nano-dollar more was spent, or less than 97 % was used.
#   loadtest/overshoot.sh [STREAMS [CALLS]]     500 and 500 without them; under a minute
# JSON=FILE keeps the result. COUNT_AFTER=1 shows afterwards what the same crowd does to a budget that is checked before and counted after.
set -uo pipefail
cd "$(dirname "$0")/.."
. loadtest/money.sh

streams=${1:-500} calls=${2:-500}
budget=$(awk "BEGIN { printf \"%.2f\", ($streams + $calls) * 0.03 }")
trap stop_all EXIT
start_provider
write_config "$budget"
start_gateway
$load overshoot "http://127.0.0.1:$port/v1/chat/completions" --budget "$budget" --streams "$streams" --calls "$calls" --run overshoot --warmup \
  "${crowd[@]}" --state "$folder/state" --fast "$fast" ${JSON:+--json "$JSON"}
status=$?

if [ -n "${COUNT_AFTER:-}" ]; then
  echo
  $load overshoot "http://127.0.0.1:$upstream/v1/chat/completions" --count-after --budget "$budget" --streams "$streams" --calls "$calls" "${crowd[@]}"
fi
exit $status
