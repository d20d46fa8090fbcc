#!/usr/bin/env bash
# Holds publish/fast to loadtest/gate.yaml, side by side with nginx. Installs nginx when it is missing.
#   loadtest/gate.sh [TIMES]   several times in a row, to see that the margins hold on this machine
set -uo pipefail
cd "$(dirname "$0")/.."

[ -x publish/fast ] || { echo "gate: publish/fast is missing; run ./publish.sh first" >&2; exit 1; }
if ! command -v nginx >/dev/null && [ ! -x /usr/sbin/nginx ]; then
  echo "gate: installing nginx to compare with"
  if [ "$(id -u)" -eq 0 ]; then sudo=; else sudo=sudo; fi
  # The package would start its own server; it is only needed as a program.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap '$sudo rm -f "$policy"' EXIT INT TERM
    printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null && $sudo chmod +x "$policy"
  fi
  $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends nginx-light >/dev/null || exit 1
fi
export PATH="$PATH:/usr/sbin"

dotnet build loadtest/Fast.Load -c Release -v quiet || exit 1
status=0
for ((i = 0; i < ${1:-1}; i++)); do
  dotnet artifacts/bin/Fast.Load/release/fastload.dll gate loadtest/gate.yaml || status=1
done
exit $status
