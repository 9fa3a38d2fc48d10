//! Values of the registry as the framework's functions take them.

use alloc::vec::Vec;
use netioctl_status::NtStatus;

/// `REG_SZ`.
pub const STRING: u32 = 1;
/// `REG_DWORD`.
pub const NUMBER: u32 = 4;
/// `REG_MULTI_SZ`.
pub const STRINGS: u32 = 7;

fn typed(kind: u32, wanted: u32) -> Result<(), NtStatus> {
    if kind == wanted { Ok(()) } else { Err(NtStatus::OBJECT_TYPE_MISMATCH) }
}

/// The characters of a value; half a character at its end is none.
fn units(bytes: &[u8]) -> Vec<u16> {
    bytes.as_chunks().0.iter().copied().map(u16::from_le_bytes).collect()
}

/// A value of the type `REG_DWORD`.
///
/// # Errors
/// `STATUS_OBJECT_TYPE_MISMATCH`: it is of another type, or not of four bytes.
pub fn number(kind: u32, bytes: &[u8]) -> Result<u32, NtStatus> {
    typed(kind, NUMBER)?;
    bytes.try_into().map(u32::from_le_bytes).map_err(|_| NtStatus::OBJECT_TYPE_MISMATCH)
}

/// A value of the type `REG_SZ`, without its terminator.
///
/// # Errors
/// `STATUS_OBJECT_TYPE_MISMATCH`: it is of another type.
pub fn string(kind: u32, bytes: &[u8]) -> Result<Vec<u16>, NtStatus> {
    typed(kind, STRING)?;
    let mut text = units(bytes);
    if text.last() == Some(&0) {
        text.pop();
    }
    Ok(text)
}

/// A value of the type `REG_MULTI_SZ`: its strings.
///
/// # Errors
/// `STATUS_OBJECT_TYPE_MISMATCH`: it is of another type.
pub fn strings(kind: u32, bytes: &[u8]) -> Result<Vec<Vec<u16>>, NtStatus> {
    typed(kind, STRINGS)?;
    let units = units(bytes);
    Ok(units.split(|&unit| unit == 0).take_while(|text| !text.is_empty()).map(<[u16]>::to_vec).collect())
}

/// A string as a value of the type `REG_SZ`.
#[must_use]
pub fn string_value(text: &[u16]) -> Vec<u8> {
    text.iter().chain(&[0]).flat_map(|unit| unit.to_le_bytes()).collect()
}

/// Strings as a value of the type `REG_MULTI_SZ`.
#[must_use]
pub fn strings_value<'a>(texts: impl IntoIterator<Item = &'a [u16]>) -> Vec<u8> {
    let mut value: Vec<u8> = texts.into_iter().flat_map(string_value).collect();
    value.extend([0, 0]);
    value
}

/// What a driver's buffer gets of a value.
///
/// # Errors
/// `STATUS_BUFFER_OVERFLOW`: it has less room than the value needs, and gets nothing.
pub const fn fits(needed: usize, room: usize) -> Result<(), NtStatus> {
    if needed <= room { Ok(()) } else { Err(NtStatus::BUFFER_OVERFLOW) }
}
