//! What a driver says of itself.

use super::flags;
use crate::{Capabilities, Version};
use serde::{Deserialize, Serialize};
use std::error::Error;

#[derive(Serialize, Deserialize)]
pub struct Form {
    /// As [`Version`] is shown: `0.1.0 (ABI 1.5)`.
    driver_version: String,
    #[serde(default = "Capabilities::empty", with = "flags::capabilities")]
    capabilities: Capabilities,
}

impl From<Version> for Form {
    fn from(version: Version) -> Self {
        Self { driver_version: version.to_string(), capabilities: version.capabilities }
    }
}

impl TryFrom<Form> for Version {
    type Error = Box<dyn Error>;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        let text = form.driver_version.strip_suffix(')').and_then(|text| text.split_once(" (ABI "));
        let (driver, abi) = text.ok_or("a driver's version is one such as 0.1.0 (ABI 1.5)")?;
        let numbers = |text: &str| text.split('.').map(str::parse).collect::<Result<Vec<u16>, _>>();
        match (&numbers(driver)?[..], &numbers(abi)?[..]) {
            (&[major, minor, patch], &[abi_major, abi_minor]) => {
                Ok(Self { abi: (abi_major, abi_minor), driver: (major, minor, patch), capabilities: form.capabilities })
            }
            _ => Err("a driver's version has three numbers, that of the ABI two".into()),
        }
    }
}
