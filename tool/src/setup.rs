//! Installs what a fresh Debian or Ubuntu lacks.

use std::io::{IsTerminal, stdin};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::report::{note, read, run, step};
use crate::workspace::cargo;

/// Something to install, and what it is for.
pub struct Need {
    name: &'static str,
    why: &'static str,
}

/// Something to install, and what it is for.
#[must_use]
pub const fn need(name: &'static str, why: &'static str) -> Need {
    Need { name, why }
}

/// Packages of the distribution that building and running drivers needs.
const PACKAGES: [Need; 11] = [
    need("gcc", "links the Linux programs"),
    need("libc6-dev", "what the Linux programs are linked with"),
    need("gcc-mingw-w64-x86-64-win32", "links the Windows programs"),
    need("mingw-w64-x86-64-dev", "Windows headers, also those for drivers, and import libraries"),
    need("clang", "compiles the framework's C stub for Windows, brings headers for bindgen"),
    need("libclang-dev", "bindgen reads the driver headers with it"),
    need("wine", "runs the driver and the Windows programs"),
    need("wine64", "the 64-bit part of Wine"),
    need("osslsigncode", "signs the driver and its catalog, verifies the signatures"),
    need("git", "names the sources of a package"),
    need("iproute2", "makes the links of the sandbox, shows its neighbor table"),
];

/// Standard libraries of Rust for other targets.
const TARGETS: [Need; 3] = [
    need("x86_64-pc-windows-msvc", "drivers and the two stand-ins"),
    need("aarch64-pc-windows-msvc", "drivers for ARM64"),
    need("x86_64-pc-windows-gnu", "the Windows programs"),
];

/// The names of the packages that building and running drivers needs.
pub fn package_names() -> impl Iterator<Item = &'static str> {
    PACKAGES.iter().map(|need| need.name)
}

/// Installs whatever building and running drivers lacks, and `more`. Quick when nothing is missing.
///
/// # Errors
///
/// Installing needs root, or fails.
pub fn run_all(more: &[Need]) -> Result<()> {
    packages(more)?;
    rust(&TARGETS, "target", has_target)
}

/// Installs tools of the Rust toolchain, by the names that rustup gives them.
///
/// # Errors
///
/// There is no rustup, or it fails.
pub fn components(needs: &[Need]) -> Result<()> {
    rust(needs, "component", has_tool)
}

fn packages(more: &[Need]) -> Result<()> {
    let all = || PACKAGES.iter().chain(more);
    if !Path::new("/usr/bin/dpkg-query").exists() {
        let names: Vec<_> = all().map(|need| need.name).collect();
        note(&format!("Not a Debian or Ubuntu: what these packages hold must be installed: {}", names.join(" ")));
        return Ok(());
    }
    let missing: Vec<_> = all().filter(|need| !has_package(need.name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    explain("packages", &missing);
    let names = missing.iter().map(|need| need.name);
    let install: Vec<_> = ["install", "--no-install-recommends"].into_iter().chain(names).collect();
    if !is_root()? {
        bail!(
            "installing needs root. Run this, then try again:\n\n    sudo apt-get update && sudo apt-get {}\n",
            install.join(" ")
        );
    }
    step("apt-get update", || run(apt().arg("update")))?;
    // On a terminal apt-get says how much it takes, and asks; elsewhere nobody could answer.
    let yes = (!stdin().is_terminal()).then_some("--yes");
    run(apt().args(yes).args(install))
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
