//! The registry as the kernel gives it.

use crate::nt::{self, NtObjectAttributes, Pointer};
use alloc::vec::Vec;
use alloc::{format, vec};
use core::ptr::{from_ref, null, null_mut, with_exposed_provenance_mut};
use netioctl_status::NtStatus;

const OBJ_CASE_INSENSITIVE: u32 = 0x40;
const OBJ_KERNEL_HANDLE: u32 = 0x200;
/// `KeyValuePartialInformation`: a header of three numbers, and the data.
const PARTIAL: i32 = 2;
const HEADER: usize = 12;
/// `KEY_READ`.
pub const READ: u32 = 0x0002_0019;

/// An open key. It is closed when this is dropped.
pub struct Key(usize);

/// A value: its type and its bytes.
pub struct Value {
    pub kind: u32,
    pub bytes: Vec<u8>,
}

impl Key {
    /// A key of which somebody else has made a handle.
    pub fn of_handle(handle: Pointer) -> Self {
        Self(handle.expose_provenance())
    }

    /// The handle.
    pub fn handle(&self) -> Pointer {
        with_exposed_provenance_mut(self.0)
    }

    /// Opens a key below another, or by its whole name.
    pub fn open(below: Option<&Self>, name: &[u16], access: u32) -> Result<Self, NtStatus> {
        let mut handle = null_mut();
        // SAFETY: the place is a local.
        let open = |attributes: &NtObjectAttributes| unsafe { nt::NtOpenKey(&raw mut handle, access, attributes) };
        let status = with_name(below, name, open);
        if status.is_success() { Ok(Self::of_handle(handle)) } else { Err(status) }
    }

    /// Opens a key, and makes it if it is not there. With it, `REG_CREATED_NEW_KEY` or `REG_OPENED_EXISTING_KEY`.
    pub fn create(below: Option<&Self>, name: &[u16], access: u32, options: u32) -> Result<(Self, u32), NtStatus> {
        let (mut handle, mut disposition) = (null_mut(), 0);
        let create = |attributes: &NtObjectAttributes| {
            let (handle, disposition) = (&raw mut handle, &raw mut disposition);
            // SAFETY: the places are locals; no class is given.
            unsafe { nt::NtCreateKey(handle, access, attributes, 0, null(), options, disposition) }
        };
        let status = with_name(below, name, create);
        if status.is_success() { Ok((Self::of_handle(handle), disposition)) } else { Err(status) }
    }

    /// Reads a value.
    pub fn value(&self, name: &[u16]) -> Result<Value, NtStatus> {
        let name = nt::counted(name);
        let mut room = vec![0_u8; HEADER + 256];
        loop {
            let (size, mut needed) = (u32::try_from(room.len()).unwrap_or(0), 0);
            let place: Pointer = room.as_mut_ptr().cast();
            // SAFETY: the name and the places are locals, and there is as much room as is said.
            let status =
                unsafe { nt::NtQueryValueKey(self.handle(), &raw const name, PARTIAL, place, size, &raw mut needed) };
            if status == NtStatus::BUFFER_OVERFLOW || status == NtStatus::BUFFER_TOO_SMALL {
                room.resize(needed as usize, 0);
                continue;
            }
            if !status.is_success() {
                return Err(status);
            }
            let number =
                |at: usize| room.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |four| u32::from_le_bytes(*four));
            let (kind, length) = (number(4), number(8) as usize);
            let bytes = room.get(HEADER..HEADER.saturating_add(length)).unwrap_or(&[]).to_vec();
            return Ok(Value { kind, bytes });
        }
    }

    /// Writes a value.
    pub fn set(&self, name: &[u16], kind: u32, bytes: &[u8]) -> Result<(), NtStatus> {
        let name = nt::counted(name);
        let size = u32::try_from(bytes.len()).map_err(|_| NtStatus::INVALID_PARAMETER)?;
        let data = bytes.as_ptr().cast();
        // SAFETY: the name is a local, and there are as many bytes as is said.
        checked(unsafe { nt::NtSetValueKey(self.handle(), &raw const name, 0, kind, data, size) })
    }

    /// Removes a value.
    pub fn remove(&self, name: &[u16]) -> Result<(), NtStatus> {
        let name = nt::counted(name);
        // SAFETY: the name is a local.
        checked(unsafe { nt::NtDeleteValueKey(self.handle(), &raw const name) })
    }

    /// Removes the key itself.
    pub fn delete(&self) -> Result<(), NtStatus> {
        // SAFETY: the handle is that of an open key.
        checked(unsafe { nt::NtDeleteKey(self.handle()) })
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: the handle is ours, and is closed once.
        unsafe { nt::NtClose(self.handle()) };
    }
}

fn checked(status: NtStatus) -> Result<(), NtStatus> {
    if status.is_success() { Ok(()) } else { Err(status) }
}

fn with_name(below: Option<&Key>, name: &[u16], call: impl FnOnce(&NtObjectAttributes) -> NtStatus) -> NtStatus {
    let name = nt::counted(name);
    call(&NtObjectAttributes {
        length: wdf_abi::size::<NtObjectAttributes>(),
        root: below.map_or(null_mut(), Key::handle),
        name: from_ref(&name),
        attributes: OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE,
        security: null_mut(),
        quality: null_mut(),
    })
}

/// The key of a device below `Enum`.
pub fn of_device(instance: &str) -> Result<Key, NtStatus> {
    let path = format!(r"\Registry\Machine\System\CurrentControlSet\Enum\{instance}");
    Key::open(None, &path.encode_utf16().collect::<Vec<u16>>(), READ)
}
