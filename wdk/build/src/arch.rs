//! Processor architectures and what the WDK calls them.

use std::{env, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The architecture that is compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CpuArchitecture {
    /// x86-64.
    Amd64,
    /// AArch64.
    Arm64,
}

impl CpuArchitecture {
    /// The name of the WDK's library folder.
    #[must_use]
    pub const fn as_windows_str(&self) -> &str {
        match self {
            Self::Amd64 => "x64",
            Self::Arm64 => "ARM64",
        }
    }

    /// From the architecture part of a Rust target, as in `CARGO_CFG_TARGET_ARCH`.
    #[must_use]
    pub fn try_from_cargo_str<S: AsRef<str>>(cargo_str: S) -> Option<Self> {
        match cargo_str.as_ref() {
            "x86_64" => Some(Self::Amd64),
            "aarch64" => Some(Self::Arm64),
            _ => None,
        }
    }

    /// The architecture that cargo builds for, asked from within a build script.
    pub(crate) fn of_build() -> Self {
        let arch = env::var("CARGO_CFG_TARGET_ARCH").expect("called from a build script");
        Self::try_from_cargo_str(&arch).unwrap_or_else(|| panic!("there are no Windows drivers for {arch}"))
    }
}

impl fmt::Display for CpuArchitecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        })
    }
}

impl FromStr for CpuArchitecture {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        [Self::Amd64, Self::Arm64]
            .into_iter()
            .find(|arch| arch.to_string().eq_ignore_ascii_case(s))
            .ok_or_else(|| format!("{s} is not an architecture that drivers are built for"))
    }
}
