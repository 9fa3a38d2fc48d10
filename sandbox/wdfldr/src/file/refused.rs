//! Opens that failed.
//!
//! In Wine `CreateFile` succeeds whatever a driver answers to its create request. On Windows nothing comes through such a
//! file object; so what comes here is kept from the driver, and ends as the open did.

use crate::file::data;
use crate::irp;
use crate::lock::Mutex;
use crate::nt::{FileObject, Irp};
use alloc::collections::BTreeMap;
use netioctl_status::NtStatus;
use wdf_model::tree::ObjectId;

/// By file object.
static REFUSED: Mutex<BTreeMap<usize, NtStatus>> = Mutex::new(BTreeMap::new());

/// A create request fails.
pub fn note(object: FileObject, status: NtStatus) {
    REFUSED.lock().insert(object.address(), status);
}

/// A file object is opened. What was noted of another one at this address, whose close never came because its device went
/// first, does not hold for it.
pub fn begin(object: FileObject) {
    REFUSED.lock().remove(&object.address());
}

/// Fails a create request before the driver has seen it.
pub fn fail(device: ObjectId, irp: Irp, status: NtStatus) -> NtStatus {
    if let Some(object) = irp.stack().file() {
        note(object, status);
        data::forget(device, object);
    }
    irp::done(irp, status)
}

/// How the open of a file object failed, if it did.
pub fn status(object: FileObject) -> Option<NtStatus> {
    REFUSED.lock().get(&object.address()).copied()
}

/// The handle is closed. False: its open did not fail.
pub fn close(object: FileObject) -> bool {
    REFUSED.lock().remove(&object.address()).is_some()
}
