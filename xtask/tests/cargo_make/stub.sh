#!/bin/sh
# Stands for a program of Windows or of Rust while the Windows build runs on Linux: writes its arguments into $RECORD, a
# line for each run, and leaves behind what the program would, as far as the build looks at it.
set -eu
name=${0##*/}

record() {
    printf '%s\n' "$name $*" >> "$RECORD"
}

# The last argument, which is the file for most programs.
last() {
    for argument; do :; done
    printf '%s' "$argument"
}

# make FILE TEXT: a new file.
make() {
    mkdir -p "$(dirname "$1")"
    printf '%s\n' "$2" > "$1"
}

# Where cargo leaves what it builds.
output() {
    folder=target
    profile=debug
    while [ $# -gt 0 ]; do
        case $1 in
        --target-dir) folder=$2 && shift ;;
        --release) profile=release ;;
        esac
        shift
    done
    printf '%s/%s' "$folder" "$profile"
}

case $name in
rustup)
    # rustup run TOOLCHAIN PROGRAM ARGUMENTS
    shift 2
    exec "$@"
    ;;
rustc)
    # A build on Windows is one for Windows.
    case "$*" in
    *--print*) set -- "$@" --target x86_64-pc-windows-msvc ;;
    esac
    PATH=$REAL_PATH exec rustc "$@"
    ;;
rust-script)
    case $1 in
    --version) ;;
    *) PATH=$STUBS/windows:$REAL_PATH exec "$TOOLS/rust-script" "$@" ;;
    esac
    ;;
cargo)
    case $1 in
    metadata | --version | version) PATH=$REAL_PATH exec cargo "$@" ;;
    esac
    record "$@"
    case $1 in
    install) ;;
    rustc)
        make "$(output "$@")/netioctl.dll" "driver"
        make "$(output "$@")/netioctl.pdb" "symbols"
        ;;
    build)
        make "$(output "$@")/netioctl.exe" "command"
        make "$(output "$@")/netioctl-harness.exe" "harness"
        ;;
    *) exit 101 ;;
    esac
    ;;
stampinf)
    record "$@"
    # stampinf -f FILE ...
    echo "; stamped" >> "$2"
    ;;
inf2cat)
    record "$@"
    folder=${1#/driver:}
    make "$folder/netioctl.cat" "catalog of $(cat "$folder/netioctl.sys" "$folder/netioctl.inf" | sha256sum)"
    ;;
certmgr)
    record "$@"
    # Hands the certificate out, if it is in the store.
    [ -e "$STORE" ] && make "$(last "$@")" "certificate"
    ;;
makecert)
    record "$@"
    make "$STORE" "certificate"
    make "$(last "$@")" "certificate"
    ;;
signtool)
    record "$@"
    echo "signed" >> "$(last "$@")"
    ;;
infverif)
    record "$@"
    grep --quiet "; stamped" "$(last "$@")"
    ;;
*) exit 127 ;;
esac
