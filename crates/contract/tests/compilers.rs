//! The C header and the example, as mingw compiles them for Windows.
//!
//! Every field is where Rust has it, in C and in C++. Without mingw the tests say so and prove nothing; with
//! `NETIOCTL_NO_SKIPS` set, that is a failure.

use netioctl_abi::wire::{FieldInfo, STRUCTURES, StructureInfo};
use std::{
    env,
    fmt::Write,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
};

const C: &str = "x86_64-w64-mingw32-gcc";
const CXX: &str = "x86_64-w64-mingw32-g++";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs a compiler; `None` if it is not installed.
fn compile(compiler: &str, arguments: &[&str]) -> Option<()> {
    let include = root().join("include");
    let strict = ["-Wall", "-Wextra", "-Werror", "-Wpedantic", "-I"];
    match Command::new(compiler).args(strict).arg(include).args(arguments).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{compiler} {arguments:?}:\n{said}");
            Some(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound && env::var_os("NETIOCTL_NO_SKIPS").is_none() => {
            eprintln!("SKIPPED: {compiler} is not installed, so nothing was compiled");
            None
        }
        Err(error) => panic!("{compiler}: {error}"),
    }
}

fn assertions() -> String {
    let mut text = "#include <stddef.h>\n#include <netioctl.h>\n#include <netioctl.h>\n".to_owned();
    text += "#ifndef __cplusplus\n#define static_assert _Static_assert\n#endif\n";
    for structure in STRUCTURES.iter().copied().flatten() {
        let StructureInfo { name, size } = structure;
        let fields = structure.fields();
        let name = format!("Netioctl{name}");
        let _ = writeln!(text, "static_assert(sizeof({name}) == {size}, \"{name}\");");
        for FieldInfo { name: field, offset, size } in fields {
            let _ = writeln!(text, "static_assert(offsetof({name}, {field}) == {offset}, \"{name}.{field}\");");
            let _ = writeln!(text, "static_assert(sizeof((({name} *)0)->{field}) == {size}, \"{name}.{field}\");");
        }
    }
    for operation in netioctl_abi::Operation::ALL {
        let constant = operation.documentation().constant;
        let code = operation.code().raw();
        let _ = writeln!(text, "static_assert(NETIOCTL_IOCTL_{constant} == {code}u, \"{constant}\");");
    }
    text + "extern const NetioctlRequestHeader current;\n\
            const NetioctlRequestHeader current = NETIOCTL_REQUEST_HEADER;\n"
}

#[test]
fn c_and_cpp_see_every_field_where_rust_has_it() {
    let folder = tempfile::tempdir().unwrap();
    for (compiler, file, standards) in
        [(C, "layout.c", &["-std=c11", "-std=c17"][..]), (CXX, "layout.cpp", &["-std=c++11", "-std=c++20"][..])]
    {
        let path = folder.path().join(file);
        fs::write(&path, assertions()).unwrap();
        for standard in standards {
            compile(compiler, &[standard, "-fsyntax-only", path.to_str().unwrap()]);
        }
    }
}

#[test]
fn a_wrong_layout_does_not_compile() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.c");
    let wrong = assertions().replacen(
        "offsetof(NetioctlNeighborRow, state) == 36",
        "offsetof(NetioctlNeighborRow, state) == 40",
        1,
    );
    assert_ne!(wrong, assertions());
    fs::write(&path, wrong).unwrap();
    let include = root().join("include");
    let output = Command::new(C).arg("-I").arg(include).args(["-std=c11", "-fsyntax-only"]).arg(&path).output();
    if let Ok(output) = output {
        assert!(!output.status.success(), "the assertions assert nothing");
    }
}

/// The options with which clang is a compiler for Windows programs that finds the headers of mingw.
const CLANG: [&str; 2] = ["--target=x86_64-w64-mingw32", "-fsyntax-only"];

#[test]
fn c_and_cpp_compile_the_helpers_and_the_examples_without_a_warning() {
    for example in ["interfaces", "watch"] {
        let source = root().join("examples/c").join(example).with_extension("c");
        let source = source.to_str().unwrap();
        compile(C, &["-std=c99", "-O2", "-fsyntax-only", source]);
        compile("clang", &[&CLANG[..], &["-std=c99", source]].concat());
        // The helpers of the one are not used by the other, so each sees what is not needed.
        compile(CXX, &["-std=c++11", "-O2", "-fsyntax-only", "-x", "c++", source]);
        compile("clang", &[&CLANG[..], &["-std=c++20", "-x", "c++", source]].concat());
    }
}

#[test]
fn cmake_knows_the_version_of_the_project() {
    let version = fs::read_to_string(root().join("cmake/netioctl-config-version.cmake")).unwrap();
    let line = format!("set(PACKAGE_VERSION {})", env!("CARGO_PKG_VERSION"));
    assert!(version.lines().any(|other| other == line), "{line}");
}
