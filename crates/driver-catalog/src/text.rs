//! Text in a catalog: UTF-16LE with a terminator, in an OCTET STRING.

/// Encodes text with its terminator.
pub(crate) fn to_utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

/// Decodes what [`to_utf16`] encodes, and nothing else.
pub(crate) fn from_utf16(bytes: &[u8]) -> Option<String> {
    let units = bytes.chunks(2).map(|unit| unit.try_into().map(u16::from_le_bytes));
    let units = units.collect::<Result<Vec<_>, _>>().ok()?;
    let (0, units) = units.split_last()? else { return None };
    let text = String::from_utf16(units).ok()?;
    (!text.contains('\0')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives() {
        for text in ["", "a", "driver.sys", "größe 😀"] {
            assert_eq!(from_utf16(&to_utf16(text)).as_deref(), Some(text));
        }
        assert_eq!(to_utf16("2:10.0").len(), 14);
    }

    #[test]
    fn what_is_not_terminated_text_is_refused() {
        for bytes in [&b""[..], b"a", b"a\0", b"\0", b"a\0\0\0\0\0", b"\x00\xd8\0\0"] {
            assert_eq!(from_utf16(bytes), None, "{bytes:?}");
        }
    }
}
