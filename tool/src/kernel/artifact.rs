//! What a build of kernel code makes, and for which target.

use std::path::PathBuf;

/// The Rust target of kernel images.
pub const TARGET: &str = "x86_64-pc-windows-msvc";

/// How an image is optimized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build, with debug assertions.
    Dev,
    /// As shipped.
    Release,
}

/// A built image and its debug information.
#[derive(Clone, Debug)]
pub struct KernelImage {
    /// The image under its final name.
    pub sys: PathBuf,
    /// The debug information.
    pub pdb: PathBuf,
}
