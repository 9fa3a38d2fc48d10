//! The order in which objects are deleted, and where.

use super::notes::{cleanup_child, cleanup_parent, destroy_child, destroy_parent, note, wait_for};
use super::report::Report;
use crate::events;
use crate::objects::general;
use crate::runtime::at_dispatch;
use crate::wdf::delete;

/// All of it.
pub fn run(report: &mut Report) {
    let (_, parent) = general(0, Some(cleanup_parent), Some(destroy_parent), 1);
    general(parent, Some(cleanup_child), Some(destroy_child), 1);
    at_dispatch(|| {
        delete(parent);
        note("delete_returned");
    });
    report.line("obj.delete.general_object_at_dispatch", events::take().join(", "));
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
