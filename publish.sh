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

# SQLite is linked in from the system's archive. Where there is none, its library stands beside the binary.
find_archive() { find /usr/lib /usr/lib64 -name libsqlite3.a -print -quit 2>/dev/null || true; }
archive=$(find_archive)
if [ -z "$archive" ] && command -v apt-get >/dev/null; then
  echo "publish: installing SQLite's archive (libsqlite3-dev)"
  if [ "$(id -u)" -eq 0 ]; then sudo=; else sudo=sudo; fi
  { $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends libsqlite3-dev; } >/dev/null || true
  archive=$(find_archive)
fi
[ -n "$archive" ] || echo "publish: no libsqlite3.a: libe_sqlite3.so has to stay beside the binary"

framework=net10.0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
restore() { dotnet restore src/Fast.Gateway -r "$rid" -p:FastNative=true -p:FastSqliteArchive="$archive" -p:FastFramework="$1" >"$log" 2>&1; }

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
if ! dotnet publish src/Fast.Gateway -c Release -r "$rid" -p:FastNative=true -p:FastSqliteArchive="$archive" -p:FastFramework="$framework" -o publish -v quiet 2>&1 | tee "$log"; then
  exit 1
fi
if grep -qE 'warning (IL|AOT)[0-9]+' "$log"; then
  echo "publish: trimming or AOT warnings are errors here" >&2
  exit 1
fi

# The symbols are for debuggers; the binary is what ships.
find publish -type f ! -name fast ! -name libe_sqlite3.so -delete
echo "publish/fast: $framework, $(stat -c %s publish/fast) bytes"
