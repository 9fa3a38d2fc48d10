//! The processors that drivers are built for.

use driver_catalog::inf;

/// A processor, as the tools and the WDK name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Architecture {
    /// The target, of Rust and of clang alike.
    pub target: &'static str,
    /// The WDK's folder of libraries for it.
    pub folder: &'static str,
    /// What makes a library for it.
    pub machine: &'static str,
    /// How C is compiled for its kernel, beyond what all have in common.
    pub clang: &'static [&'static str],
    /// What the WDK's headers go by.
    pub definitions: &'static [&'static str],
    /// What an INF calls it.
    pub inf: inf::Architecture,
    /// The script of the kit that compiles resources, where mingw-w64 makes no objects for it.
    pub resources: Option<&'static str>,
    /// Libraries that its builds ask for and that have nothing to hold here.
    pub empty: &'static [&'static str],
}

/// x86-64.
pub const X64: Architecture = Architecture {
    target: "x86_64-pc-windows-msvc",
    folder: "x64",
    machine: "/machine:x64",
    clang: &["-mno-red-zone"],
    definitions: &["-D_WIN64", "-D_AMD64_", "-DAMD64"],
    inf: inf::Architecture::Amd64,
    resources: None,
    empty: &[],
};

/// ARM64, which Rust calls `aarch64`.
pub const ARM64: Architecture = Architecture {
    target: "aarch64-pc-windows-msvc",
    folder: "ARM64",
    machine: "/machine:arm64",
    // The kernel may be interrupted wherever it is: x18 is the processor's block, and there is no red zone anyway.
    clang: &["-ffixed-x18"],
    definitions: &["-D_WIN64", "-D_ARM64_", "-DARM64", "-D_USE_DECLSPECS_FOR_SAL=1", "-DSTD_CALL="],
    inf: inf::Architecture::Arm64,
    resources: Some("tool/windres-res"),
    // Helpers of Microsoft's compiler; neither rustc nor clang calls them.
    empty: &["arm64rt"],
};

/// That of a choice on the command line.
#[must_use]
pub const fn chosen(arm64: bool) -> &'static Architecture {
    if arm64 { &ARM64 } else { &X64 }
}

/// All of them.
pub const ALL: [Architecture; 2] = [X64, ARM64];
