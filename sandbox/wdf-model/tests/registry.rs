//! Values of the registry. What the framework answers was observed: `reg.query_ulong.*`, `reg.query_string.*`,
//! `reg.query_multi_string.*`, `reg.query_value.*`.

use netioctl_status::NtStatus;
use wdf_model::registry::{NUMBER, STRING, STRINGS, fits, number, string, string_value, strings, strings_value};

const BINARY: u32 = 3;

fn text(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

#[test]
fn a_value_of_another_type_is_refused() {
    let mismatch = NtStatus::OBJECT_TYPE_MISMATCH;
    assert_eq!(number(NUMBER, &1234_u32.to_le_bytes()), Ok(1234));
    assert_eq!(number(BINARY, &[1, 0, 0, 0]), Err(mismatch));
    assert_eq!(number(NUMBER, &[1, 0, 0, 0, 0, 0, 0, 0]), Err(mismatch));
    assert_eq!(string(NUMBER, &[0; 4]), Err(mismatch));
    assert_eq!(strings(STRING, &[0; 4]), Err(mismatch));
}

#[test]
fn strings_end_with_their_terminators() {
    let hello = text("hello");
    let value = string_value(&hello);
    assert_eq!(value.len(), 12);
    assert_eq!(string(STRING, &value), Ok(hello.clone()));
    assert_eq!(string(STRING, &value[..10]), Ok(hello.clone()));
    assert_eq!(string(STRING, &[]), Ok(Vec::new()));
    let two = strings_value([hello.as_slice(), &text("you")]);
    assert_eq!(strings(STRINGS, &two), Ok(vec![hello, text("you")]));
    assert_eq!(strings(STRINGS, &strings_value([])), Ok(Vec::new()));
}

#[test]
fn a_buffer_gets_a_whole_value_or_nothing() {
    assert_eq!(fits(8, 8), Ok(()));
    assert_eq!(fits(8, 4), Err(NtStatus::BUFFER_OVERFLOW));
    assert_eq!(fits(8, 0), Err(NtStatus::BUFFER_OVERFLOW));
}
