//! The problem of a device.

use super::device_info::{DeviceInfoSet, Node};
use crate::driver::{Problem, ProblemCode};
use netioctl_abi::NtStatus;
use windows_sys::Win32::{
    Devices::{
        DeviceAndDriverInstallation::{CM_Get_DevNode_Status, CR_SUCCESS, DN_HAS_PROBLEM},
        Properties::{
            DEVPKEY_Device_DriverProblemDesc, DEVPKEY_Device_ProblemCode, DEVPKEY_Device_ProblemStatus,
            DEVPROP_TYPE_NTSTATUS, DEVPROP_TYPE_UINT32,
        },
    },
    Foundation::DEVPROPKEY,
};

/// Why Windows does not run a device of the set; `None` if it does, or does not say.
pub fn of(set: &DeviceInfoSet, node: &Node) -> Option<Problem> {
    let number = |key: &DEVPROPKEY, kind| set.number(node, key, kind).filter(|number| *number != 0);
    // Where the one says nothing, the other may (the sandbox).
    let code = code(node).or_else(|| number(&DEVPKEY_Device_ProblemCode, DEVPROP_TYPE_UINT32))?;
    let status = number(&DEVPKEY_Device_ProblemStatus, DEVPROP_TYPE_NTSTATUS);
    Some(Problem {
        code: ProblemCode(code),
        status: status.map(NtStatus::from_bits),
        description: set.text(node, &DEVPKEY_Device_DriverProblemDesc),
    })
}

fn code(node: &Node) -> Option<u32> {
    // No flags, no problem: what stays if a system succeeds without an answer (Wine).
    let (mut status, mut problem) = (0, 0);
    // SAFETY: the device instance is only a number, and both pointers are to locals.
    let result = unsafe { CM_Get_DevNode_Status(&raw mut status, &raw mut problem, node.DevInst, 0) };
    (result == CR_SUCCESS && status & DN_HAS_PROBLEM != 0).then_some(problem)
}
