//! Network compartments: functions of `ndis.lib`, declared in `ndis.h`. NETIO acts in the compartment of the thread that
//! calls it.

use crate::{COMPARTMENT_ID, NTSTATUS};
use core::ffi::c_void;

#[cfg_attr(windows, link(name = "ndis"))]
unsafe extern "system" {
    /// The compartment that a thread acts in: its own if it has one, else that of its process or session.
    pub fn NdisGetThreadObjectCompartmentId(ThreadObject: *mut c_void) -> COMPARTMENT_ID;
    /// Gives a thread a compartment of its own; `STATUS_NOT_FOUND` if there is no such compartment.
    pub fn NdisSetThreadObjectCompartmentId(ThreadObject: *mut c_void, CompartmentId: COMPARTMENT_ID) -> NTSTATUS;
}
