//! The headers that are written from the record, as clang compiles a driver with them: in C and in C++, for each release.
//!
//! Without clang or mingw-w64's headers the tests say so and prove nothing; with `NETIOCTL_NO_SKIPS` set, that is a
//! failure.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use kmdf_record::{Interface, headers};
use tempfile::TempDir;

/// mingw-w64's headers of Debian and Ubuntu.
const KERNEL: &str = "/usr/share/mingw-w64/include";

/// How kernel code is compiled, with every warning about our own lines an error.
const CLANG: [&str; 7] =
    ["-fsyntax-only", "-fms-extensions", "-fms-compatibility", "-Wall", "-Wextra", "-Werror", "-DKMDF_VERSION_MAJOR=1"];

/// The processors, as clang and the kernel's headers know them.
const X64: [&str; 4] = ["--target=x86_64-pc-windows-msvc", "-D_WIN64", "-D_AMD64_", "-DAMD64"];
const ARM64: [&str; 4] = ["--target=aarch64-pc-windows-msvc", "-D_WIN64", "-D_ARM64_", "-DARM64"];

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn can_compile() -> bool {
    let can = Path::new(KERNEL).is_dir() && Command::new("clang").arg("--version").output().is_ok();
    assert!(can || env::var_os("NETIOCTL_NO_SKIPS").is_none(), "clang and {KERNEL} are needed");
    if !can {
        eprintln!("SKIPPED: without clang or {KERNEL} nothing was compiled");
    }
    can
}

/// The headers of a release in a folder.
fn written(interface: &Interface, minor: u32) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in headers::write(interface, minor).unwrap() {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// What clang says of a source for a release; nothing when all is well.
fn compile(interface: &Interface, minor: u32, language: &str, source: &Path, more: &[&str]) -> String {
    compile_for(X64, interface, minor, language, source, more)
}

fn compile_for(
    processor: [&str; 4],
    interface: &Interface,
    minor: u32,
    language: &str,
    source: &Path,
    more: &[&str],
) -> String {
    let release = written(interface, minor);
    let own = [here("../../include"), here("../include"), release.path().into()];
    let mut clang = Command::new("clang");
    clang.args(processor).args(CLANG).args(more).args(["-x", language]).arg(format!("-DKMDF_VERSION_MINOR={minor}"));
    // Ours come first: they wrap mingw-w64's. Those are system headers, in which nothing counts as a warning.
    let (kernel, framework) = own.split_first().unwrap();
    clang.arg("-isystem").arg(kernel);
    for folder in framework {
        clang.arg("-I").arg(folder);
    }
    clang.args(["-isystem", &format!("{KERNEL}/ddk"), "-isystem", KERNEL]).arg(source);
    let output = clang.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.success(), said.is_empty(), "{said}");
    said
}

#[test]
fn a_driver_in_c_compiles_for_every_release() {
    if !can_compile() {
        return;
    }
    let interface = Interface::read().unwrap();
    for release in &interface.releases {
        for language in ["c", "c++"] {
            let said = compile(&interface, release.minor, language, &here("tests/driver.c"), &[]);
            assert_eq!(said, "", "{language} for 1.{}", release.minor);
        }
    }
}

/// Sizes and values are asserted in the source.
#[test]
fn what_mingw_w64_lacks_is_there() {
    if !can_compile() {
        return;
    }
    let interface = Interface::read().unwrap();
    for language in ["c", "c++"] {
        assert_eq!(compile(&interface, 33, language, &here("tests/more.c"), &["-Wno-multichar"]), "", "{language}");
    }
}

/// The sizes of the framework's structures are asserted in the headers, so they are the same there.
#[test]
fn a_driver_in_c_compiles_for_arm64() {
    if can_compile() {
        let interface = Interface::read().unwrap();
        assert_eq!(compile_for(ARM64, &interface, 33, "c", &here("tests/driver.c"), &[]), "");
    }
}

#[test]
fn a_driver_may_run_on_older_releases() {
    if !can_compile() {
        return;
    }
    let interface = Interface::read().unwrap();
    let older = ["-DKMDF_MINIMUM_VERSION_REQUIRED=25"];
    assert_eq!(compile(&interface, 33, "c", &here("tests/driver.c"), &older), "");
    let too_old = compile(&interface, 33, "c", &here("tests/driver.c"), &["-DKMDF_MINIMUM_VERSION_REQUIRED=23"]);
    assert!(too_old.contains("KMDF_MINIMUM_VERSION_REQUIRED is from 25"), "{too_old}");
}

#[test]
fn a_release_lacks_what_newer_ones_brought() {
    if !can_compile() {
        return;
    }
    let interface = Interface::read().unwrap();
    let said = compile(&interface, 21, "c", &here("tests/driver.c"), &["-DNEEDS_1_23"]);
    assert!(said.contains("WdfDeviceRetrieveCompanionTarget"), "{said}");
    assert!(headers::write(&interface, 16).is_err(), "there is no KMDF 1.16");
}

/// Every function that drivers may call, and nothing twice.
#[test]
fn each_function_has_a_prototype() {
    let interface = Interface::read().unwrap();
    let text: String = headers::write(&interface, 33).unwrap().into_iter().map(|(_, text)| text).collect();
    let (mut with, mut without) = (0, Vec::new());
    for function in &interface.functions {
        let pointer = format!("(NTAPI *PFN_{})", function.name.to_uppercase());
        match text.matches(&pointer).count() {
            1 => with += 1,
            0 => without.push(function.name.as_str()),
            more => panic!("{pointer} {more} times"),
        }
    }
    // Those of class extensions: no header for drivers tells their types.
    let of_extensions =
        |name: &&str| name.contains("Cx") || name.contains("SelfIoTarget") || name.contains("TargetSelf");
    assert!(without.iter().all(of_extensions), "{without:?}");
    assert_eq!((with, without.len()), (445, 13));
}
