//! What the C compiler is told: definitions and flags.

use crate::{Config, CpuArchitecture, DriverConfig};

type Definition = (&'static str, Option<String>);

impl Config {
    /// The preprocessor definitions of a build, as name and value.
    pub fn preprocessor_definitions(&self) -> impl Iterator<Item = (String, Option<String>)> {
        architecture(self.cpu_architecture)
            .into_iter()
            .chain(driver_model(&self.driver_config))
            .map(|(name, value)| (name.to_owned(), value))
    }

    /// The flags with which clang takes the WDK's headers.
    pub fn wdk_bindgen_compiler_flags() -> impl Iterator<Item = String> {
        [
            "-fms-compatibility",
            "-fms-extensions",
            "-fdelayed-template-parsing",
            "--warn-=no-nonportable-include-path",
            "--warn-=no-pragma-pack",
            "--warn-=no-ignored-attributes",
            "--warn-=no-ignored-pragma-intrinsic",
            "--warn-=no-visibility",
            "--warn-=no-switch",
            "--warn-=no-comment",
            "--warn-=no-deprecated-declarations",
            "--warn-=no-invalid-token-paste",
            "--warn-=no-microsoft",
        ]
        .into_iter()
        .map(str::to_owned)
    }
}

fn number(value: u8) -> Option<String> {
    Some(value.to_string())
}

fn architecture(arch: CpuArchitecture) -> Vec<Definition> {
    match arch {
        CpuArchitecture::Amd64 => vec![("_WIN64", None), ("_AMD64_", None), ("AMD64", None)],
        CpuArchitecture::Arm64 => {
            vec![("_ARM64_", None), ("ARM64", None), ("_USE_DECLSPECS_FOR_SAL", number(1)), ("STD_CALL", None)]
        }
    }
}

fn driver_model(driver: &DriverConfig) -> Vec<Definition> {
    // MSVC defines _KERNEL_MODE for /kernel.
    let mut definitions = match driver.is_kernel_mode() {
        true => vec![("_KERNEL_MODE", None)],
        false => vec![("_ATL_NO_WIN_SUPPORT", None), ("WIN32_LEAN_AND_MEAN", number(1))],
    };
    match driver {
        DriverConfig::Wdm => {}
        DriverConfig::Kmdf(kmdf) => {
            definitions.push(("KMDF_VERSION_MAJOR", number(kmdf.kmdf_version_major)));
            definitions.push(("KMDF_VERSION_MINOR", number(kmdf.target_kmdf_version_minor)));
            let minimum = kmdf.minimum_kmdf_version_minor;
            definitions.extend(minimum.map(|m| ("KMDF_MINIMUM_VERSION_REQUIRED", number(m))));
        }
        DriverConfig::Umdf(umdf) => {
            definitions.push(("UMDF_VERSION_MAJOR", number(umdf.umdf_version_major)));
            definitions.push(("UMDF_VERSION_MINOR", number(umdf.target_umdf_version_minor)));
            let minimum = umdf.minimum_umdf_version_minor;
            definitions.extend(minimum.map(|m| ("UMDF_MINIMUM_VERSION_REQUIRED", number(m))));
            if umdf.umdf_version_major >= 2 {
                let names = ["UMDF_USING_NTSTATUS", "_UNICODE", "UNICODE"];
                definitions.extend(names.map(|name| (name, None)));
            }
        }
    }
    definitions
}
