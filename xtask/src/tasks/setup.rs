//! Installs what a fresh Debian or Ubuntu lacks.

use std::path::PathBuf;

use anyhow::Result;
use cargo_kmdf::preflight::{self, Room};
use cargo_kmdf::report::run;
use cargo_kmdf::setup::{Need, components, need};
use cargo_kmdf::workspace::Workspace;

/// Packages of the distribution that the tests need besides.
const PACKAGES: [Need; 5] = [
    need("cmake", "builds the C examples as their users do, part of the tests"),
    need("make", "runs what CMake writes"),
    need("g++", "compiles libFuzzer, which is in C++"),
    need("g++-mingw-w64-x86-64-win32", "compiles the C header as C++, part of the tests"),
    need("openssl", "reads the catalog once more in the tests, makes certificates for them"),
];

/// Tools of the Rust toolchain.
const COMPONENTS: [Need; 2] =
    [need("clippy", "lints, part of the tests"), need("rustfmt", "format check, part of the tests")];

/// What builds the driver on Windows, at the versions of docs/windows-vm.md; here the tests run it over stubs.
const CARGO_MAKE: [(&str, &str); 2] = [("cargo-make", "0.37.24"), ("rust-script", "0.30.0")];

/// What builds the targets for libFuzzer.
const CARGO_FUZZ: (&str, &str) = ("cargo-fuzz", "0.13.1");

/// What the demo takes on a disk, and the package that it makes in the end.
pub const DEMO: Room = Room { gibibytes: 5, what: "the build", sign: "sandbox/demo" };

/// What the tests take, and what comes of one of the last.
pub const TESTS: Room = Room { gibibytes: 25, what: "the build of all tests", sign: "miri" };

/// Looks whether the machine will do, and installs whatever is missing. Quick when nothing is.
pub fn run_all(workspace: &Workspace, room: Room) -> Result<()> {
    preflight::sandbox()?;
    room.check(&workspace.target)?;
    cargo_kmdf::setup::run_all(&PACKAGES)?;
    components(&COMPONENTS)
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
