#!/bin/sh
# Makes the pictures of the README anew: architecture.svg of architecture.dot, and demo.svg, a recording of `cargo xtask demo`.
# Needs graphviz and asciinema (packages of Debian) and npx (npm), which fetches svg-term-cli.
set -e
cd "$(dirname "$0")/../.."
dot -Tsvg -o docs/pictures/architecture.svg docs/pictures/architecture.dot
cargo xtask demo > /dev/null
cast="$(mktemp)"
trap 'rm -f "$cast"' EXIT
asciinema rec --quiet --overwrite --idle-time-limit 2.5 --cols 100 --rows 30 --command 'sh docs/pictures/play.sh' "$cast"
npx --yes svg-term-cli@2.1.1 --in "$cast" --out docs/pictures/demo.svg --width 100 --height 30 --window
