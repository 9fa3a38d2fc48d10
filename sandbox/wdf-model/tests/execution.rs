//! Execution level and synchronization scope: every combination of a control device and its default queue.
//!
//! A row: probe id behind `exec.dev_`, status of the queue's creation, IRQL of the callback for a caller at
//! `PASSIVE_LEVEL` and for one at `DISPATCH_LEVEL`.

use netioctl_status::NtStatus;
use wdf_model::execution::{Execution, Level, Presentation, Scope};
use wdf_model::irql::{DISPATCH_LEVEL, Irql, PASSIVE_LEVEL};

type Row = (&'static str, NtStatus, Irql, Irql);
const OK: NtStatus = NtStatus::SUCCESS;
const BAD: NtStatus = NtStatus::INVALID_PARAMETER;

#[rustfmt::skip]
const ROWS: [Row; 144] = [
    ("dispatch_device.queue_dispatch_device", OK, 2, 2),
    ("dispatch_device.queue_dispatch_inherit", OK, 2, 2),
    ("dispatch_device.queue_dispatch_none", OK, 0, 2),
    ("dispatch_device.queue_dispatch_queue", OK, 2, 2),
    ("dispatch_device.queue_inherit_device", OK, 2, 2),
    ("dispatch_device.queue_inherit_inherit", OK, 2, 2),
    ("dispatch_device.queue_inherit_none", OK, 0, 2),
    ("dispatch_device.queue_inherit_queue", OK, 2, 2),
    ("dispatch_device.queue_passive_device", BAD, 0, 0),
    ("dispatch_device.queue_passive_inherit", BAD, 0, 0),
    ("dispatch_device.queue_passive_none", OK, 0, 0),
    ("dispatch_device.queue_passive_queue", OK, 0, 0),
    ("dispatch_inherit.queue_dispatch_device", OK, 2, 2),
    ("dispatch_inherit.queue_dispatch_inherit", OK, 0, 2),
    ("dispatch_inherit.queue_dispatch_none", OK, 0, 2),
    ("dispatch_inherit.queue_dispatch_queue", OK, 2, 2),
    ("dispatch_inherit.queue_inherit_device", OK, 2, 2),
    ("dispatch_inherit.queue_inherit_inherit", OK, 0, 2),
    ("dispatch_inherit.queue_inherit_none", OK, 0, 2),
    ("dispatch_inherit.queue_inherit_queue", OK, 2, 2),
    ("dispatch_inherit.queue_passive_device", BAD, 0, 0),
    ("dispatch_inherit.queue_passive_inherit", OK, 0, 0),
    ("dispatch_inherit.queue_passive_none", OK, 0, 0),
    ("dispatch_inherit.queue_passive_queue", OK, 0, 0),
    ("dispatch_none.queue_dispatch_device", OK, 2, 2),
    ("dispatch_none.queue_dispatch_inherit", OK, 0, 2),
    ("dispatch_none.queue_dispatch_none", OK, 0, 2),
    ("dispatch_none.queue_dispatch_queue", OK, 2, 2),
    ("dispatch_none.queue_inherit_device", OK, 2, 2),
    ("dispatch_none.queue_inherit_inherit", OK, 0, 2),
    ("dispatch_none.queue_inherit_none", OK, 0, 2),
    ("dispatch_none.queue_inherit_queue", OK, 2, 2),
    ("dispatch_none.queue_passive_device", BAD, 0, 0),
    ("dispatch_none.queue_passive_inherit", OK, 0, 0),
    ("dispatch_none.queue_passive_none", OK, 0, 0),
    ("dispatch_none.queue_passive_queue", OK, 0, 0),
    ("dispatch_queue.queue_dispatch_device", OK, 2, 2),
    ("dispatch_queue.queue_dispatch_inherit", OK, 2, 2),
    ("dispatch_queue.queue_dispatch_none", OK, 0, 2),
    ("dispatch_queue.queue_dispatch_queue", OK, 2, 2),
    ("dispatch_queue.queue_inherit_device", OK, 2, 2),
    ("dispatch_queue.queue_inherit_inherit", OK, 2, 2),
    ("dispatch_queue.queue_inherit_none", OK, 0, 2),
    ("dispatch_queue.queue_inherit_queue", OK, 2, 2),
    ("dispatch_queue.queue_passive_device", BAD, 0, 0),
    ("dispatch_queue.queue_passive_inherit", OK, 0, 0),
    ("dispatch_queue.queue_passive_none", OK, 0, 0),
    ("dispatch_queue.queue_passive_queue", OK, 0, 0),
    ("inherit_device.queue_dispatch_device", OK, 2, 2),
    ("inherit_device.queue_dispatch_inherit", OK, 2, 2),
    ("inherit_device.queue_dispatch_none", OK, 0, 2),
    ("inherit_device.queue_dispatch_queue", OK, 2, 2),
    ("inherit_device.queue_inherit_device", OK, 2, 2),
    ("inherit_device.queue_inherit_inherit", OK, 2, 2),
    ("inherit_device.queue_inherit_none", OK, 0, 2),
    ("inherit_device.queue_inherit_queue", OK, 2, 2),
    ("inherit_device.queue_passive_device", BAD, 0, 0),
    ("inherit_device.queue_passive_inherit", BAD, 0, 0),
    ("inherit_device.queue_passive_none", OK, 0, 0),
    ("inherit_device.queue_passive_queue", OK, 0, 0),
    ("inherit_inherit.queue_dispatch_device", OK, 2, 2),
    ("inherit_inherit.queue_dispatch_inherit", OK, 0, 2),
    ("inherit_inherit.queue_dispatch_none", OK, 0, 2),
    ("inherit_inherit.queue_dispatch_queue", OK, 2, 2),
    ("inherit_inherit.queue_inherit_device", OK, 2, 2),
    ("inherit_inherit.queue_inherit_inherit", OK, 0, 2),
    ("inherit_inherit.queue_inherit_none", OK, 0, 2),
    ("inherit_inherit.queue_inherit_queue", OK, 2, 2),
    ("inherit_inherit.queue_passive_device", BAD, 0, 0),
    ("inherit_inherit.queue_passive_inherit", OK, 0, 0),
    ("inherit_inherit.queue_passive_none", OK, 0, 0),
    ("inherit_inherit.queue_passive_queue", OK, 0, 0),
    ("inherit_none.queue_dispatch_device", OK, 2, 2),
    ("inherit_none.queue_dispatch_inherit", OK, 0, 2),
    ("inherit_none.queue_dispatch_none", OK, 0, 2),
    ("inherit_none.queue_dispatch_queue", OK, 2, 2),
    ("inherit_none.queue_inherit_device", OK, 2, 2),
    ("inherit_none.queue_inherit_inherit", OK, 0, 2),
    ("inherit_none.queue_inherit_none", OK, 0, 2),
    ("inherit_none.queue_inherit_queue", OK, 2, 2),
    ("inherit_none.queue_passive_device", BAD, 0, 0),
    ("inherit_none.queue_passive_inherit", OK, 0, 0),
    ("inherit_none.queue_passive_none", OK, 0, 0),
    ("inherit_none.queue_passive_queue", OK, 0, 0),
    ("inherit_queue.queue_dispatch_device", OK, 2, 2),
    ("inherit_queue.queue_dispatch_inherit", OK, 2, 2),
    ("inherit_queue.queue_dispatch_none", OK, 0, 2),
    ("inherit_queue.queue_dispatch_queue", OK, 2, 2),
    ("inherit_queue.queue_inherit_device", OK, 2, 2),
    ("inherit_queue.queue_inherit_inherit", OK, 2, 2),
    ("inherit_queue.queue_inherit_none", OK, 0, 2),
    ("inherit_queue.queue_inherit_queue", OK, 2, 2),
    ("inherit_queue.queue_passive_device", BAD, 0, 0),
    ("inherit_queue.queue_passive_inherit", OK, 0, 0),
    ("inherit_queue.queue_passive_none", OK, 0, 0),
    ("inherit_queue.queue_passive_queue", OK, 0, 0),
    ("passive_device.queue_dispatch_device", BAD, 0, 0),
    ("passive_device.queue_dispatch_inherit", BAD, 0, 0),
    ("passive_device.queue_dispatch_none", OK, 0, 2),
    ("passive_device.queue_dispatch_queue", OK, 2, 2),
    ("passive_device.queue_inherit_device", OK, 0, 0),
    ("passive_device.queue_inherit_inherit", OK, 0, 0),
    ("passive_device.queue_inherit_none", OK, 0, 0),
    ("passive_device.queue_inherit_queue", OK, 0, 0),
    ("passive_device.queue_passive_device", OK, 0, 0),
    ("passive_device.queue_passive_inherit", OK, 0, 0),
    ("passive_device.queue_passive_none", OK, 0, 0),
    ("passive_device.queue_passive_queue", OK, 0, 0),
    ("passive_inherit.queue_dispatch_device", BAD, 0, 0),
    ("passive_inherit.queue_dispatch_inherit", OK, 0, 2),
    ("passive_inherit.queue_dispatch_none", OK, 0, 2),
    ("passive_inherit.queue_dispatch_queue", OK, 2, 2),
    ("passive_inherit.queue_inherit_device", OK, 0, 0),
    ("passive_inherit.queue_inherit_inherit", OK, 0, 0),
    ("passive_inherit.queue_inherit_none", OK, 0, 0),
    ("passive_inherit.queue_inherit_queue", OK, 0, 0),
    ("passive_inherit.queue_passive_device", OK, 0, 0),
    ("passive_inherit.queue_passive_inherit", OK, 0, 0),
    ("passive_inherit.queue_passive_none", OK, 0, 0),
    ("passive_inherit.queue_passive_queue", OK, 0, 0),
    ("passive_none.queue_dispatch_device", BAD, 0, 0),
    ("passive_none.queue_dispatch_inherit", OK, 0, 2),
    ("passive_none.queue_dispatch_none", OK, 0, 2),
    ("passive_none.queue_dispatch_queue", OK, 2, 2),
    ("passive_none.queue_inherit_device", OK, 0, 0),
    ("passive_none.queue_inherit_inherit", OK, 0, 0),
    ("passive_none.queue_inherit_none", OK, 0, 0),
    ("passive_none.queue_inherit_queue", OK, 0, 0),
    ("passive_none.queue_passive_device", OK, 0, 0),
    ("passive_none.queue_passive_inherit", OK, 0, 0),
    ("passive_none.queue_passive_none", OK, 0, 0),
    ("passive_none.queue_passive_queue", OK, 0, 0),
    ("passive_queue.queue_dispatch_device", BAD, 0, 0),
    ("passive_queue.queue_dispatch_inherit", OK, 2, 2),
    ("passive_queue.queue_dispatch_none", OK, 0, 2),
    ("passive_queue.queue_dispatch_queue", OK, 2, 2),
    ("passive_queue.queue_inherit_device", OK, 0, 0),
    ("passive_queue.queue_inherit_inherit", OK, 0, 0),
    ("passive_queue.queue_inherit_none", OK, 0, 0),
    ("passive_queue.queue_inherit_queue", OK, 0, 0),
    ("passive_queue.queue_passive_device", OK, 0, 0),
    ("passive_queue.queue_passive_inherit", OK, 0, 0),
    ("passive_queue.queue_passive_none", OK, 0, 0),
    ("passive_queue.queue_passive_queue", OK, 0, 0),
];

fn level(name: &str) -> Level {
    match name {
        "passive" => Level::Passive,
        "dispatch" => Level::Dispatch,
        _ => Level::Inherit,
    }
}

fn scope(name: &str) -> Scope {
    match name {
        "device" => Scope::Device,
        "queue" => Scope::Queue,
        "none" => Scope::None,
        _ => Scope::Inherit,
    }
}

fn choices(text: &str) -> (Level, Scope) {
    let (first, second) = text.split_once('_').expect("two words");
    (level(first), scope(second))
}

#[test]
fn callbacks_run_at_the_observed_irql() {
    for (id, expected, from_passive, from_dispatch) in ROWS {
        let (device, queue) = id.split_once(".queue_").expect("device and queue");
        let (device_level, device_scope) = choices(device);
        let (queue_level, queue_scope) = choices(queue);
        let device = Execution::DEFAULT.child(device_level, device_scope);
        match Presentation::of_queue(device, queue_level, queue_scope) {
            Err(status) => assert_eq!(status, expected, "exec.dev_{id}"),
            Ok(presentation) => {
                assert_eq!(NtStatus::SUCCESS, expected, "exec.dev_{id}");
                assert_eq!(presentation.irql(PASSIVE_LEVEL), from_passive, "exec.dev_{id} from passive");
                assert_eq!(presentation.irql(DISPATCH_LEVEL), from_dispatch, "exec.dev_{id} from dispatch");
            }
        }
    }
}
