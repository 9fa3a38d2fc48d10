//! Installs what a fresh Debian or Ubuntu lacks.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::report::{read, run, say, step};

/// Something to install, and what it is for.
struct Need {
    name: &'static str,
    why: &'static str,
}

/// Packages of the distribution.
const PACKAGES: [Need; 10] = [
    Need {
        name: "gcc",
        why: "links the Linux programs",
    },
    Need {
        name: "libc6-dev",
        why: "what the Linux programs are linked with",
    },
    Need {
        name: "gcc-mingw-w64-x86-64-win32",
        why: "links the Windows programs",
    },
    Need {
        name: "mingw-w64-x86-64-dev",
        why: "Windows headers, also those for drivers, and import libraries",
    },
    Need {
        name: "clang",
        why: "compiles the framework's C stub for Windows, brings headers for bindgen",
    },
    Need {
        name: "libclang-dev",
        why: "bindgen reads the driver headers with it",
    },
    Need {
        name: "llvm",
        why: "llvm-dlltool and llvm-lib make the kernel's import libraries",
    },
    Need {
        name: "wine",
        why: "runs the driver and the Windows programs",
    },
    Need {
        name: "wine64",
        why: "the 64-bit part of Wine",
    },
    Need {
        name: "iproute2",
        why: "makes the links of the sandbox, shows its neighbor table",
    },
];

/// Standard libraries of Rust for other targets.
const TARGETS: [Need; 2] = [
    Need {
        name: "x86_64-pc-windows-msvc",
        why: "the driver and the two stand-ins",
    },
    Need {
        name: "x86_64-pc-windows-gnu",
        why: "the Windows programs",
    },
];

/// Tools of the Rust toolchain.
const COMPONENTS: [Need; 2] = [
    Need {
        name: "clippy",
        why: "lints, part of the tests",
    },
    Need {
        name: "rustfmt",
        why: "format check, part of the tests",
    },
];

/// What Miri needs, in a nightly toolchain.
const MIRI: [Need; 2] = [
    Need {
        name: "miri",
        why: "looks for undefined behavior in the host tests",
    },
    Need {
        name: "rust-src",
        why: "Miri builds the standard library from source",
    },
];

/// Installs whatever is missing. Quick when nothing is.
pub fn run_all() -> Result<()> {
    packages()?;
    rust(&TARGETS, "target", has_target, &[])?;
    rust(
        &COMPONENTS,
        "component",
        |component| has_component(component, &[]),
        &[],
    )?;
    if let Some(reason) = miri_missing() {
        say(&format!("Miri will not run: {reason}"));
    }
    Ok(())
}

fn packages() -> Result<()> {
    if !Path::new("/usr/bin/dpkg-query").exists() {
        let names: Vec<_> = PACKAGES.iter().map(|need| need.name).collect();
        say(&format!(
            "Not a Debian or Ubuntu: what these packages hold must be installed: {}",
            names.join(" ")
        ));
        return Ok(());
    }
    let missing: Vec<_> = PACKAGES
        .iter()
        .filter(|need| !has_package(need.name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    explain("packages", &missing);
    let names = missing.iter().map(|need| need.name);
    let install: Vec<_> = ["install", "--yes", "--no-install-recommends"]
        .into_iter()
        .chain(names)
        .collect();
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
    command
        .arg("--quiet")
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn has_package(name: &str) -> bool {
    let query = Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", name])
        .output();
    query.is_ok_and(|output| output.status.success() && output.stdout == b"installed")
}

fn is_root() -> Result<bool> {
    Ok(read(Command::new("id").arg("-u"))?.trim() == "0")
}

/// Installs parts of a Rust toolchain: `kind` is `target` or `component`, `toolchain` options of rustup.
fn rust(needs: &[Need], kind: &str, has: impl Fn(&str) -> bool, toolchain: &[&str]) -> Result<()> {
    let missing: Vec<_> = needs.iter().filter(|need| !has(need.name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    explain(&format!("Rust {kind}s"), &missing);
    let names = missing.iter().map(|need| need.name);
    step(&format!("rustup {kind} add"), || {
        run(Command::new("rustup")
            .args([kind, "add"])
            .args(toolchain)
            .args(names))
        .context("rustup is needed")
    })
}

/// Whether rustc has the standard library of `target`; true for toolchains without rustup as well.
fn has_target(target: &str) -> bool {
    let library =
        read(Command::new("rustc").args(["--print", "target-libdir", "--target", target]));
    library.is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

fn has_component(component: &str, toolchain: &[&str]) -> bool {
    let list = read(
        Command::new("rustup")
            .args(["component", "list", "--installed"])
            .args(toolchain),
    );
    list.is_ok_and(|list| list.lines().any(|line| line.starts_with(component)))
}

/// Installs Miri if there is a nightly toolchain. Answers why it cannot run; that is no reason to stop.
pub fn miri_missing() -> Option<String> {
    let toolchains = read(Command::new("rustup").args(["toolchain", "list"]));
    if !toolchains.is_ok_and(|list| list.lines().any(|line| line.starts_with("nightly"))) {
        return Some("no nightly toolchain (`rustup toolchain install nightly`)".to_owned());
    }
    let nightly = ["--toolchain", "nightly"];
    let result = rust(
        &MIRI,
        "component",
        |component| has_component(component, &nightly),
        &nightly,
    );
    result.err().map(|error| format!("{error:#}"))
}

fn explain(what: &str, missing: &[&Need]) {
    say(&format!("Missing {what}:"));
    for need in missing {
        say(&format!("    {:<28} {}", need.name, need.why));
    }
}
