//! Functions for what those of all subjects give out: tables and registrations.

use crate::NTSTATUS;
use core::ffi::c_void;

#[cfg_attr(windows, link(name = "netio"))]
unsafe extern "system" {
    /// Ends a registration, and waits until its callback does not run any more. Not from that callback.
    pub fn CancelMibChangeNotify2(NotificationHandle: *mut c_void) -> NTSTATUS;
    /// Gives a table back. Not for NULL. Below `DISPATCH_LEVEL`.
    pub fn FreeMibTable(Memory: *mut c_void);
}
