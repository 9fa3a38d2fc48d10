//! What the linker of a driver image is told.

use std::env;

use crate::{Config, ConfigError, DriverConfig};

/// Of every driver: no execution of data, relocatable, only loaded when signed, small.
const COMMON: &[&str] =
    &["/NXCOMPAT", "/DYNAMICBASE", "/MAP", "/MAPINFO:EXPORTS", "/OPT:REF,ICF", "/INTEGRITYCHECK", "/MANIFEST:NO"];

/// Of kernel-mode images. The ignored warning is MSVC's about objects compiled without /kernel,
/// which rustc has no switch for.
const KERNEL: &[&str] = &["/DRIVER", "/NODEFAULTLIB", "/SUBSYSTEM:NATIVE", "/KERNEL", "/IGNORE:4257"];

/// `DriverEntry` is exported, because rustc names no symbol without exporting it: ignore that.
const WDM: &[&str] = &["/ENTRY:DriverEntry", "/IGNORE:4216"];

const KMDF: &[&str] = &["/ENTRY:FxDriverEntry"];

const UMDF: &[&str] = &["/NODEFAULTLIB:kernel32.lib", "/NODEFAULTLIB:user32.lib", "/SUBSYSTEM:WINDOWS"];

/// Where lld's defaults differ from those of Microsoft's linker for drivers: it sets no checksum
/// unless told to (which /DRIVER implies there).
const LLD: &[&str] = &["/RELEASE"];

impl Config {
    /// Configures a driver image: library folders, linker arguments and `cfg` values.
    ///
    /// # Errors
    ///
    /// When the C runtime is not linked statically or a library folder is missing.
    pub fn configure_binary_build(&self) -> Result<(), ConfigError> {
        if !crt_is_static() {
            return Err(ConfigError::StaticCrtNotEnabled);
        }
        for path in self.library_paths()? {
            println!("cargo::rustc-link-search={}", path.display());
            // The open root makes its libraries anew when their sources change.
            println!("cargo::rerun-if-changed={}", path.display());
        }
        let model: &[&[&str]] = match &self.driver_config {
            DriverConfig::Wdm => &[KERNEL, WDM],
            DriverConfig::Kmdf(_) => &[KERNEL, KMDF],
            DriverConfig::Umdf(_) => &[UMDF],
        };
        for argument in model.iter().chain(&[COMMON, LLD]).copied().flatten() {
            println!("cargo::rustc-cdylib-link-arg={argument}");
        }
        #[cfg(before_0_6)]
        self.link_libraries();
        self.configure_library_build()
    }
}

fn crt_is_static() -> bool {
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    features.split(',').any(|feature| feature == "crt-static")
}
