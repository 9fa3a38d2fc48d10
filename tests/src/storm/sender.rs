//! One thread of a storm.

use super::{
    Ends,
    memory::{Guarded, ROOM},
    next,
};
use anyhow::{Context, Result, ensure};
use netioctl_client::abi::{ControlCode, Course, NtError, NtStatus, Operation};
use netioctl_fuzz::{Random, request::Request};
use std::{
    cell::UnsafeCell,
    fs::File,
    hint, io,
    os::windows::{
        fs::OpenOptionsExt,
        io::{AsRawHandle, FromRawHandle, OwnedHandle},
    },
    ptr,
};
use windows_sys::Win32::{
    Foundation::{
        ERROR_INVALID_USER_BUFFER, ERROR_IO_PENDING, ERROR_NOACCESS, GENERIC_READ, GENERIC_WRITE, WAIT_OBJECT_0,
    },
    Storage::FileSystem::FILE_FLAG_OVERLAPPED,
    System::{
        IO::{CancelIoEx, DeviceIoControl, OVERLAPPED},
        Threading::{CreateEventW, ResetEvent, WaitForSingleObject},
    },
};

/// Requests that a thread has under way at the same time, at most.
const SLOTS: usize = 4;

/// A request that was cancelled ends at once, others after some milliseconds; this is for a busy machine.
const PATIENCE_MS: u32 = 60_000;

/// Who waits for many requests is told now and then how many are done.
const REQUESTS_A_LINE: u64 = 10_000;

/// What stands in an output before.
const UNTOUCHED: u8 = 0xcc;

/// A thread: its handle, and the requests that it can have under way.
pub struct Sender<'a> {
    path: &'a str,
    keep_handles: bool,
    random: Random,
    bytes: Vec<u8>,
    file: Option<File>,
    slots: Vec<Slot>,
    ends: Ends,
}

/// A request that is under way, or was.
struct Slot {
    event: OwnedHandle,
    /// The system writes to it until the request has ended.
    state: Box<UnsafeCell<OVERLAPPED>>,
    input: Guarded,
    output: Guarded,
    sent: Option<Sent>,
}

/// What was sent.
struct Sent {
    code: ControlCode,
    /// Where the answer is to be.
    output: *mut u8,
    /// For how many bytes there is room.
    room: usize,
    /// Whether there was nothing else in the output.
    untouched: bool,
    /// How it has ended, if it has at once.
    over: Option<NtStatus>,
}

impl<'a> Sender<'a> {
    pub fn new(path: &'a str, seed: u64, keep_handles: bool) -> Result<Self> {
        let slots = (0..SLOTS).map(|_| Slot::new()).collect::<Result<_>>()?;
        let (random, bytes, ends) = (Random::new(seed), Vec::new(), Ends::default());
        Ok(Self { path, keep_handles, random, bytes, file: None, slots, ends })
    }

    /// Sends so many requests, and answers how they have ended.
    pub fn run(mut self, requests: u64) -> Result<Ends> {
        let mut sent = 0;
        while sent < requests {
            let count = (1 + self.random.below(SLOTS)).min(usize::try_from(requests - sent)?);
            if let Err(error) = self.round(count) {
                // The system may still write to what a request was given.
                std::mem::forget(std::mem::take(&mut self.slots));
                return Err(error);
            }
            sent += count as u64;
            if self.ends.total() / REQUESTS_A_LINE != (self.ends.total() - count as u64) / REQUESTS_A_LINE {
                println!("{sent} of {requests} requests of a thread");
            }
        }
        Ok(self.ends)
    }

    /// Sends some requests at once, disturbs them, and waits for their ends.
    fn round(&mut self, count: usize) -> Result<()> {
        let file = match self.file.take() {
            Some(file) => file,
            None => self.open()?,
        };
        for slot in 0..count {
            let request = next(&mut self.random, &mut self.bytes);
            if !self.slots[slot].send(&file, &request, &mut self.random)? {
                self.ends.refuse();
            }
        }
        let close = self.random.below(16) == 0 && !self.keep_handles;
        let mut disturbed = [close; SLOTS];
        self.pause();
        for (slot, disturbed) in self.slots.iter().zip(&mut disturbed).take(count) {
            // Nothing else would end a request that waits.
            if slot.waits() || self.random.below(8) == 0 {
                if !close {
                    slot.cancel(&file);
                }
                *disturbed = true;
                self.ends.cancelled += u64::from(slot.sent.is_some());
            }
        }
        if close {
            drop(file);
            self.ends.closed += 1;
        } else {
            self.file = Some(file);
        }
        for (slot, disturbed) in self.slots.iter_mut().zip(disturbed).take(count) {
            slot.end(disturbed, &mut self.ends)?;
        }
        Ok(())
    }

    fn open(&mut self) -> Result<File> {
        let mode = if self.random.below(8) == 0 { GENERIC_READ } else { GENERIC_READ | GENERIC_WRITE };
        let file = File::options().access_mode(mode).custom_flags(FILE_FLAG_OVERLAPPED).open(self.path);
        file.context("opening the device")
    }

    /// Lets some time pass: none, or up to some tenths of a millisecond.
    fn pause(&mut self) {
        let turns = if self.random.below(2) == 0 { 0 } else { self.random.below(20_000) };
        (0..turns).for_each(|_| hint::spin_loop());
    }
}

impl Slot {
    fn new() -> Result<Self> {
        // SAFETY: no attributes and no name.
        let event = unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) };
        ensure!(!event.is_null(), "no event: {}", io::Error::last_os_error());
        // SAFETY: the event is new and has no other owner.
        let event = unsafe { OwnedHandle::from_raw_handle(event) };
        let (input, output) = (Guarded::new()?, Guarded::new()?);
        Ok(Self { event, state: Box::default(), input, output, sent: None })
    }

    /// Sends a request. False if the I/O manager does not take it.
    fn send(&mut self, file: &File, request: &Request, random: &mut Random) -> Result<bool> {
        let (length, room) = (request.input.len().min(ROOM / 2), request.room.min(ROOM / 2));
        self.output.fill(UNTOUCHED);
        let shape = random.below(5);
        let (input, output) = match shape {
            // At the beginning and at the end.
            0 => (self.input.head(), self.output.head()),
            1 | 2 => (self.input.tail(length), self.output.tail(room)),
            // The answer overwrites the request, or part of it.
            3 => (self.output.head(), self.output.head()),
            _ => (self.output.tail(length), self.output.tail(room)),
        };
        let apart = shape < 3;
        let within = if apart { &self.input } else { &self.output };
        within.write(input, &request.input[..length]);
        let input = if length == 0 && random.below(2) == 0 { ptr::null_mut() } else { input };
        let place = if room == 0 && random.below(2) == 0 { ptr::null_mut() } else { output };
        // SAFETY: the event is open.
        unsafe { ResetEvent(self.event.as_raw_handle()) };
        *self.state.get_mut() = OVERLAPPED { hEvent: self.event.as_raw_handle(), ..OVERLAPPED::default() };
        // SAFETY: the lengths are those of the buffers, or 0 for none; buffers and state are kept until the request has
        // ended, which is waited for.
        let started = unsafe {
            DeviceIoControl(
                file.as_raw_handle(),
                request.code.raw(),
                input.cast(),
                length.try_into()?,
                place.cast(),
                room.try_into()?,
                ptr::null_mut(),
                self.state.get(),
            )
        };
        let error = io::Error::last_os_error().raw_os_error().map(i32::cast_unsigned);
        if started == 0 && [Some(ERROR_NOACCESS), Some(ERROR_INVALID_USER_BUFFER)].contains(&error) {
            return Ok(false);
        }
        // One that has failed at once has not become pending, and the state says nothing of it.
        let failed = error.filter(|error| started == 0 && *error != ERROR_IO_PENDING);
        let over = failed.map(|error| NtError::from_win32(error).status());
        self.sent = Some(Sent { code: request.code, output, room, untouched: apart, over });
        Ok(true)
    }

    /// Whether the request may wait for ever.
    fn waits(&self) -> bool {
        let operation = self.sent.as_ref().and_then(|sent| Operation::find(sent.code));
        operation.is_some_and(|operation| operation.course() != Course::AtOnce)
    }

    fn cancel(&self, file: &File) {
        // SAFETY: handle and state are those of the request, or of one that has ended; that is an error, and no harm.
        unsafe { CancelIoEx(file.as_raw_handle(), self.state.get()) };
    }

    /// Waits for the end.
    fn end(&mut self, disturbed: bool, ends: &mut Ends) -> Result<()> {
        let Some(sent) = self.sent.take() else { return Ok(()) };
        let code = sent.code.raw();
        if sent.over.is_none() && self.status() == PENDING {
            // SAFETY: the event is open.
            let waited = unsafe { WaitForSingleObject(self.event.as_raw_handle(), PATIENCE_MS) };
            ensure!(waited == WAIT_OBJECT_0, "a request of {code:#x} does not end");
        }
        let status = sent.over.unwrap_or_else(|| self.status());
        let how = (sent.over, sent.room, disturbed);
        ends.end(sent.code, status, disturbed).with_context(|| format!("ended at once, room, disturbed: {how:?}"))?;
        if status.is_success() {
            let (written, room) = (self.information(), sent.room);
            ensure!(written <= room, "{code:#x}: {written} bytes in {room}");
            let rest = sent.output.wrapping_add(written);
            let clean = !sent.untouched || self.output.is_filled(rest, room - written, UNTOUCHED);
            ensure!(clean, "{code:#x}: more than {written} bytes were written");
        }
        Ok(())
    }

    fn status(&self) -> NtStatus {
        // SAFETY: points into the state, which is alive and initialized.
        let place = unsafe { &raw const (*self.state.get()).Internal };
        // SAFETY: aligned and initialized; volatile because the system writes to it.
        let status = unsafe { ptr::read_volatile(place) };
        // The status stands in the lower half.
        let [a, b, c, d, ..] = status.to_le_bytes();
        NtStatus(i32::from_le_bytes([a, b, c, d]))
    }

    fn information(&self) -> usize {
        // SAFETY: points into the state, which is alive and initialized.
        let place = unsafe { &raw const (*self.state.get()).InternalHigh };
        // SAFETY: aligned and initialized; volatile because the system writes to it.
        unsafe { ptr::read_volatile(place) }
    }
}

/// `STATUS_PENDING`.
const PENDING: NtStatus = NtStatus(0x103);
