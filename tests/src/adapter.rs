//! A network adapter that is there for tests.

use netioctl_client::InterfaceLuid;

/// The name of the test adapter that "Add legacy hardware" offers; it is connected to no network.
#[cfg(windows)]
const TEST_ADAPTER: &str = "KM-TEST Loopback Adapter";

/// The test adapter of this machine, if it has one.
#[cfg(not(windows))]
pub fn of_tests() -> Option<InterfaceLuid> {
    None
}

/// The test adapter of this machine, if it has one.
#[cfg(windows)]
pub fn of_tests() -> Option<InterfaceLuid> {
    use windows_sys::Win32::NetworkManagement::IpHelper::{FreeMibTable, GetIfTable2, MIB_IF_TABLE2};

    let mut table: *mut MIB_IF_TABLE2 = std::ptr::null_mut();
    // SAFETY: writes one pointer, to a local.
    let error = unsafe { GetIfTable2(&raw mut table) };
    if error != 0 {
        return None;
    }
    // SAFETY: a call that succeeds leaves a table, which nothing changes until it is freed below.
    let count = unsafe { (*table).NumEntries } as usize;
    // SAFETY: the table lies at this address; no reference to it is made.
    let rows = unsafe { &raw const (*table).Table };
    // SAFETY: `NumEntries` says how many rows follow.
    let rows = unsafe { std::slice::from_raw_parts(rows.cast(), count) };
    let found = rows.iter().find(|row| is_test_adapter(row));
    // SAFETY: every variant of the union is the same 64 bits.
    let luid = found.map(|row| InterfaceLuid(unsafe { row.InterfaceLuid.Value }));
    // SAFETY: what GetIfTable2 has allocated, once, and nothing refers to it any more.
    unsafe { FreeMibTable(table.cast()) };
    luid
}

#[cfg(windows)]
fn is_test_adapter(row: &windows_sys::Win32::NetworkManagement::IpHelper::MIB_IF_ROW2) -> bool {
    let end = row.Description.iter().position(|unit| *unit == 0).unwrap_or(row.Description.len());
    String::from_utf16_lossy(row.Description.get(..end).unwrap_or_default()).contains(TEST_ADAPTER)
}
