//! Drivers for ARM64: built, checked and packaged, not run.

mod doctored;

use anyhow::{Result, ensure};
use cargo_kmdf::kernel::architecture::ARM64;
use cargo_kmdf::kernel::{Kernel, Model, Profile, image};
use cargo_kmdf::package::{Signer, inf_problems};
use cargo_kmdf::report::step;
use cargo_kmdf::workspace::Workspace;
use driver_catalog::inf::Architecture;
use driver_catalog::package;

use crate::driver;

/// A driver that is not ours in anything but its place.
const OTHER: &str = "sandbox-driver-echo";

/// Builds the driver and another one, and looks at all that can be seen of them without such a processor.
pub fn check(workspace: &Workspace) -> Result<()> {
    let kernel = Kernel::prepare(workspace)?;
    let ours =
        step("build the driver for ARM64", || kernel.driver_package_for(&ARM64, driver::NAME, Profile::Release))?;
    step("the image and the package for ARM64", || {
        ensure!(image::is_arm64(&ours.image)?, "the image is for another processor");
        driver::check_image(workspace, &ours.image)?;
        let folder = workspace.target.join("driver/ARM64/package");
        driver::package_variant(workspace, &ours, &Signer::fleeting(driver::NAME)?, &folder, str::to_owned)?;
        let inf = folder.join(driver::NAME).with_extension("inf");
        // What an installer asks on such a machine; on another one there is nothing to install.
        package::check(&inf, Architecture::Arm64)?;
        ensure!(package::check(&inf, Architecture::Amd64).is_err(), "the package is one for x64, too");
        let problems = inf_problems(&inf)?;
        ensure!(problems.is_empty(), "{problems:?}");
        doctored::are_refused(&ours.image, Model::of(workspace, workspace.package(driver::NAME)?)?)
    })?;
    step("another driver for ARM64", || {
        let built = kernel.build_for(&ARM64, OTHER, Profile::Release)?;
        ensure!(image::is_arm64(&built)?, "the image is for another processor");
        // It asks less of its build than netioctl does, so something is said about it: no more than about the same for x64.
        let model = Model::of(workspace, workspace.package(OTHER)?)?;
        let (found, known) = (image::problems(&built, model, None)?, kernel.build(OTHER, Profile::Release)?);
        let known = image::problems(&known, model, None)?;
        ensure!(found == known, "{found:?}, and for x64 {known:?}");
        Ok(())
    })
}
