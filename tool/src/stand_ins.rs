//! The kit's own parts of a test machine: what stands in for Windows, and what serves it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Result, ensure};

use crate::kernel::{Kernel, Profile};
use crate::report::{run, step};
use crate::workspace::{Workspace, kit};

/// The target of Windows programs.
pub const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// The profile of the kit's Windows programs, in its manifest.
pub const WINDOWS_PROFILE: &str = "tools";

/// The Linux programs.
const LINUX_PROGRAMS: [&str; 2] = ["netio-server", "kmdf-sandbox"];

/// The packages with Windows programs.
const WINDOWS_PACKAGES: [&str; 3] = ["bcryptprimitives", "sandbox-installer", "sandbox-driver-host"];

/// Builds packages with Windows programs.
///
/// # Errors
///
/// Something does not compile.
pub fn build_for_windows(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    fs::create_dir_all(&workspace.target)?;
    // The linker of mingw-w64 leaves two empty temporary files each time.
    let temporary = tempfile::tempdir_in(&workspace.target)?;
    let mut cargo = workspace.cargo();
    cargo.env("PATH", with_mingw()?).env("TMPDIR", temporary.path()).args([
        "build",
        "--profile",
        WINDOWS_PROFILE,
        "--target",
        WINDOWS,
    ]);
    run(cargo.args(packages.iter().flat_map(|package| ["--package", package])))
}

/// The search path of programs, with what stands before mingw-w64's own.
fn with_mingw() -> Result<OsString> {
    let first = kit()?.join("tool/mingw");
    let others = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths([first].into_iter().chain(env::split_paths(&others)))?)
}

/// What has been built.
pub struct StandIns {
    /// The framework stand-in, `wdfldr.sys`.
    pub wdfldr: PathBuf,
    /// The NETIO stand-in, `netio.sys`.
    pub netio: PathBuf,
    /// The DLL that Wine 8 lacks.
    pub bcryptprimitives: PathBuf,
    /// The process that runs drivers, `winedevice.exe`.
    pub driver_host: PathBuf,
    /// What installs drivers on the machine.
    pub installer: PathBuf,
    /// The Linux side of the NETIO stand-in.
    pub netio_server: PathBuf,
    /// The program inside a sandbox.
    pub sandbox: PathBuf,
}

impl StandIns {
    /// Builds them, in the kit's own target folder; quick when nothing has changed.
    ///
    /// # Errors
    ///
    /// Something does not compile.
    pub fn build(kit: &Workspace) -> Result<Self> {
        step("build the Linux programs", || {
            // By their names alone: of all default members, so with the features that the kit's own tasks have.
            let programs = LINUX_PROGRAMS.iter().flat_map(|program| ["--bin", program]);
            run(kit.cargo_on_host("build").args(programs))
        })?;
        step("build the Windows programs of the sandbox", || build_for_windows(kit, &WINDOWS_PACKAGES))?;
        let [netio_server, sandbox] = LINUX_PROGRAMS.map(|name| made(kit.host_program(name)));
        let program = |name| made(kit.target.join(WINDOWS).join(WINDOWS_PROFILE).join(name));
        let image = step("build the stand-ins", || {
            let kernel = Kernel::prepare(kit)?;
            let image = |name| Ok::<_, anyhow::Error>(kernel.build(name, Profile::Release)?.sys);
            Ok([image("sandbox-wdfldr")?, image("sandbox-netio")?])
        });
        let [wdfldr, netio] = image?;
        Ok(Self {
            wdfldr,
            netio,
            bcryptprimitives: program("bcryptprimitives.dll")?,
            driver_host: program("winedevice.exe")?,
            installer: program("kmdf-install.exe")?,
            netio_server: netio_server?,
            sandbox: sandbox?,
        })
    }

    /// Where their debug information lies.
    #[must_use]
    pub fn symbols(kit: &Workspace) -> PathBuf {
        kit.target.join("sandbox")
    }
}

/// A file that a build was to make.
///
/// # Errors
///
/// It is not there.
pub fn made(path: PathBuf) -> Result<PathBuf> {
    ensure!(Path::is_file(&path), "the build has not made {}", path.display());
    Ok(path)
}
