//! Threads in callbacks of the driver. A callback may run on after it has completed its request, and until it returns,
//! neither the objects nor the image that it belongs to may go.

use crate::lock::Monitor;
use crate::nt;
use alloc::vec::Vec;
use wdf_model::tree::ObjectId;

/// What threads are inside of.
pub struct Inside<T>(Monitor<Vec<(T, u32)>>);

/// Callbacks, by the image whose code they are.
pub static IMAGES: Inside<usize> = Inside::new();

/// Callbacks of queues.
pub static QUEUES: Inside<ObjectId> = Inside::new();

/// Callbacks of file objects, by the I/O manager's file object.
pub static FILES: Inside<usize> = Inside::new();

impl<T: Copy + PartialEq> Inside<T> {
    const fn new() -> Self {
        Self(Monitor::new(Vec::new()))
    }

    /// Runs `body` inside.
    pub fn with<R>(&self, what: T, body: impl FnOnce() -> R) -> R {
        let entry = (what, nt::thread());
        self.0.change(|inside| inside.push(entry));
        let result = body();
        self.0.change(|inside| {
            if let Some(at) = inside.iter().position(|&known| known == entry) {
                inside.swap_remove(at);
            }
        });
        result
    }

    /// Waits until no other thread is inside, for as long as that takes.
    pub fn wait(&self, what: T) {
        let me = nt::thread();
        let others = |inside: &mut Vec<(T, u32)>| inside.iter().any(|&(of, thread)| of == what && thread != me);
        self.0.wait(None, |inside| (!others(inside)).then_some(()));
    }
}
