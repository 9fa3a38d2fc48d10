//! Values are written and removed.

use crate::argument::Counted;
use crate::call::Call;
use crate::nt::Pointer;
use crate::registry::key;
use crate::target::source::Source;
use crate::{collection, text, world};
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use wdf_abi::{Handle, MemoryOffset};
use wdf_model::registry::{self, NUMBER, STRING, STRINGS};

fn assign(call: Call, key: Handle, name: Option<Counted<'_>>, kind: u32, bytes: &[u8]) -> Result<(), NtStatus> {
    key::of(call, key)?.set(&name.ok_or(NtStatus::INVALID_PARAMETER)?.text(), kind, bytes)
}

/// Bytes of the driver.
///
/// # Safety
/// There are as many, and they stay as long as they are used.
unsafe fn bytes<'a>(from: Pointer, length: usize) -> &'a [u8] {
    if from.is_null() || length == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(from.cast(), length) }
}

/// `WdfRegistryAssignValue`.
///
/// # Safety
/// The value has as many bytes as is said.
pub unsafe fn assign_value(
    call: Call,
    key: Handle,
    name: Option<Counted<'_>>,
    kind: u32,
    length: u32,
    value: Pointer,
) -> Result<(), NtStatus> {
    // SAFETY: the caller's promise.
    assign(call, key, name, kind, unsafe { bytes(value, length as usize) })
}

/// `WdfRegistryAssignMemory`.
pub fn assign_memory(
    call: Call,
    key: Handle,
    name: Option<Counted<'_>>,
    kind: u32,
    memory: Handle,
    offset: Option<MemoryOffset>,
) -> Result<(), NtStatus> {
    let piece = Source::memory(memory, offset).find(call, &world::lock())?;
    // SAFETY: the piece lies in the memory object, which the driver keeps during the call.
    assign(call, key, name, kind, unsafe { bytes(piece.address, piece.length) })
}

/// `WdfRegistryAssignULong`.
pub fn assign_number(call: Call, key: Handle, name: Option<Counted<'_>>, value: u32) -> Result<(), NtStatus> {
    assign(call, key, name, NUMBER, &value.to_le_bytes())
}

/// `WdfRegistryAssignUnicodeString`.
pub fn assign_unicode_string(
    call: Call,
    key: Handle,
    name: Option<Counted<'_>>,
    value: Option<Counted<'_>>,
) -> Result<(), NtStatus> {
    let value = value.ok_or(NtStatus::INVALID_PARAMETER)?.text();
    assign(call, key, name, STRING, &registry::string_value(&value))
}

/// `WdfRegistryAssignString`.
pub fn assign_string(call: Call, key: Handle, name: Option<Counted<'_>>, value: Handle) -> Result<(), NtStatus> {
    assign(call, key, name, STRING, &registry::string_value(&text::text_of(call, value)?))
}

/// `WdfRegistryAssignMultiString`.
pub fn assign_strings(call: Call, key: Handle, name: Option<Counted<'_>>, collection: Handle) -> Result<(), NtStatus> {
    let texts = (0..collection::count(call, collection)).map(|index| {
        let item = collection::get_item(call, collection, index);
        text::text_of(call, item)
    });
    let texts = texts.collect::<Result<Vec<_>, _>>()?;
    assign(call, key, name, STRINGS, &registry::strings_value(texts.iter().map(Vec::as_slice)))
}

/// `WdfRegistryRemoveValue`.
pub fn remove_value(call: Call, key: Handle, name: Option<Counted<'_>>) -> Result<(), NtStatus> {
    key::of(call, key)?.remove(&name.ok_or(NtStatus::INVALID_PARAMETER)?.text())
}
