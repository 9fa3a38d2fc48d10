//! The network compartments that threads of programs have entered.

use core::sync::atomic::{AtomicU64, Ordering};

/// The name of the section object that holds [`ThreadCompartments`]. `wdfldr.sys` makes it and reads it; the stand-in for
/// `iphlpapi.dll` of user mode writes it.
pub const COMPARTMENTS_SECTION: &str = r"Global\sandbox-compartments";

/// Threads that are elsewhere at the same time. A test has a few.
const ROOM: usize = 64;

/// Which thread is in which compartment. A section is zeros when it is made: no thread is anywhere but where it began.
///
/// A process that is killed leaves its threads in here.
#[repr(C)]
pub struct ThreadCompartments {
    /// The thread in the upper half, its compartment in the lower one; 0: free.
    places: [AtomicU64; ROOM],
}

impl ThreadCompartments {
    /// No thread is anywhere.
    #[must_use]
    pub const fn new() -> Self {
        Self { places: [const { AtomicU64::new(0) }; ROOM] }
    }

    /// The compartment that a thread has entered.
    #[must_use]
    pub fn of(&self, thread: u32) -> Option<u32> {
        let (_, found) = self.find(thread)?;
        #[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
        let compartment = found as u32;
        Some(compartment)
    }

    /// A thread enters a compartment; only the thread itself does. False: there is no room.
    #[must_use]
    pub fn enter(&self, thread: u32, compartment: u32) -> bool {
        let entry = u64::from(thread) << 32 | u64::from(compartment);
        if let Some((place, _)) = self.find(thread) {
            place.store(entry, Ordering::Release);
            return true;
        }
        let free = |place: &&AtomicU64| place.compare_exchange(0, entry, Ordering::AcqRel, Ordering::Relaxed).is_ok();
        self.places.iter().find(free).is_some()
    }

    /// A thread is back where it began.
    pub fn leave(&self, thread: u32) {
        if let Some((place, _)) = self.find(thread) {
            place.store(0, Ordering::Release);
        }
    }

    fn find(&self, thread: u32) -> Option<(&AtomicU64, u64)> {
        let entries = self.places.iter().map(|place| (place, place.load(Ordering::Acquire)));
        entries.into_iter().find(|(_, entry)| *entry != 0 && entry >> 32 == u64::from(thread))
    }
}

impl Default for ThreadCompartments {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_where_it_went_last() {
        let threads = ThreadCompartments::new();
        assert_eq!(threads.of(0x24), None);
        assert!(threads.enter(0x24, 2) && threads.enter(0x28, 3));
        assert!(threads.enter(0x24, 4));
        assert_eq!((threads.of(0x24), threads.of(0x28)), (Some(4), Some(3)));
        threads.leave(0x24);
        threads.leave(0x2c);
        assert_eq!((threads.of(0x24), threads.of(0x28)), (None, Some(3)));
    }

    #[test]
    fn there_is_room_for_some() {
        let threads = ThreadCompartments::new();
        let entered = (1..=1000).filter(|&thread| threads.enter(thread, 2)).count();
        assert_eq!(entered, ROOM);
        threads.leave(7);
        assert!(threads.enter(1001, 2));
        assert_eq!((threads.of(7), threads.of(1001)), (None, Some(2)));
    }
}
