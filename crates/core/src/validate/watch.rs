//! What is watched.

use super::family_or_unspecified;
use netioctl_abi::{
    NtError,
    wire::{WatchFlags, WatchRequest, WatchSources},
};

/// A wish to watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// What is watched; not empty.
    pub sources: WatchSources,
    /// `AF_UNSPEC` (both), `AF_INET` or `AF_INET6`.
    pub family: u16,
    /// The first event tells that the watch stands.
    pub initial: bool,
}

/// What the request asks to watch.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER` for no source, for one or a flag that does not exist, and for another family.
pub fn subscription(request: &WatchRequest) -> Result<Subscription, NtError> {
    let sources = WatchSources::from_bits(request.sources).filter(|sources| !sources.is_empty());
    let flags = WatchFlags::from_bits(request.flags);
    let family = family_or_unspecified(request.family)?;
    match (sources, flags) {
        (Some(sources), Some(flags)) => {
            Ok(Subscription { sources, family, initial: flags.contains(WatchFlags::INITIAL) })
        }
        _ => Err(NtError::INVALID_PARAMETER),
    }
}
