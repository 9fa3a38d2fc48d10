//! The programs that a kernel build runs.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::architecture::Architecture;

/// Where mingw-w64's headers may lie: Debian and Ubuntu, then Fedora and others.
const HEADERS: [&str; 2] = ["/usr/share/mingw-w64/include", "/usr/x86_64-w64-mingw32/sys-root/mingw/include"];

/// The programs and headers found.
pub struct Tools {
    /// clang, which compiles the framework's C code.
    pub clang: PathBuf,
    /// Its version line, part of the key of what it made.
    pub clang_version: String,
    /// lld with Microsoft's command line, as it comes with Rust: links and makes libraries.
    pub lld_link: PathBuf,
    /// mingw-w64's headers; those of the driver kit are in `ddk`.
    pub headers: PathBuf,
}

impl Tools {
    /// clang, for kernel code of a processor.
    pub fn clang_for(&self, architecture: &Architecture) -> Command {
        let mut clang = Command::new(&self.clang);
        clang.arg(format!("--target={}", architecture.target)).args(architecture.clang);
        clang
    }

    /// Finds everything, or says what is missing.
    pub fn find() -> Result<Self> {
        let clang = PathBuf::from("clang");
        let version =
            output(Command::new(&clang).arg("--version")).context("clang is needed (Debian package: clang)")?;
        let Some(headers) = HEADERS.map(PathBuf::from).into_iter().find(|h| h.join("ddk/ntifs.h").is_file()) else {
            bail!("mingw-w64's headers for drivers are needed (Debian package: mingw-w64-x86-64-dev)");
        };
        let libraries = output(Command::new("rustc").args(["--print", "target-libdir"]))?;
        let lld_link = PathBuf::from(libraries.trim()).with_file_name("bin/gcc-ld/lld-link");
        ensure!(lld_link.is_file(), "this Rust toolchain comes without {}: use one of rustup", lld_link.display());
        Ok(Self { clang, clang_version: version.lines().next().unwrap_or_default().to_owned(), lld_link, headers })
    }
}

/// What a program prints; an error when it fails.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    ensure!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}
