//! The libraries that the generated bindings ask for with `#[link]`.

use crate::{ApiSubset, Config, CpuArchitecture, DriverConfig};

impl Config {
    /// `#[link]` attributes for the libraries of a part, as source text; `None` without libraries.
    ///
    /// They are left out of tests and with the feature `suppress-wdk-linking`.
    #[must_use]
    pub fn bindgen_library_link_raw_lines(&self, subset: ApiSubset) -> Option<String> {
        let libraries = match subset {
            ApiSubset::Base => self.base_libraries(),
            ApiSubset::Hid if self.driver_config.is_kernel_mode() => vec!["VhfKm"],
            ApiSubset::Hid => vec!["VhfUm"],
            _ => return None,
        };
        Some(libraries.iter().map(|library| link_attribute(library)).collect())
    }

    /// Tells rustc the libraries of a driver image: before 0.6 the bindings do not ask for them.
    #[cfg(before_0_6)]
    pub(crate) fn link_libraries(&self) {
        for library in self.base_libraries() {
            println!("cargo::rustc-link-lib=static:-bundle={library}");
        }
    }

    fn base_libraries(&self) -> Vec<&'static str> {
        let mut libraries = match &self.driver_config {
            DriverConfig::Umdf(umdf) if umdf.umdf_version_major >= 2 => {
                return vec!["WdfDriverStubUm", "ntdll", "OneCoreUAP"];
            }
            DriverConfig::Umdf(_) => return vec!["OneCoreUAP"],
            _ => vec!["BufferOverflowFastFailK", "ntoskrnl", "hal", "wmilib"],
        };
        if let DriverConfig::Kmdf(_) = self.driver_config {
            libraries.extend(["WdfLdr", "WdfDriverEntry"]);
        }
        if self.cpu_architecture == CpuArchitecture::Arm64 {
            libraries.push("arm64rt");
        }
        libraries
    }
}

fn link_attribute(library: &str) -> String {
    format!(
        r#"#[cfg(not(any(test, feature = "suppress-wdk-linking")))]
#[link(name = "{library}", kind = "static", modifiers = "-bundle")]
unsafe extern "C" {{}}
"#
    )
}
