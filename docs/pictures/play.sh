#!/bin/sh
# The demo at the pace of a reader.
cargo xtask demo 2> /dev/null | while IFS= read -r line; do
    case "$line" in
    ---*) sleep 2.5 ;;
    *) sleep 0.06 ;;
    esac
    printf '%s\n' "$line"
done
sleep 5
