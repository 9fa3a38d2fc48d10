//! DPCs, and requests that a driver makes.

use super::notes::{called, wait_for};
use super::report::Report;
use crate::events;
use crate::objects::control_device;
use crate::wdf::{attributes, delete, wdf};
use core::ptr::{null, null_mut};
use wdf_abi::{Handle, ObjectAttributes, ReuseParams, WorkItemConfig};

type Attributes = *const ObjectAttributes;

/// All of it.
pub fn run(report: &mut Report) {
    let Ok(device) = control_device("WdfProbeE", (1, 1), None) else { return };
    let mut chosen = attributes();
    let mut handle: Handle = 0;
    let mut dpc =
        WorkItemConfig { size: wdf_abi::size::<WorkItemConfig>(), function: Some(called), automatic_serialization: 0 };
    let mut create = |dpc: &WorkItemConfig, chosen: Attributes| {
        wdf!(WdfDpcCreate(
            core::ptr::from_ref(dpc) => *const WorkItemConfig, chosen => Attributes,
            &raw mut handle => *mut Handle) -> i32)
    };
    report.status("dpc.create.no_parent", create(&dpc, &raw const chosen));
    chosen.parent = crate::driver();
    report.status("dpc.create.parent_driver", create(&dpc, &raw const chosen));
    chosen.parent = device;
    dpc.size = 0;
    report.status("dpc.create.size_zero", create(&dpc, &raw const chosen));
    dpc.size = wdf_abi::size::<WorkItemConfig>();
    report.status("dpc.create.parent_device", create(&dpc, &raw const chosen));
    let queued = wdf!(WdfDpcEnqueue(handle => Handle) -> u8);
    wait_for(1);
    let fired = events::take().join(", ");
    let cancelled = wdf!(WdfDpcCancel(handle => Handle, 1 => u8) -> u8);
    report.line("dpc.enqueue", format_args!("{queued} [{fired}] {cancelled}"));
    delete(device);
    requests(report);
}

fn requests(report: &mut Report) {
    let mut request: Handle = 0;
    let status = wdf!(WdfRequestCreate(null() => Attributes, 0 => Handle, &raw mut request => *mut Handle) -> i32);
    report.status("req.driver_created.no_target", status);
    for (id, size) in
        [("req.driver_created.reuse", wdf_abi::size::<ReuseParams>()), ("req.driver_created.reuse_size0", 0)]
    {
        let reuse = ReuseParams { size, flags: 0, status: 0, irp: null_mut() };
        let status = wdf!(WdfRequestReuse(request => Handle, &raw const reuse => *const ReuseParams) -> i32);
        report.status(id, status);
    }
    delete(request);
}
