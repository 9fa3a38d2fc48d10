//! Values out of the bytes of an input. Where there are no more bytes, there are zeros.

use arbitrary::Unstructured;

/// The next number.
pub fn byte(input: &mut Unstructured<'_>) -> u8 {
    input.arbitrary().unwrap_or_default()
}

/// The next number of two bytes.
pub fn short(input: &mut Unstructured<'_>) -> u16 {
    input.arbitrary().unwrap_or_default()
}

/// The next number of four bytes.
pub fn word(input: &mut Unstructured<'_>) -> u32 {
    input.arbitrary().unwrap_or_default()
}

/// So many bytes.
pub fn bytes(input: &mut Unstructured<'_>, length: usize) -> Vec<u8> {
    let there = length.min(input.len());
    let mut bytes = input.bytes(there).unwrap_or_default().to_vec();
    bytes.resize(length, 0);
    bytes
}

/// One of these.
pub fn one_of<T: Copy>(input: &mut Unstructured<'_>, values: &[T]) -> T {
    values[usize::from(byte(input)) % values.len()]
}
