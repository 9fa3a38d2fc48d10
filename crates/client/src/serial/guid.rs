//! A `GUID`, as Windows writes it: the first three numbers lie in memory with their lowest byte first.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

pub fn serialize<S: Serializer>(bytes: &[u8; 16], serializer: S) -> Result<S::Ok, S::Error> {
    let digits = hex::encode_upper(turned(*bytes));
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
    serializer.collect_str(&format_args!("{{{}}}", parts.join("-")))
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 16], D::Error> {
    let digits = String::deserialize(deserializer)?.replace(['{', '}', '-'], "");
    let mut bytes = [0; 16];
    hex::decode_to_slice(digits, &mut bytes).map_err(D::Error::custom)?;
    Ok(turned(bytes))
}

/// The bytes in the other order.
fn turned(mut bytes: [u8; 16]) -> [u8; 16] {
    for number in [0..4, 4..6, 6..8] {
        bytes[number].reverse();
    }
    bytes
}
