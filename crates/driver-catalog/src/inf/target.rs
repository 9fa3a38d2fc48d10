//! Which Windows a section of an INF is for.

/// A processor architecture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Architecture {
    /// 32-bit x86.
    X86,
    /// x64.
    Amd64,
    /// 64-bit ARM.
    Arm64,
}

impl Architecture {
    /// As it stands in decorations and names of sections.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::X86 => "x86",
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }

    /// The attribute `OS` of a catalog for Windows 10 and later on this architecture.
    #[must_use]
    pub const fn os(self) -> &'static str {
        match self {
            Self::X86 => "_v100",
            Self::Amd64 => "_v100_X64",
            Self::Arm64 => "_v100_ARM64",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        let all = [Self::X86, Self::Amd64, Self::Arm64];
        all.into_iter().find(|architecture| architecture.name().eq_ignore_ascii_case(name))
    }
}

/// A `TargetOSVersion`, such as `NTamd64.10.0...16299`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// As it stands in the INF.
    pub decoration: String,
    /// The architecture; `None` is any, which for a driver means x86.
    pub architecture: Option<Architecture>,
    /// Major version and minor version of Windows.
    pub version: Option<(u32, u32)>,
    /// The first build that it is for.
    pub build: Option<u32>,
}

impl Target {
    /// Whether a decoration is for an architecture that has no Windows 10 on a PC, so that no catalog is needed for it.
    #[must_use]
    pub fn is_retired(decoration: &str) -> bool {
        let name = decoration.split('.').next().unwrap_or_default();
        ["NTia64", "NTarm"].iter().any(|retired| retired.eq_ignore_ascii_case(name))
    }

    /// Reads a decoration. `None` if the text is no decoration.
    #[must_use]
    pub fn parse(decoration: &str) -> Option<Self> {
        let prefix = decoration.get(..2)?;
        if !prefix.eq_ignore_ascii_case("NT") {
            return None;
        }
        let mut parts = decoration.get(2..)?.split('.');
        let architecture = match parts.next().unwrap_or_default() {
            "" => None,
            name => Some(Architecture::from_name(name)?),
        };
        // Major, minor, product type, suite mask, build; each may be empty.
        let numbers: Vec<_> = parts.map(parse_number).collect::<Option<_>>()?;
        let number = |index: usize| numbers.get(index).copied().flatten();
        let version = number(0).map(|major| (major, number(1).unwrap_or(0)));
        let target = Self { decoration: decoration.to_owned(), architecture, version, build: number(4) };
        (numbers.len() <= 5).then_some(target)
    }

    /// The architecture that a driver for this target is built for.
    #[must_use]
    pub fn driver_architecture(&self) -> Architecture {
        self.architecture.unwrap_or(Architecture::X86)
    }
}

/// Empty is no number; suite masks are hexadecimal. The outer `None` says that it is not a number at all.
#[expect(clippy::option_option, reason = "an empty part is not a wrong part")]
fn parse_number(part: &str) -> Option<Option<u32>> {
    let hexadecimal = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X"));
    match hexadecimal {
        _ if part.is_empty() => Some(None),
        Some(digits) => u32::from_str_radix(digits, 16).ok().map(Some),
        None => part.parse().ok().map(Some),
    }
}
