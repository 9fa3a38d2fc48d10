//! Installs what a fresh Debian or Ubuntu lacks.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::report::{note, read, run, step};
use crate::workspace::{Workspace, cargo};

/// Something to install, and what it is for.
struct Need {
    name: &'static str,
    why: &'static str,
}

const fn need(name: &'static str, why: &'static str) -> Need {
    Need { name, why }
}

/// Packages of the distribution.
const PACKAGES: [Need; 14] = [
    need("gcc", "links the Linux programs"),
    need("g++", "compiles libFuzzer, which is in C++"),
    need("libc6-dev", "what the Linux programs are linked with"),
    need("gcc-mingw-w64-x86-64-win32", "links the Windows programs"),
    need("g++-mingw-w64-x86-64-win32", "compiles the C header as C++, part of the tests"),
    need("mingw-w64-x86-64-dev", "Windows headers, also those for drivers, and import libraries"),
    need("clang", "compiles the framework's C stub for Windows, brings headers for bindgen"),
    need("libclang-dev", "bindgen reads the driver headers with it"),
    need("wine", "runs the driver and the Windows programs"),
    need("wine64", "the 64-bit part of Wine"),
    need("osslsigncode", "signs the driver and its catalog, verifies the signatures"),
    need("openssl", "reads the catalog once more in the tests, makes certificates for them"),
    need("git", "checks out files as on Windows, part of the tests; names the sources of a package"),
    need("iproute2", "makes the links of the sandbox, shows its neighbor table"),
];

/// Standard libraries of Rust for other targets.
const TARGETS: [Need; 2] = [
    need("x86_64-pc-windows-msvc", "the driver and the two stand-ins"),
    need("x86_64-pc-windows-gnu", "the Windows programs"),
];

/// Tools of the Rust toolchain, by the names that rustup gives them.
const COMPONENTS: [Need; 2] =
    [need("clippy", "lints, part of the tests"), need("rustfmt", "format check, part of the tests")];

/// What builds the driver on Windows, at the versions of docs/windows-vm.md; here the tests run it over stubs.
const CARGO_MAKE: [(&str, &str); 2] = [("cargo-make", "0.37.24"), ("rust-script", "0.30.0")];

/// What builds the targets for libFuzzer.
const CARGO_FUZZ: (&str, &str) = ("cargo-fuzz", "0.13.1");

/// Installs whatever is missing. Quick when nothing is.
pub fn run_all() -> Result<()> {
    packages()?;
    rust(&TARGETS, "target", has_target)?;
    rust(&COMPONENTS, "component", has_tool)
}

/// Installs cargo-make and the runner of its scripts into a folder of the project, and answers which. Quick when they are
/// there.
pub fn cargo_make(workspace: &Workspace) -> Result<PathBuf> {
    install(workspace, "cargo-make", &CARGO_MAKE, &["--no-default-features"])
}

/// Installs cargo-fuzz into a folder of the project, and answers which. Quick when it is there.
pub fn cargo_fuzz(workspace: &Workspace) -> Result<PathBuf> {
    install(workspace, "cargo-fuzz", &[CARGO_FUZZ], &[])
}

/// Installs programs, by name and version, into a folder below the target folder.
fn install(workspace: &Workspace, folder: &str, programs: &[(&str, &str)], options: &[&str]) -> Result<PathBuf> {
    let folder = workspace.target.join(folder);
    for (name, version) in programs {
        let mut install = workspace.cargo();
        // Optimized they take three times as long to build, and gain nothing; nobody debugs them.
        install.env("CARGO_PROFILE_DEV_DEBUG", "false");
        install.args(["install", "--quiet", "--debug", "--locked"]).args(options);
        run(install.args(["--version", version, name, "--root"]).arg(&folder))?;
    }
    Ok(folder)
}

fn packages() -> Result<()> {
    if !Path::new("/usr/bin/dpkg-query").exists() {
        let names: Vec<_> = PACKAGES.iter().map(|need| need.name).collect();
        note(&format!("Not a Debian or Ubuntu: what these packages hold must be installed: {}", names.join(" ")));
        return Ok(());
    }
    let missing: Vec<_> = PACKAGES.iter().filter(|need| !has_package(need.name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    explain("packages", &missing);
    let names = missing.iter().map(|need| need.name);
    let install: Vec<_> = ["install", "--yes", "--no-install-recommends"].into_iter().chain(names).collect();
    if !is_root()? {
        bail!(
            "installing needs root. Run this, then try again:\n\n    sudo apt-get update && sudo apt-get {}\n",
            install.join(" ")
        );
    }
    step("apt-get update", || run(apt().arg("update")))?;
    step("apt-get install", || run(apt().args(install)))
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.arg("--quiet").env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn has_package(name: &str) -> bool {
    let query = Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", name]).output();
    query.is_ok_and(|output| output.status.success() && output.stdout == b"installed")
}

fn is_root() -> Result<bool> {
    Ok(read(Command::new("id").arg("-u"))?.trim() == "0")
}

/// Installs parts of the Rust toolchain: `kind` is `target` or `component`.
fn rust(needs: &[Need], kind: &str, has: impl Fn(&str) -> bool) -> Result<()> {
    let missing: Vec<_> = needs.iter().filter(|need| !has(need.name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    explain(&format!("Rust {kind}s"), &missing);
    let names = missing.iter().map(|need| need.name);
    step(&format!("rustup {kind} add"), || {
        run(Command::new("rustup").args([kind, "add"]).args(names)).context("rustup is needed")
    })
}

/// Whether rustc has the standard library of `target`; true for toolchains without rustup as well.
fn has_target(target: &str) -> bool {
    let library = read(Command::new("rustc").args(["--print", "target-libdir", "--target", target]));
    library.is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

/// Whether cargo has a tool that is a component of the same name; true for toolchains without rustup as well.
fn has_tool(component: &str) -> bool {
    let subcommand = component.strip_prefix("rust").unwrap_or(component);
    read(Command::new(cargo()).args([subcommand, "--version"])).is_ok()
}

fn explain(what: &str, missing: &[&Need]) {
    note(&format!("Missing {what}:"));
    for need in missing {
        note(&format!("    {:<28} {}", need.name, need.why));
    }
}
