//! What the log says of a driver's death.

use wdf_model::fault::{WINE_STUB, bug_check, exception, explain};

#[test]
fn known_codes_have_names_and_unknown_ones_stay_numbers() {
    assert_eq!(exception(0xC000_0005), "STATUS_ACCESS_VIOLATION (0xc0000005)");
    assert_eq!(exception(WINE_STUB), "EXCEPTION_WINE_STUB (0x80000100)");
    assert_eq!(exception(0xE123_4567), "0xe1234567");
    assert_eq!(bug_check(0x10D), "WDF_VIOLATION (0x0000010d)");
    assert_eq!(bug_check(0xDEAD), "0x0000dead");
}

#[test]
fn a_page_fault_says_what_was_tried_and_where() {
    let told = |parameters: &[usize]| explain(0xC000_0005, parameters);
    assert_eq!(told(&[0, 0x10]).as_deref(), Some("page fault: read of address 0x10"));
    assert_eq!(told(&[1, 0x10]).as_deref(), Some("page fault: write to address 0x10"));
    assert_eq!(told(&[8, 0xdead]).as_deref(), Some("page fault: jump to address 0xdead"));
    assert_eq!(told(&[1]), None);
    assert_eq!(explain(WINE_STUB, &[1, 2]), None);
}
