//! The problem code of a device.

use super::device_info::Node;
use crate::driver::ProblemCode;
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::{CM_Get_DevNode_Status, CR_SUCCESS, DN_HAS_PROBLEM};

/// Why Windows does not run the device; `None` if it does, or does not say.
pub fn of(node: &Node) -> Option<ProblemCode> {
    // No flags, no problem: what stays if a system succeeds without an answer (Wine).
    let (mut status, mut problem) = (0, 0);
    // SAFETY: the device instance is only a number, and both pointers are to locals.
    let result = unsafe { CM_Get_DevNode_Status(&raw mut status, &raw mut problem, node.DevInst, 0) };
    (result == CR_SUCCESS && status & DN_HAS_PROBLEM != 0).then_some(ProblemCode(problem))
}
