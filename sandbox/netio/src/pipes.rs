//! Pipes to the server, through which calls go: see [`Operation::OpenPipes`](netio_wire::Operation::OpenPipes).
//!
//! Wine opens what the server has made in the file system of Linux by its name below `\\?\unix`. Reading and writing are
//! system calls of Linux then, which Wine's server has no part in.

use crate::{line::Line, socket::Error};
use core::ptr::{null, null_mut};
use netio_wire::{ANSWERS, CALLS};
use windows_sys::Win32::{
    Foundation::{CloseHandle, GENERIC_READ, GENERIC_WRITE, GetLastError, HANDLE, INVALID_HANDLE_VALUE},
    Storage::FileSystem::{CreateFileW, FILE_SHARE_READ, FILE_SHARE_WRITE, OPEN_EXISTING, ReadFile, WriteFile},
};

/// The longest path, in UTF-16 units, terminator included: `MAX_PATH`.
const PATH_ROOM: usize = 260;
/// Where Wine shows the file system of Linux.
const UNIX: &str = r"\\?\unix";

/// Both pipes. No two calls share them at a time.
pub struct Pipes {
    calls: Pipe,
    answers: Pipe,
}

/// One end of a pipe.
struct Pipe(HANDLE);

impl Drop for Pipe {
    fn drop(&mut self) {
        // SAFETY: The handle is open and belongs to this value alone.
        unsafe { CloseHandle(self.0) };
    }
}

impl Pipe {
    fn open(folder: &str, name: &str, access: u32) -> Result<Self, Error> {
        let mut path = [0; PATH_ROOM];
        // The last unit stays zero.
        let room = path.iter_mut().take(PATH_ROOM - 1);
        let text = [UNIX, folder, "/", name].into_iter().flat_map(str::encode_utf16);
        let mut units = text.map(|unit| if unit == u16::from(b'/') { u16::from(b'\\') } else { unit });
        room.zip(&mut units).for_each(|(place, unit)| *place = unit);
        if units.next().is_some() {
            return Err(Error::TOO_LONG);
        }
        let sharing = FILE_SHARE_READ | FILE_SHARE_WRITE;
        // SAFETY: The path ends with a zero; everything else is a number or may be null.
        let handle = unsafe { CreateFileW(path.as_ptr(), access, sharing, null(), OPEN_EXISTING, 0, null_mut()) };
        if handle == INVALID_HANDLE_VALUE { Err(last()) } else { Ok(Self(handle)) }
    }
}

impl Pipes {
    /// Opens the pipes in a folder.
    pub fn open(folder: &str) -> Result<Self, Error> {
        // What is written to first is there to be read: the server opens its ends when both are open here.
        let answers = Pipe::open(folder, ANSWERS, GENERIC_READ)?;
        Ok(Self { calls: Pipe::open(folder, CALLS, GENERIC_WRITE)?, answers })
    }

    /// Gives the handles up, to be taken back with `from_raw`.
    pub fn into_raw(self) -> (HANDLE, HANDLE) {
        let Self { calls, answers } = self;
        let raw = (calls.0, answers.0);
        core::mem::forget((calls, answers));
        raw
    }

    /// Takes handles back.
    ///
    /// # Safety
    /// They came from [`Pipes::into_raw`] and are taken back once.
    pub unsafe fn from_raw((calls, answers): (HANDLE, HANDLE)) -> Self {
        Self { calls: Pipe(calls), answers: Pipe(answers) }
    }
}

impl Line for Pipes {
    fn send(&self, bytes: &[u8]) -> Result<usize, Error> {
        let (length, mut written) = (u32::try_from(bytes.len()).unwrap_or(u32::MAX), 0);
        // SAFETY: The buffer is valid for at least `length` bytes; the count goes to a local.
        let done = unsafe { WriteFile(self.calls.0, bytes.as_ptr(), length, &raw mut written, null_mut()) };
        if done == 0 { Err(last()) } else { Ok(written as usize) }
    }

    fn receive(&self, bytes: &mut [u8]) -> Result<usize, Error> {
        let (length, mut read) = (u32::try_from(bytes.len()).unwrap_or(u32::MAX), 0);
        // SAFETY: The buffer is valid for writes of at least `length` bytes; the count goes to a local.
        let done = unsafe { ReadFile(self.answers.0, bytes.as_mut_ptr(), length, &raw mut read, null_mut()) };
        if done == 0 { Err(last()) } else { Ok(read as usize) }
    }
}

fn last() -> Error {
    // SAFETY: Reads a value of the calling thread.
    Error(unsafe { GetLastError() }.cast_signed())
}
