//! What a driver package is made of.

use driver_catalog::inf::Architecture;

use crate::kernel::Model;
use crate::kernel::image::Requirements;

/// What a driver package has in it, and what is asked of that.
pub struct Contents<'a> {
    /// The name of the driver: of its image, its INF and so on, without their extensions.
    pub name: &'a str,
    /// The names of what else is in it, such as programs.
    pub others: &'a [String],
    /// The processor that the image is built for.
    pub architecture: Architecture,
    /// The framework that the image is built for.
    pub model: Model,
    /// What is asked of the image. A project that asks for something is held to all of it, and to what `InfVerif` asks of
    /// its INF; others are told.
    pub requirements: Option<Requirements<'a>>,
}

impl Contents<'_> {
    /// The image.
    #[must_use]
    pub fn image(&self) -> String {
        format!("{}.sys", self.name)
    }

    /// The debug information.
    #[must_use]
    pub fn symbols(&self) -> String {
        format!("{}.pdb", self.name)
    }

    /// The INF.
    #[must_use]
    pub fn inf(&self) -> String {
        format!("{}.inf", self.name)
    }

    /// The catalog.
    #[must_use]
    pub fn catalog(&self) -> String {
        format!("{}.cat", self.name)
    }

    /// The certificate that a test machine has to trust.
    #[must_use]
    pub fn certificate(&self) -> String {
        format!("{}-test.cer", self.name)
    }

    /// All files but the sums, in their order.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        let mut files = vec![self.image(), self.symbols(), self.inf(), self.catalog(), self.certificate()];
        files.extend_from_slice(self.others);
        files.sort();
        files
    }
}
