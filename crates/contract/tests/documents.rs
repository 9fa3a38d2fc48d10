//! The files say what the contract says. `UPDATE_EXPECT=1` writes them.

use expect_test::expect_file;

#[test]
fn the_header_is_that_of_the_contract() {
    expect_file!["../../../include/netioctl.h"].assert_eq(&netioctl_contract::header());
}

#[test]
fn the_reference_is_that_of_the_operation_table() {
    expect_file!["../../../docs/ioctl.md"].assert_eq(&netioctl_contract::reference());
}
