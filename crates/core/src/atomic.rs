//! The atomics of what is tried in many orders of its threads: there, those of the checker take their place.

pub use core::sync::atomic::{AtomicI32, AtomicU64, Ordering};
