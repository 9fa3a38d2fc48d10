#!/bin/sh
# Builds driver and program, and runs the program's tests with the driver loaded. The exit code is 0 if they pass and the
# driver has broken no rule.
set -e
cd "$(dirname "$0")"
cargo build --package {{name}}-program --target x86_64-pc-windows-gnu
exec cargo kmdf run --package {{name}} "$@" -- "${CARGO_TARGET_DIR:-target}/x86_64-pc-windows-gnu/debug/{{name}}.exe" --test
