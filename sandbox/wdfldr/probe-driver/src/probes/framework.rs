//! What the loader tells about the framework.

use super::report::Report;
use crate::objects::control_device;
use crate::wdf::{self, delete, wdf};
use alloc::format;
use wdf_abi::Handle;
use wdf_abi::releases::DEVICE_STATE;

/// What the loader told about the framework, and what the framework makes of a structure that has grown.
pub fn run(report: &mut Report) {
    let (newer, functions, structures) = wdf::told();
    report.line("framework.client_is_newer", newer);
    report.line("framework.functions", functions);
    report.line("framework.structures", structures);
    report.line("framework.structure_size.device_state", wdf::structure_size(DEVICE_STATE).unwrap_or(0));
    let Ok(device) = control_device("WdfProbeD", (1, 1), None) else { return };
    for size in [28, 32] {
        // Beyond the size nothing is written, and nothing at all for a size that is not known.
        let mut state = [size, 9, 9, 9, 9, 9, 9, 9];
        wdf!(WdfDeviceGetDeviceState(device => Handle, state.as_mut_ptr() => *mut u32));
        let written = state.iter().skip(1).filter(|&&flag| flag != 9).count();
        report.line(&format!("framework.device_state.size_{size}"), written);
    }
    delete(device);
}
