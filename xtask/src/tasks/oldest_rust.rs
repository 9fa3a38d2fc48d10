//! The crates for programs of others compile with the oldest Rust that their manifests name, as that compiler says itself.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::MetadataCommand;

use cargo_kmdf::kernel::TARGET;
use cargo_kmdf::report::{read, run, say, step};
use cargo_kmdf::workspace::Workspace;

use super::nightly::NO_SKIPS;

/// The oldest Rust, without its patch version.
const OLDEST: &str = "1.85";

/// The package of Debian that has it, beside the distribution's own compiler.
const COMPILER: &str = "rustc-web";

/// What belongs to it, of the same version: the standard library, for this machine and as sources.
const WITH_IT: [&str; 2] = ["libstd-rust-web-dev", "rust-web-src"];

/// A crate whose manifest must name the oldest Rust, so that not all of them are left out.
const PUBLISHED: &str = "netioctl-client";

/// A compiler, and the folder of its shared libraries.
struct Compiler {
    program: PathBuf,
    libraries: Option<PathBuf>,
}

/// Checks each crate for this machine and for Windows. Where the compiler cannot be had, that is said.
pub fn check(workspace: &Workspace) -> Result<()> {
    match compiler(&workspace.target.join("oldest-rust")) {
        Ok(compiler) => step(&format!("the crates for others with Rust {OLDEST}"), || compile(workspace, &compiler)),
        Err(error) if env::var_os(NO_SKIPS).is_some() => {
            Err(error.context(format!("Rust {OLDEST} cannot be left out, for {NO_SKIPS} is set")))
        }
        Err(error) => {
            say(&format!("==> the check with Rust {OLDEST} SKIPPED: {error:#}"));
            Ok(())
        }
    }
}

/// Of the distribution if it has that version, of rustup otherwise.
fn compiler(folder: &Path) -> Result<Compiler> {
    let compiler = match offered(&read(Command::new("apt-cache").args(["madison", COMPILER])).unwrap_or_default()) {
        Some(version) => of_distribution(folder, &version)?,
        None => of_rustup()?,
    };
    let version = read(compiler.environment(&mut Command::new(&compiler.program)).arg("--version"))?;
    ensure!(version.starts_with(&format!("rustc {OLDEST}.")), "{}: {version}", compiler.program.display());
    Ok(compiler)
}

fn of_rustup() -> Result<Compiler> {
    let install =
        ["toolchain", "install", OLDEST, "--no-self-update", "--profile", "minimal", "--component", "rust-src"];
    read(Command::new("rustup").args(install))?;
    let path = read(Command::new("rustup").args(["which", "--toolchain", OLDEST, "rustc"]))?;
    Ok(Compiler { program: path.trim().into(), libraries: None })
}

/// The full version of the package, of a list of `apt-cache madison`: name, version and source between bars.
fn offered(list: &str) -> Option<String> {
    let versions = list.lines().filter_map(|line| line.split('|').nth(1));
    versions.map(str::trim).find(|version| version.starts_with(&format!("{OLDEST}."))).map(str::to_owned)
}

/// Unpacks the packages into a folder: installed, they would put another `rustc` in the way.
fn of_distribution(folder: &Path, version: &str) -> Result<Compiler> {
    let compiler =
        Compiler { program: folder.join("usr/bin/rustc"), libraries: Some(folder.join("usr/lib/x86_64-linux-gnu")) };
    if folder.join(version).exists() {
        return Ok(compiler);
    }
    let packages = folder.with_extension("packages");
    for old in [folder, &packages] {
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    fs::create_dir_all(packages.join("partial"))?;
    step(&format!("Rust {OLDEST} of the distribution"), || {
        let mut apt = Command::new("apt-get");
        apt.args(["install", "--yes", "--quiet", "--quiet", "--no-install-recommends", "--download-only"]);
        // Nothing is installed, so it need not be root that asks.
        let mut archives = OsString::from("Dir::Cache::archives=");
        archives.push(&packages);
        apt.args(["-o", "Debug::NoLocking=true", "-o", "APT::Sandbox::User=root", "-o"]).arg(archives);
        apt.args([COMPILER].iter().chain(&WITH_IT).map(|name| format!("{name}={version}")));
        read(&mut apt)?;
        for entry in fs::read_dir(&packages)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "deb") {
                run(Command::new("dpkg-deb").arg("--extract").arg(path).arg(folder))?;
            }
        }
        fs::remove_dir_all(&packages)?;
        Ok(fs::write(folder.join(version), "")?)
    })?;
    Ok(compiler)
}

impl Compiler {
    fn environment<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if let Some(libraries) = &self.libraries {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        command
    }

    /// `cargo check` with this compiler.
    fn cargo(&self, workspace: &Workspace, packages: &[String]) -> Command {
        let mut cargo = workspace.cargo();
        self.environment(&mut cargo).env("RUSTC", &self.program).env("CARGO_INCREMENTAL", "0");
        // Cargo refuses a crate that asks for a newer compiler, so the manifests are held to it as well.
        cargo.args(["check", "--quiet", "--locked", "--target-dir"]).arg(workspace.target.join("oldest"));
        cargo.args(packages.iter().flat_map(|name| ["--package", name]));
        cargo
    }
}

fn compile(workspace: &Workspace, compiler: &Compiler) -> Result<()> {
    let metadata = MetadataCommand::new().current_dir(&workspace.root).no_deps().exec()?;
    let [major, minor] = OLDEST.split('.').map(str::parse::<u64>).collect::<Result<Vec<_>, _>>()?[..] else {
        unreachable!("a major and a minor version")
    };
    let is_oldest = |version: &cargo_metadata::semver::Version| (version.major, version.minor) == (major, minor);
    let packages = metadata.packages.iter().filter(|package| package.rust_version.as_ref().is_some_and(is_oldest));
    let packages: Vec<_> = packages.map(|package| package.name.to_string()).collect();
    ensure!(packages.iter().any(|name| name == PUBLISHED), "{PUBLISHED} is not for Rust {OLDEST}: {packages:?}");
    run(compiler.cargo(workspace, &packages).arg("--all-features"))?;
    for_windows(workspace, compiler).context("as for Windows")
}

/// The distribution has no standard library for Windows, so that is compiled as well.
fn for_windows(workspace: &Workspace, compiler: &Compiler) -> Result<()> {
    let mut cargo = compiler.cargo(workspace, &[PUBLISHED.to_owned()]);
    // What a stable compiler and cargo allow to nobody but those who build the standard library.
    cargo.env("RUSTC_BOOTSTRAP", "1").args(["-Zbuild-std=std,panic_abort", "--target", TARGET]);
    run(cargo.args(["--no-default-features", "--features", "async,serde"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_found_among_those_on_offer() {
        let list = " rustc-web | 1.96.0+dfsg1-1 | http://a main\n rustc-web | 1.85.0+dfsg3-1~deb12u3 | http://b main\n";
        assert_eq!(offered(list).as_deref(), Some("1.85.0+dfsg3-1~deb12u3"));
        assert_eq!(offered("rustc-web | 1.850.0 | http://a main\n"), None);
        assert_eq!(offered(""), None);
    }
}
