//! Probes that need no client: each adds a line `id value`.

use crate::command::{control_device, create_queue, queue_config};
use crate::events;
use crate::runtime::{at_dispatch, irql};
use crate::wdf::{self, Pointer, attributes, counted, delete, wdf};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{Display, Write};
use core::ptr::{null, null_mut};
use wdf_abi::releases::DEVICE_STATE;
use wdf_abi::{Guid, Handle, ObjectAttributes, ObjectCallback, TimerConfig, UnicodeString, WorkItemConfig};

type Attributes = *const ObjectAttributes;

/// The report under way.
struct Report(String);

impl Report {
    fn line(&mut self, id: &str, value: impl Display) {
        // Writing to a string does not fail.
        let _infallible = writeln!(self.0, "{id} {value}");
    }

    fn status(&mut self, id: &str, status: i32) {
        self.line(id, format_args!("{status:#010x}"));
    }
}

/// Runs the probes of a group and answers the report.
pub fn run(group: &str) -> String {
    let mut report = Report(String::new());
    // Events of earlier objects' lives are not of interest here.
    drop(events::take());
    match group {
        "locks" => locks(&mut report),
        "memory" => memory(&mut report),
        "strings" => strings(&mut report),
        "collections" => collections(&mut report),
        "deletion" => deletion(&mut report),
        "devices" => devices(&mut report),
        "helpers" => helpers(&mut report),
        "framework" => framework(&mut report),
        _ => report.line("unknown group", group),
    }
    report.0
}

/// What the loader told about the framework, and what the framework makes of a structure that has grown.
fn framework(report: &mut Report) {
    let (newer, functions, structures) = wdf::told();
    report.line("framework.client_is_newer", newer);
    report.line("framework.functions", functions);
    report.line("framework.structures", structures);
    report.line("framework.structure_size.device_state", wdf::structure_size(DEVICE_STATE).unwrap_or(0));
    let Ok(device) = control_device("WdfProbeD", (1, 1)) else { return };
    for size in [28, 32] {
        // Beyond the size nothing is written, and nothing at all for a size that is not known.
        let mut state = [size, 9, 9, 9, 9, 9, 9, 9];
        wdf!(WdfDeviceGetDeviceState(device => Handle, state.as_mut_ptr() => *mut u32));
        let written = state.iter().skip(1).filter(|&&flag| flag != 9).count();
        report.line(&format!("framework.device_state.size_{size}"), written);
    }
    delete(device);
}

fn locks(report: &mut Report) {
    let mut lock: Handle = 0;
    let status = wdf!(WdfSpinLockCreate(null() => Attributes, &raw mut lock => *mut Handle) -> i32);
    report.status("lock.spin.create_no_parent", status);
    let before = irql();
    wdf!(WdfSpinLockAcquire(lock => Handle));
    let held = irql();
    wdf!(WdfSpinLockRelease(lock => Handle));
    report.line("lock.spin.irql", format_args!("{before} {held} {}", irql()));
    let after = at_dispatch(|| {
        wdf!(WdfSpinLockAcquire(lock => Handle));
        wdf!(WdfSpinLockRelease(lock => Handle));
        irql()
    });
    report.line("lock.spin.irql_from_dispatch", after);
    delete(lock);
    let status = wdf!(WdfWaitLockCreate(null() => Attributes, &raw mut lock => *mut Handle) -> i32);
    report.status("lock.wait.create_no_parent", status);
    let status = wdf!(WdfWaitLockAcquire(lock => Handle, null() => *const i64) -> i32);
    report.line("lock.wait.acquire_infinite", format_args!("{status:#010x} {}", irql()));
    wdf!(WdfWaitLockRelease(lock => Handle));
    let zero = 0_i64;
    let status = wdf!(WdfWaitLockAcquire(lock => Handle, &raw const zero => *const i64) -> i32);
    report.status("lock.wait.acquire_timeout0_free", status);
    wdf!(WdfWaitLockRelease(lock => Handle));
    delete(lock);
}

fn memory(report: &mut Report) {
    let create = |size: usize| {
        let (mut memory, mut buffer): (Handle, Pointer) = (0, null_mut());
        let status = wdf!(WdfMemoryCreate(
            null() => Attributes, 0 => i32, 0 => u32, size => usize,
            &raw mut memory => *mut Handle, &raw mut buffer => *mut Pointer) -> i32);
        (status, memory, buffer)
    };
    report.status("mem.create.size0", create(0).0);
    report.status("mem.create.huge", create(1 << 50).0);
    let (status, memory, buffer) = create(10);
    let mut size = 0_usize;
    let same = wdf!(WdfMemoryGetBuffer(memory => Handle, &raw mut size => *mut usize) -> Pointer) == buffer;
    report.line("mem.create.tag0", format_args!("{status:#010x} {} {size}", u8::from(same)));
    delete(memory);
    let mut place = [0_u8; 8];
    let at: Pointer = place.as_mut_ptr().cast();
    let mut memory: Handle = 0;
    let wrap = |size: usize, out: *mut Handle| wdf!(WdfMemoryCreatePreallocated(null() => Attributes, at => Pointer, size => usize, out => *mut Handle) -> i32);
    report.status("mem.preallocated.size0", wrap(0, &raw mut memory));
    report.status("mem.preallocated.ok", wrap(8, &raw mut memory));
    let status = wdf!(WdfMemoryAssignBuffer(memory => Handle, at => Pointer, 0 => usize) -> i32);
    report.status("mem.assign_buffer.size0", status);
    delete(memory);
}

fn strings(report: &mut Report) {
    let text: Vec<u16> = "hello".encode_utf16().collect();
    let mut source = counted(&text);
    let mut string: Handle = 0;
    let create = |source: *const UnicodeString, string: &mut Handle| {
        wdf!(WdfStringCreate(
            source => *const UnicodeString, null() => Attributes, core::ptr::from_mut(string) => *mut Handle) -> i32)
    };
    let view = |string: Handle| {
        let mut view = counted(&[]);
        wdf!(WdfStringGetUnicodeString(string => Handle, &raw mut view => *mut UnicodeString));
        view
    };
    let status = create(&raw const source, &mut string);
    let found = view(string);
    let numbers = (found.length, found.maximum_length);
    report.line("str.create_copy", format_args!("{status:#010x} {} {}", numbers.0, numbers.1));
    delete(string);
    let status = create(null(), &mut string);
    let found = view(string);
    report.line("str.create_null", format_args!("{status:#010x} {} {}", found.length, found.maximum_length));
    delete(string);
    source.length = 7;
    report.status("str.create_odd_length", create(&raw const source, &mut string));
    source.length = 12;
    report.status("str.create_length_over_maximum", create(&raw const source, &mut string));
}

fn general(parent: Handle, cleanup: ObjectCallback, destroy: ObjectCallback, level: i32) -> (i32, Handle) {
    let mut chosen = attributes();
    (chosen.parent, chosen.cleanup, chosen.destroy) = (parent, cleanup, destroy);
    chosen.execution_level = level;
    let mut handle: Handle = 0;
    let status = wdf!(WdfObjectCreate(&raw const chosen => Attributes, &raw mut handle => *mut Handle) -> i32);
    (status, handle)
}

fn collections(report: &mut Report) {
    let mut collection: Handle = 0;
    let status = wdf!(WdfCollectionCreate(null() => Attributes, &raw mut collection => *mut Handle) -> i32);
    report.status("col.create", status);
    let (_, a) = general(0, None, None, 1);
    let (_, b) = general(0, Some(cleanup_child), Some(destroy_child), 1);
    let add = |item: Handle| wdf!(WdfCollectionAdd(collection => Handle, item => Handle) -> i32);
    let status = add(a) | add(b);
    let count = || wdf!(WdfCollectionGetCount(collection => Handle) -> u32);
    let first = wdf!(WdfCollectionGetFirstItem(collection => Handle) -> Handle) == a;
    let last = wdf!(WdfCollectionGetLastItem(collection => Handle) -> Handle) == b;
    let facts = format!("{status:#010x} {} {} {}", count(), u8::from(first), u8::from(last));
    report.line("col.add", facts);
    wdf!(WdfCollectionRemove(collection => Handle, a => Handle));
    delete(b);
    events::add(format!("object_deleted count {}", count()));
    wdf!(WdfCollectionRemoveItem(collection => Handle, 0 => u32));
    events::add(String::from("removed"));
    report.line("col.holds_reference", events::take().join(", "));
    delete(a);
    delete(collection);
}

fn note(what: &str) {
    events::add(format!("{what} irql {}", irql()));
}

macro_rules! noting {
    ($($name:ident $text:literal;)*) => {
        $(unsafe extern "system" fn $name(_object: Handle) {
            note($text);
        })*
    };
}

noting! {
    cleanup_parent "cleanup parent";
    destroy_parent "destroy parent";
    cleanup_child "cleanup child";
    destroy_child "destroy child";
    cleanup_queue "cleanup queue";
    destroy_queue "destroy queue";
    work "workitem";
    fired "timer";
}

fn deletion(report: &mut Report) {
    let (_, parent) = general(0, Some(cleanup_parent), Some(destroy_parent), 1);
    let (_, child) = general(parent, Some(cleanup_child), Some(destroy_child), 1);
    at_dispatch(|| {
        delete(parent);
        note("delete_returned");
    });
    report.line("obj.delete.general_object_at_dispatch", events::take().join(", "));
    let _stale = child;
    let (_, parent) = general(0, Some(cleanup_parent), Some(destroy_parent), 2);
    // The callbacks run on another thread, which a raised IRQL does not hold off here: before or after the return.
    at_dispatch(|| delete(parent));
    wait_for(2);
    report.line("obj.delete.passive_general_object_at_dispatch", events::take().join(", "));
    let (status, object) = general(0, None, None, 1);
    report.status("obj.attr.object.exec_level_1", status);
    delete(object);
    report.status("obj.attr.object.exec_level_4", general(0, None, None, 4).0);
}

/// Waits until that many events are there, by asking the scheduler politely.
fn wait_for(count: usize) {
    let mut seen = Vec::new();
    for _ in 0..100 {
        seen.extend(events::take());
        if seen.len() >= count {
            break;
        }
        crate::runtime::sleep(10);
    }
    seen.into_iter().for_each(events::add);
}

fn devices(report: &mut Report) {
    let device = match control_device("WdfProbeA", (1, 1)) {
        Ok(device) => device,
        Err(status) => return report.status("dev.create", status),
    };
    if let Err(status) = control_device("WdfProbeA", (1, 1)) {
        report.status("dev.create.name_collision", status);
    }
    let link: Vec<u16> = "\\??\\WdfProbeB".encode_utf16().collect();
    let link = counted(&link);
    let status = wdf!(WdfDeviceCreateSymbolicLink(device => Handle, &raw const link => *const UnicodeString) -> i32);
    report.status("dev.symlink.second_name", status);
    let guid = Guid { data1: 1, data2: 2, data3: 3, data4: [4; 8] };
    let status = wdf!(WdfDeviceCreateDeviceInterface(
        device => Handle, &raw const guid => *const Guid, null() => *const UnicodeString) -> i32);
    report.status("dev.interface.on_control_device", status);
    let states = (
        wdf!(WdfDeviceGetDevicePnpState(device => Handle) -> i32),
        wdf!(WdfDeviceGetDevicePowerState(device => Handle) -> i32),
        wdf!(WdfDeviceGetDevicePowerPolicyState(device => Handle) -> i32),
    );
    report.line("dev.pnp_state.control_device", format_args!("{:#x} {:#x} {:#x}", states.0, states.1, states.2));
    report.line("queue.get_default.none", wdf!(WdfDeviceGetDefaultQueue(device => Handle) -> Handle));
    queues(report, device);
    let mut child = attributes();
    child.cleanup = Some(cleanup_queue);
    child.destroy = Some(destroy_queue);
    let (_, _queue) = create_queue(device, &queue_config(3), &raw const child);
    delete(device);
    report.line("dev.control.delete_order", events::take().join(", "));
}

unsafe extern "system" fn nothing(_queue: Handle, _request: Handle) {}

fn queues(report: &mut Report, device: Handle) {
    let mut config = queue_config(2);
    config.io_default = Some(nothing);
    let mut chosen = attributes();
    let mut with = |report: &mut Report, id: &str, change: fn(&mut ObjectAttributes)| {
        chosen = attributes();
        change(&mut chosen);
        report.status(id, create_queue(device, &config, &raw const chosen).0);
    };
    with(report, "queue.create.exec_level_9", |a| a.execution_level = 9);
    with(report, "queue.create.sync_scope_9", |a| a.synchronization_scope = 9);
    with(report, "queue.create.attr_size_small", |a| a.size = 48);
    with(report, "queue.create.parent_driver", |a| a.parent = crate::driver());
    report.status("queue.create.manual_with_callback", {
        let mut manual = config;
        manual.dispatch_type = 3;
        create_queue(device, &manual, null()).0
    });
    let status = wdf!(WdfIoQueueCreate(
        device => Handle, &raw const config => *const wdf_abi::IoQueueConfig, null() => Attributes,
        null_mut() => *mut Handle) -> i32);
    report.status("queue.create.null_handle_pointer", status);
    config.default_queue = 1;
    let (status, queue) = create_queue(device, &config, null());
    report.status("queue.create.default_first", status);
    report.status("queue.create.default_second", create_queue(device, &config, null()).0);
    report.line("queue.get_device", u8::from(wdf!(WdfIoQueueGetDevice(queue => Handle) -> Handle) == device));
    let configure = |queue: Handle, kind: i32| wdf!(WdfDeviceConfigureRequestDispatching(device => Handle, queue => Handle, kind => i32) -> i32);
    report.status("queue.configure.default_queue_device_control", configure(queue, 14));
    report.status("queue.configure.pnp", configure(queue, 27));
    wdf!(WdfControlFinishInitializing(device => Handle));
    report.status("queue.configure.after_finish_initializing", configure(queue, 14));
    report.status("queue.create.default_after_finish_initializing", create_queue(device, &config, null()).0);
}

fn helpers(report: &mut Report) {
    let Ok(device) = control_device("WdfProbeC", (1, 1)) else { return };
    let mut chosen = attributes();
    let mut handle: Handle = 0;
    let mut item =
        WorkItemConfig { size: size_of::<WorkItemConfig>() as u32, function: Some(work), automatic_serialization: 1 };
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
        size: size_of::<TimerConfig>() as u32,
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
    config.size = size_of::<TimerConfig>() as u32;
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
