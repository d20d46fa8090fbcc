#!/usr/bin/env bash
# The comparison that PERF.md shows: both layouts, about twenty-five minutes. Wants a machine that does nothing else, publish/fast, nginx and
# haproxy. Writes loadtest/results/one-cpu.* and two-cpu.*
set -euo pipefail
cd "$(dirname "$0")/.."

[ -x publish/fast ] || { echo "board: publish/fast is missing; run ./publish.sh first" >&2; exit 1; }
case "$(uname -m)" in aarch64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
# Native, so that the load takes as little of the shared CPU as it can.
dotnet publish loadtest/Fast.Load -c Release -r "$rid" -p:FastNative=true -o artifacts/fastload -v quiet
export PATH="$PATH:/usr/sbin"
targets=direct,nginx,haproxy,yarp,fast,fast-policy
artifacts/fastload/fastload compare --targets "$targets" --layout one-cpu --rounds "${ROUNDS:-7}" --slice 1.5s --out loadtest/results/one-cpu \
  --scenarios saturated,rate-500,rate-2000,stream,body-300k,isolation-upload,isolation-hang,cold-start,memory
artifacts/fastload/fastload compare --targets "$targets" --layout two-cpu --rounds "${ROUNDS:-7}" --slice 1.5s --out loadtest/results/two-cpu \
  --scenarios saturated,rate-500,rate-5000,busy,stream
