//! Values are read.

use crate::argument::{Counted, Given, InOut, Out};
use crate::call::Call;
use crate::memory::Memory;
use crate::nt::Pointer;
use crate::object::life;
use crate::registry::key;
use crate::registry::raw::Value;
use crate::text::Text;
use crate::{collection, text};
use netioctl_status::NtStatus;
use wdf_abi::{Handle, UnicodeString};
use wdf_model::attributes::Accepts;
use wdf_model::registry;

fn value(call: Call, key: Handle, name: Option<Counted<'_>>) -> Result<Value, NtStatus> {
    key::of(call, key)?.value(&name.ok_or(NtStatus::INVALID_PARAMETER)?.text())
}

/// Copies bytes to the driver.
///
/// # Safety
/// There is room for them.
unsafe fn copy(bytes: &[u8], to: Pointer) {
    // SAFETY: the caller's promise.
    unsafe { bytes.as_ptr().copy_to(to.cast(), bytes.len()) };
}

/// `WdfRegistryQueryValue`.
///
/// # Safety
/// The buffer has as many bytes as is said.
pub unsafe fn query_value(
    call: Call,
    key: Handle,
    name: Option<Counted<'_>>,
    room: u32,
    buffer: Pointer,
    length: Out<u32>,
    kind: Out<u32>,
) -> Result<(), NtStatus> {
    let value = value(call, key, name)?;
    let room = if buffer.is_null() { 0 } else { room as usize };
    length.set(u32::try_from(value.bytes.len()).unwrap_or(u32::MAX));
    kind.set(value.kind);
    registry::fits(value.bytes.len(), room)?;
    // SAFETY: it fits, and the caller's promise.
    unsafe { copy(&value.bytes, buffer) };
    Ok(())
}

/// `WdfRegistryQueryMemory`.
pub fn query_memory(
    call: Call,
    key: Handle,
    name: Option<Counted<'_>>,
    pool: i32,
    attributes: Option<Given>,
    out: Out<Handle>,
    kind: Out<u32>,
) -> Result<(), NtStatus> {
    let value = value(call, key, name)?;
    life::hand_out(Memory::filled(call, attributes, &value.bytes, pool), out)?;
    kind.set(value.kind);
    Ok(())
}

/// `WdfRegistryQueryULong`.
pub fn query_number(call: Call, key: Handle, name: Option<Counted<'_>>, out: Out<u32>) -> Result<(), NtStatus> {
    let value = value(call, key, name)?;
    out.set(registry::number(value.kind, &value.bytes)?);
    Ok(())
}

/// `WdfRegistryQueryString`.
pub fn query_string(call: Call, key: Handle, name: Option<Counted<'_>>, string: Handle) -> Result<(), NtStatus> {
    let value = value(call, key, name)?;
    text::assign(call, string, registry::string(value.kind, &value.bytes)?)
}

/// `WdfRegistryQueryUnicodeString`: how many bytes it needs is told in any case.
pub fn query_unicode_string(
    call: Call,
    key: Handle,
    name: Option<Counted<'_>>,
    needed: Out<u16>,
    out: InOut<UnicodeString>,
) -> Result<(), NtStatus> {
    let value = value(call, key, name)?;
    let text = registry::string(value.kind, &value.bytes)?;
    let bytes = registry::string_value(&text);
    let length = u16::try_from(bytes.len()).map_err(|_| NtStatus::BUFFER_OVERFLOW)?;
    needed.set(length);
    let place = out.get();
    registry::fits(bytes.len(), place.map_or(0, |place| usize::from(place.maximum_length)))?;
    if let Some(place) = place {
        // SAFETY: the driver's promise for a string, and it fits.
        unsafe { copy(&bytes, place.buffer.cast()) };
        out.set(UnicodeString { length: length.saturating_sub(2), ..place });
    }
    Ok(())
}

/// `WdfRegistryQueryMultiString`: each string is added to a collection, which then holds it.
pub fn query_strings(
    call: Call,
    key: Handle,
    name: Option<Counted<'_>>,
    attributes: Option<Given>,
    collection: Handle,
) -> Result<(), NtStatus> {
    let value = value(call, key, name)?;
    for text in registry::strings(value.kind, &value.bytes)? {
        let id = life::make_plain(call, attributes, Accepts::PLAIN, Text::new(text))?;
        collection::add(call, collection, crate::world::handle(id))?;
    }
    Ok(())
}
