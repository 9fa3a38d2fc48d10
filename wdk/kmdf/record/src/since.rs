//! What newer releases have changed.

use serde::Deserialize;

/// A fact of every release, or one that holds from a release on: the minor version stands before it.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum Since<T> {
    /// Of every release.
    Ever(T),
    /// From each of these releases on.
    From(Vec<(u32, T)>),
}

impl<T> Since<T> {
    /// The fact in the release 1.`minor`, if that has it.
    pub fn within(&self, minor: u32) -> Option<&T> {
        match self {
            Self::Ever(fact) => Some(fact),
            Self::From(releases) => releases.iter().rfind(|(release, _)| *release <= minor).map(|(_, fact)| fact),
        }
    }
}
