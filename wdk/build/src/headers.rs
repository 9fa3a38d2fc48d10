//! The headers of each part of the WDK.

#[cfg(not(before_0_5))]
use std::fmt;

use crate::{Config, ConfigError, DriverConfig};

/// A part of the WDK's API, chosen by a feature of wdk-sys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiSubset {
    /// What every driver needs.
    Base,
    /// The driver frameworks.
    Wdf,
    /// General-purpose I/O.
    Gpio,
    /// Human interface devices.
    Hid,
    /// Parallel and serial ports.
    ParallelPorts,
    /// Simple peripheral buses.
    Spb,
    /// Storage.
    Storage,
    /// Universal serial bus.
    Usb,
}

impl Config {
    /// The headers of a part.
    ///
    /// # Errors
    ///
    /// For a part other than [`ApiSubset::Base`] and [`ApiSubset::Wdf`] as a missing folder: no
    /// driver here uses them, and on Windows the published crate knows their headers.
    #[cfg(not(before_0_5))]
    pub fn headers(&self, subset: ApiSubset) -> Result<impl Iterator<Item = String>, ConfigError> {
        self.names(subset)
    }

    /// The headers of a part: in 0.4 nothing can go wrong.
    ///
    /// # Panics
    ///
    /// For a part that is not offered off Windows.
    #[cfg(before_0_5)]
    pub fn headers(&self, subset: ApiSubset) -> impl Iterator<Item = String> {
        self.names(subset).unwrap_or_else(|error| panic!("{error}"))
    }

    fn names(&self, subset: ApiSubset) -> Result<std::vec::IntoIter<String>, ConfigError> {
        let headers: &[&str] = match (subset, &self.driver_config) {
            (ApiSubset::Base, DriverConfig::Umdf(_)) => &["windows.h"],
            (ApiSubset::Base, _) => &["ntifs.h", "ntddk.h", "ntstrsafe.h"],
            (ApiSubset::Wdf, DriverConfig::Wdm) => &[],
            (ApiSubset::Wdf, _) => &["wdf.h"],
            (other, _) => {
                let directory = format!("the headers of {other:?} (not offered off Windows)");
                return Err(ConfigError::DirectoryNotFound { directory });
            }
        };
        Ok(headers.iter().map(|&header| header.to_owned()).collect::<Vec<_>>().into_iter())
    }

    /// A source file that includes the headers of the parts.
    ///
    /// # Errors
    ///
    /// Those of [`Config::headers`].
    #[cfg(not(before_0_5))]
    pub fn bindgen_header_contents(
        &self,
        subsets: impl IntoIterator<Item = ApiSubset> + fmt::Debug,
    ) -> Result<String, ConfigError> {
        self.contents(subsets)
    }

    /// A source file that includes the headers of the parts: in 0.4 nothing can go wrong.
    ///
    /// # Panics
    ///
    /// For a part that is not offered off Windows.
    #[cfg(before_0_5)]
    pub fn bindgen_header_contents(&self, subsets: impl IntoIterator<Item = ApiSubset>) -> String {
        self.contents(subsets).unwrap_or_else(|error| panic!("{error}"))
    }

    fn contents(&self, subsets: impl IntoIterator<Item = ApiSubset>) -> Result<String, ConfigError> {
        let mut contents = String::new();
        for subset in subsets {
            for header in self.names(subset)? {
                contents += &format!("#include \"{header}\"\n");
            }
        }
        Ok(contents)
    }
}
