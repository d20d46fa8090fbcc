#!/usr/bin/env bash
# Builds the native binary to publish/fast. Any trimming or AOT warning fails the build.
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v gcc >/dev/null && ! command -v clang >/dev/null || ! command -v objcopy >/dev/null; then
  echo "publish: installing the linker (gcc, binutils)"
  if [ "$(id -u)" -eq 0 ]; then sudo=; else sudo=sudo; fi
  $sudo apt-get update -qq
  $sudo apt-get install -y -qq --no-install-recommends gcc libc6-dev binutils >/dev/null
fi

case "$(uname -m)" in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  *) echo "publish: no native runtime for $(uname -m)" >&2; exit 1 ;;
esac

framework=net10.0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
restore() { dotnet restore src/Fast.Gateway -r "$rid" -p:FastNative=true -p:FastFramework="$1" >"$log" 2>&1; }

if ! restore "$framework"; then
  if ! grep -q 'NU110[12].*NativeAOT' "$log"; then
    cat "$log" >&2
    exit 1
  fi
  echo "publish: the package source has no native runtime for $framework; publishing the same sources for net9.0"
  framework=net9.0
  restore "$framework" || { cat "$log" >&2; exit 1; }
fi

rm -rf publish
if ! dotnet publish src/Fast.Gateway -c Release -r "$rid" -p:FastNative=true -p:FastFramework="$framework" -o publish -v quiet 2>&1 | tee "$log"; then
  exit 1
fi
if grep -qE 'warning (IL|AOT)[0-9]+' "$log"; then
  echo "publish: trimming or AOT warnings are errors here" >&2
  exit 1
fi

# The symbols are for debuggers; the binary is what ships.
find publish -type f ! -name fast -delete
echo "publish/fast: $framework, $(stat -c %s publish/fast) bytes"
