#!/usr/bin/env bash
# Runs every test, after installing what they need. Ends with "N passed, N failed".
#   ./test.sh          everything, the gateway on the JIT; end to end also through the framework's sockets and HTTP client
#   ./test.sh native   the end-to-end suites against publish/fast
set -uo pipefail
cd "$(dirname "$0")"

what=${1:-all}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

case "$what" in
  all) tests=Fast.sln ;;
  native)
    tests=tests/Fast.EndToEnd.Tests
    export FAST_COMMAND=publish/fast
    [ -x publish/fast ] || { echo "test: publish/fast is missing; run ./publish.sh first" >&2; exit 1; } ;;
  *) echo "usage: ./test.sh [native]" >&2; exit 2 ;;
esac

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "test: installing node for the npm SDK's tests"
  if [ "$(id -u)" -eq 0 ]; then sudo=; else sudo=sudo; fi
  $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null || exit 1
fi

echo "test: building"
dotnet build Fast.sln -c Release -v quiet || exit 1

status=0
echo "test: .NET suites"
dotnet test "$tests" -c Release --no-build -m:1 2>&1 | tee "$log" || status=1

# Plain text goes over sockets, and is asked for by a client, of our own: what holds for them has to hold for the framework's too.
echo "test: end to end through the framework's sockets and HTTP client"
FAST_NETWORK=framework dotnet test tests/Fast.EndToEnd.Tests -c Release --no-build 2>&1 | tee -a "$log" || status=1

echo "test: the npm SDK"
(cd tests/sdk && npm ci --no-fund --no-audit --loglevel=error && npm test) 2>&1 | tee -a "$log" | grep -E '^(not ok|# (tests|pass|fail))' || true
[ "${PIPESTATUS[0]}" -eq 0 ] || status=1

# "Passed!  - Failed: 0, Passed: 47, ..." once a .NET project; "# pass 94" and "# fail 0" of node.
sum() { grep -oE "$1" "$log" | grep -oE '[0-9]+$' | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(sum 'Passed: +[0-9]+|^# pass [0-9]+')
failed=$(sum 'Failed: +[0-9]+|^# fail [0-9]+')

# A suite that did not even start has counted nothing.
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
grep -q '^# pass' "$log" || { echo "test: the npm SDK's suite did not run" >&2; failed=$((failed + 1)); }
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
