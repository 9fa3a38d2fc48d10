//! The events that nobody has taken yet.

use crate::Output;
use heapless::Deque;
use netioctl_abi::{
    NtError,
    wire::{ChangeEvent, ChangeKind, MAX_PENDING_EVENTS, WatchReply},
};

/// Events in the order in which they happened, as many as there is room for, and a count of the others.
#[derive(Debug)]
pub struct Backlog {
    events: Deque<ChangeEvent, MAX_PENDING_EVENTS>,
    sequence: u64,
    lost: u64,
}

impl Backlog {
    /// No events.
    pub const fn new() -> Self {
        Self { events: Deque::new(), sequence: 0, lost: 0 }
    }

    /// Forgets everything. In place: a new one is too much for a kernel stack.
    pub fn clear(&mut self) {
        self.events.clear();
        self.sequence = 0;
        self.lost = 0;
    }

    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Adds an event behind the others, unless one that waits says the same. Its number and count are filled in here.
    ///
    /// An event that finds no room is lost, not an older one: so what has been taken before is never contradicted, and
    /// the number that is left out says where the gap is.
    pub fn record(&mut self, event: ChangeEvent) {
        if let Some(waiting) = self.says_the_same(&event) {
            waiting.notifications = waiting.notifications.saturating_add(1);
            return;
        }
        self.sequence = self.sequence.saturating_add(1);
        let event = ChangeEvent { sequence: self.sequence, notifications: 1, ..event };
        if self.events.push_back(event).is_err() {
            self.lost = self.lost.saturating_add(1);
        }
    }

    /// The last event about the same thing, if who takes that one will look at the thing anyway.
    fn says_the_same(&mut self, event: &ChangeEvent) -> Option<&mut ChangeEvent> {
        let last = self.events.iter_mut().rev().find(|waiting| subject(waiting) == subject(event))?;
        let again = event.kind == ChangeKind::Changed as u8
            && (last.kind == ChangeKind::Changed as u8 || last.kind == ChangeKind::Added as u8);
        again.then_some(last)
    }

    /// Moves as many events as fit to the output, behind their header.
    ///
    /// # Errors
    /// `STATUS_BUFFER_TOO_SMALL` when there is no room for the header.
    pub fn take(&mut self, output: &mut Output<'_>) -> Result<(), NtError> {
        let room = output.room().checked_sub(size_of::<WatchReply>()).ok_or(NtError::BUFFER_TOO_SMALL)?;
        let fitting = room.checked_div(size_of::<ChangeEvent>()).unwrap_or(0).min(self.events.len());
        output.put(&WatchReply::new(u32::try_from(fitting).unwrap_or(u32::MAX), core::mem::take(&mut self.lost)))?;
        for _ in 0..fitting {
            if let Some(event) = self.events.pop_front() {
                output.put(&event)?;
            }
        }
        Ok(())
    }
}

/// What an event is about.
const fn subject(event: &ChangeEvent) -> (u8, u64, u32, u16, [u8; 16], u32) {
    (event.source, event.interface_luid, event.interface_index, event.family, event.address, event.scope_id)
}
