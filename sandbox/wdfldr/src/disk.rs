//! The files of the stand-in: its log and its settings, and what drivers print.

use crate::nt::{self, IoStatusBlock, NtObjectAttributes, Pointer};
use alloc::vec::Vec;
use core::ptr::{from_ref, null, null_mut};

/// Rights, and what to do about a file that is not there.
#[derive(Clone, Copy)]
pub struct Access {
    rights: u32,
    disposition: u32,
}

const SYNCHRONIZE: u32 = 0x0010_0000;
const FILE_ATTRIBUTE_NORMAL: u32 = 0x80;
const SHARE_ALL: u32 = 7;
const FILE_SYNCHRONOUS_IO_NONALERT: u32 = 0x20;
const OBJ_CASE_INSENSITIVE: u32 = 0x40;

impl Access {
    /// `FILE_APPEND_DATA` and `FILE_OPEN_IF`: the file is made if need be.
    pub const APPEND: Self = Self { rights: 0x0004, disposition: 3 };
    /// `FILE_READ_DATA` and `FILE_OPEN`: the file must be there.
    pub const READ: Self = Self { rights: 0x0001, disposition: 1 };
}

/// Opens a file and answers its handle; zero when that fails.
pub fn open(path: &str, access: Access) -> usize {
    let path: Vec<u16> = r"\??\".encode_utf16().chain(path.encode_utf16()).collect();
    let name = nt::counted(&path);
    let attributes = NtObjectAttributes {
        length: wdf_abi::size::<NtObjectAttributes>(),
        root: null_mut(),
        name: from_ref(&name),
        attributes: OBJ_CASE_INSENSITIVE,
        security: null_mut(),
        quality: null_mut(),
    };
    let mut handle = null_mut();
    let mut outcome = IoStatusBlock::default();
    // SAFETY: all pointers are to locals that live through the call.
    let status = unsafe {
        nt::NtCreateFile(
            &raw mut handle,
            access.rights | SYNCHRONIZE,
            &raw const attributes,
            &raw mut outcome,
            null(),
            FILE_ATTRIBUTE_NORMAL,
            SHARE_ALL,
            access.disposition,
            FILE_SYNCHRONOUS_IO_NONALERT,
            null_mut(),
            0,
        )
    };
    if status.is_success() { handle.expose_provenance() } else { 0 }
}

/// Appends to a file opened for that.
pub fn append(file: usize, text: &[u8]) {
    let handle: Pointer = core::ptr::with_exposed_provenance_mut(file);
    let mut outcome = IoStatusBlock::default();
    let length = u32::try_from(text.len()).unwrap_or(0);
    // SAFETY: the handle is that of a file or zero, which is refused; the text and the outcome outlive the call.
    unsafe {
        nt::NtWriteFile(
            handle,
            null_mut(),
            null_mut(),
            null_mut(),
            &raw mut outcome,
            text.as_ptr().cast(),
            length,
            null(),
            null(),
        )
    };
}

/// The beginning of a small file, as much as there is room for; nothing if it cannot be read.
pub fn read<'room>(path: &str, room: &'room mut [u8]) -> Option<&'room [u8]> {
    let file = open(path, Access::READ);
    let handle: Pointer = core::ptr::with_exposed_provenance_mut(file);
    let mut outcome = IoStatusBlock::default();
    let length = u32::try_from(room.len()).unwrap_or(0);
    // SAFETY: the handle is that of a file or zero, which is refused; room and outcome outlive the call.
    let status = unsafe {
        nt::NtReadFile(
            handle,
            null_mut(),
            null_mut(),
            null_mut(),
            &raw mut outcome,
            room.as_mut_ptr().cast(),
            length,
            null(),
            null(),
        )
    };
    // SAFETY: the handle was opened here, if at all, and is used no more.
    unsafe { nt::NtClose(handle) };
    if status.is_success() { room.get(..outcome.information) } else { None }
}
