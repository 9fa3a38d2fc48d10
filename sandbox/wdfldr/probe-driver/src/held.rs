//! The requests that the driver keeps, by the identity that the client gave them.

use crate::objects::complete;
use core::sync::atomic::{AtomicUsize, Ordering};
use wdf_abi::Handle;

static HELD: [AtomicUsize; 64] = [const { AtomicUsize::new(0) }; 64];

/// A request that is held; 0 for none.
pub fn held(id: usize) -> Handle {
    HELD.get(id).map_or(0, |held| held.load(Ordering::Acquire))
}

/// Keeps a request.
pub fn hold(id: usize, request: Handle) {
    if let Some(place) = HELD.get(id) {
        place.store(request, Ordering::Release);
    }
}

/// Completes a request that is held.
pub fn complete_held(id: usize) {
    complete(held(id), 0, 0);
}
