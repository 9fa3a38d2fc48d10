//! Why a device does not run: what Windows' plug and play manager notes at its device node, and Wine's does not.

use crate::nt::{self, DeviceObject};
use core::ptr::from_ref;
use netioctl_status::NtStatus;
use wdf_abi::Guid;

/// `DEVPROPKEY`.
#[repr(C)]
pub struct PropertyKey {
    set: Guid,
    number: u32,
}

/// `DEVPKEY_Device_ProblemCode` and `DEVPKEY_Device_ProblemStatus`.
const CODE: PropertyKey = PropertyKey { set: SET, number: 3 };
const STATUS: PropertyKey = PropertyKey { set: SET, number: 12 };
const SET: Guid =
    Guid { data1: 0x4340_a6c5, data2: 0x93fa, data3: 0x4706, data4: [0x97, 0x2c, 0x7b, 0x64, 0x80, 0x08, 0xa5, 0xa7] };

/// `DEVPROP_TYPE_UINT32` and `DEVPROP_TYPE_NTSTATUS`.
const UINT32: u32 = 0x07;
const NTSTATUS: u32 = 0x18;

/// `CM_PROB_FAILED_START` and `CM_PROB_FAILED_ADD`.
pub const FAILED_START: u32 = 10;
pub const FAILED_ADD: u32 = 31;

/// The device does not run, for this reason and with this status.
pub fn note(pdo: DeviceObject, code: u32, status: NtStatus) {
    set(pdo, &CODE, UINT32, code);
    set(pdo, &STATUS, NTSTATUS, status.bits());
}

fn set(pdo: DeviceObject, key: &PropertyKey, kind: u32, value: u32) {
    let mut value = value;
    let data: nt::Pointer = (&raw mut value).cast();
    // SAFETY: the physical device is plug and play's; key and value are locals.
    unsafe { nt::IoSetDevicePropertyData(pdo, from_ref(key), 0, 0, kind, 4, data) };
}
