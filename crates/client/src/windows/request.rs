//! One overlapped request that a thread waits for: its start, its end, and its cancellation.

use super::{event::Event, overlapped::Overlapped};
use crate::Failure;
use std::{os::windows::io::BorrowedHandle, thread, time::Duration};

/// Time between two looks at a request that could not be waited for.
const POLL: Duration = Duration::from_millis(1);

/// One request.
pub struct Request<'a> {
    device: BorrowedHandle<'a>,
    state: Overlapped,
    ended: Event,
}

impl<'a> Request<'a> {
    /// A request for the device, a handle opened with `FILE_FLAG_OVERLAPPED`.
    pub fn new(device: BorrowedHandle<'a>) -> Result<Self, Failure> {
        let ended = Event::new()?;
        // The low bit keeps the end of this request from the completion port of the device, if it has one: nobody waits
        // there for it.
        let state = Overlapped::new(ended.handle().map_addr(|handle| handle | 1));
        Ok(Self { device, state, ended })
    }

    /// Sends it and returns when it has ended, so neither buffer is in use afterwards.
    pub fn run(
        self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        cancel: [Option<&Event>; 2],
    ) -> Result<usize, Failure> {
        // SAFETY: buffers and OVERLAPPED stay where they are until `finish` returns, which is when the request has
        // ended.
        let under_way = unsafe { self.state.start(self.device, code, input, output) }?;
        if under_way {
            self.finish(cancel);
        }
        self.state.outcome()
    }

    /// Waits for the end, and asks for it when an event of `cancel` is set.
    fn finish(&self, cancel: [Option<&Event>; 2]) {
        if !self.ended.wait_with(cancel) {
            self.state.cancel(self.device);
            self.ended.wait_with([None; 2]);
        }
        // Whatever became of the waiting, the buffers are the system's until it says otherwise.
        while !self.state.has_ended() {
            thread::sleep(POLL);
        }
    }
}
