//! End-to-end tests: issues DeviceIoControl at a loaded driver.

fn main() {}
