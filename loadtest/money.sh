# What overshoot.sh and kill.sh share: sourced by them, from the repository's folder.
# PORT and UPSTREAM_PORT choose other ports.

fast=${FAST_COMMAND:-publish/fast}
port=${PORT:-6110} upstream=${UPSTREAM_PORT:-6111}
load="dotnet artifacts/bin/Fast.Load/release/fastload.dll"
provider_pid= gateway_pid=
folder=$(mktemp -d)

[ "$fast" != publish/fast ] || [ -x publish/fast ] || { echo "publish/fast is missing; run ./publish.sh first, or set FAST_COMMAND" >&2; exit 1; }
[ -f artifacts/bin/Fast.Load/release/fastload.dll ] || dotnet build loadtest/Fast.Load -c Release -v quiet || exit 1

# What the crowd asks for: short and long answers, slow and fast ones, and models that fail before, within and after the answer.
named() { tr ',' '\n' <<<"$1" | sed 's/.*/&+prompt-bytes-4/' | paste -sd,; }
models=$(named "slow-first-300+tokens-40+pace-10,slow-first-700+tokens-120+pace-10,slow-first-900+tokens-300+pace-10,slow-first-400+tokens-700+pace-5")
models="$models,$(named "slow-first-500+tokens-200+pace-0,slow-first-800+tokens-2500+pace-4,slow-first-600+tokens-150+pace-10+event-bytes-300")"
bad=$(named "slow-first-100+fault-500,slow-first-300+tokens-100+pace-5+drop-after-40,slow-first-200+tokens-60+pace-10+eof-no-done,error-event,close-before-head")
crowd=(--key sk-crowd --model "$models" --bad-models "$bad" --bad-share 3% --aborts 10% --max-tokens 800 --price-in 2 --price-out 8
  --provider "http://127.0.0.1:$upstream")

wait_for() {
  for _ in $(seq 300); do curl -fs -o /dev/null "$1" && return 0; sleep 0.05; done
  echo "nothing answers at $1" >&2
  [ ! -s "$folder/fast.log" ] || tail -n 20 "$folder/fast.log" >&2
  exit 1
}

start_provider() {
  $load provider --port "$upstream" --keep 0 >"$folder/provider.log" 2>&1 &
  provider_pid=$!
  wait_for "http://127.0.0.1:$upstream/_control/stats"
}

# Every level has a budget; that of the run is the tightest.
write_config() {
  local names
  names=$(tr ',' '\n' <<<"$models,$bad" | sed 's/.*/  &: local\/&/')
  cat >"$folder/fast.yaml" <<YAML
listen: 127.0.0.1:$port
state: $folder/state
providers:
  local: { dialect: openai, base_url: "http://127.0.0.1:$upstream/v1", credential: none }
models:
$names
prices:
  local/*: { input: 2, output: 8 }
organisations:
  house: { budget: [$(awk "BEGIN { print $1 * 4 }") USD per month, 100000000000 tokens per day] }
teams:
  agents: { organisation: house, budget: [$(awk "BEGIN { print $1 * 3 }") USD per day, 100000000000 tokens per hour] }
keys:
  - name: crowd
    key: sk-crowd
    team: agents
    budget: [$(awk "BEGIN { print $1 * 2 }") USD, 1000000000 requests per day]
    run: { required: true, budget: $1 USD }
YAML
}

start_gateway() {
  $fast --config "$folder/fast.yaml" >>"$folder/fast.log" 2>&1 &
  gateway_pid=$!
  wait_for "http://127.0.0.1:$port/health/readiness"
}

stop_all() {
  [ -z "$gateway_pid" ] || kill "$gateway_pid" 2>/dev/null
  [ -z "$provider_pid" ] || kill "$provider_pid" 2>/dev/null
  wait
  rm -rf "$folder"
}
