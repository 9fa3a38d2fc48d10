//! Work items and timers.

use super::notes::{fired, wait_for, work};
use super::report::Report;
use crate::events;
use crate::objects::control_device;
use crate::wdf::{attributes, delete, wdf};
use core::ptr::null;
use wdf_abi::{Handle, ObjectAttributes, TimerConfig, WorkItemConfig};

type Attributes = *const ObjectAttributes;

/// All of it.
pub fn run(report: &mut Report) {
    let Ok(device) = control_device("WdfProbeC", (1, 1), None) else { return };
    let mut chosen = attributes();
    let mut handle: Handle = 0;
    let mut item =
        WorkItemConfig { size: wdf_abi::size::<WorkItemConfig>(), function: Some(work), automatic_serialization: 1 };
    let mut create = |item: &WorkItemConfig, chosen: Attributes| {
        wdf!(WdfWorkItemCreate(
            core::ptr::from_ref(item) => *const WorkItemConfig, chosen => Attributes,
            &raw mut handle => *mut Handle) -> i32)
    };
    report.status("workitem.create.null_attributes", create(&item, null()));
    report.status("workitem.create.no_parent", create(&item, &raw const chosen));
    chosen.parent = crate::driver();
    report.status("workitem.create.parent_driver_not_serialized", create(&item, &raw const chosen));
    chosen.parent = device;
    item.function = None;
    report.status("workitem.create.no_callback", create(&item, &raw const chosen));
    item.function = Some(work);
    report.status("workitem.create.serialized_on_dispatch_device_no_sync", create(&item, &raw const chosen));
    wdf!(WdfWorkItemEnqueue(handle => Handle));
    wdf!(WdfWorkItemFlush(handle => Handle));
    report.line("workitem.enqueue_flush", events::take().join(", "));
    timers(report, device);
    delete(device);
    drop(events::take());
}

fn timers(report: &mut Report, device: Handle) {
    let mut config = TimerConfig {
        size: wdf_abi::size::<TimerConfig>(),
        function: Some(fired),
        period: 0,
        automatic_serialization: 0,
        tolerable_delay: 0,
        reserved: 0,
        use_high_resolution_timer: 0,
    };
    let mut chosen = attributes();
    let mut timer: Handle = 0;
    let mut create = |config: &TimerConfig, chosen: Attributes| {
        wdf!(WdfTimerCreate(
            core::ptr::from_ref(config) => *const TimerConfig, chosen => Attributes,
            &raw mut timer => *mut Handle) -> i32)
    };
    report.status("timer.create.no_parent", create(&config, &raw const chosen));
    chosen.parent = device;
    config.size = 0;
    report.status("timer.create.size_zero", create(&config, &raw const chosen));
    config.size = wdf_abi::size::<TimerConfig>();
    (config.period, chosen.execution_level) = (10, 2);
    report.status("timer.exec_passive.periodic.not_serialized", create(&config, &raw const chosen));
    (config.period, chosen.execution_level) = (0, 1);
    report.status("timer.exec_inherit.oneshot.not_serialized", create(&config, &raw const chosen));
    let start = |due: i64| wdf!(WdfTimerStart(timer => Handle, due => i64) -> u8);
    let stop = || wdf!(WdfTimerStop(timer => Handle, 0 => u8) -> u8);
    let returns = [start(-10_000_000), start(-10_000_000), stop(), stop()];
    report.line("timer.oneshot.returns", format_args!("{returns:?}"));
    start(0);
    wait_for(1);
    report.line("timer.due_time_zero", events::take().join(", "));
}
