//! The end of a handle: cleanup when it is closed, close when the last request that refers to it has been completed.
//!
//! Windows sends `IRP_MJ_CLEANUP` when the last handle to a file object closes, whatever requests are pending, and
//! `IRP_MJ_CLOSE` when nothing refers to the file object any more, which each pending request does. Wine sends one IRP,
//! `IRP_MJ_CLOSE`, and at the time of the first. It stands for both here, and is kept until the time of the second.

use crate::device::data::Device;
use crate::device::lower;
use crate::file::data::{config_of, forget};
use crate::inside::FILES;
use crate::lock::Monitor;
use crate::nt::{self, FileObject, Irp};
use crate::{callback, irp, worker, world};
use alloc::collections::BTreeMap;
use netioctl_status::NtStatus;
use wdf_abi::FileObjectConfig;
use wdf_abi::constants::{WDF_TRUE, WDF_USE_DEFAULT};
use wdf_model::tree::ObjectId;

/// A file object that requests refer to, or whose handle is closed.
#[derive(Default)]
struct End {
    /// Requests that have arrived and not been completed.
    pending: usize,
    /// Cleanup has been done.
    cleaned: bool,
    /// The close that waits for them.
    close: Option<Irp>,
}

// SAFETY: an IRP belongs to no thread.
unsafe impl Send for End {}

/// By device and file object: each device of a stack has its own requests that refer to one.
static ENDS: Monitor<BTreeMap<(ObjectId, usize), End>> = Monitor::new(BTreeMap::new());

/// A request that refers to a file object has arrived.
pub fn request_arrived(device: ObjectId, object: Option<FileObject>) {
    if let Some(object) = object {
        let mut ends = ENDS.lock();
        let end = ends.entry((device, object.address())).or_default();
        end.pending = end.pending.saturating_add(1);
    }
}

/// One of them is about to be completed. The file object may go with its IRP, and another get the address: what its end is
/// waiting for is asked now, and comes afterwards.
pub fn request_leaves(device: ObjectId, object: Option<FileObject>) -> Option<Due> {
    let object = object?;
    let mut ends = ENDS.lock();
    let end = ends.get_mut(&(device, object.address()))?;
    end.pending = end.pending.saturating_sub(1);
    if end.pending > 0 {
        return None;
    }
    if end.close.is_none() && !end.cleaned {
        ends.remove(&(device, object.address()));
        return None;
    }
    end.close.map(|irp| Due { device, object, irp })
}

/// A close that no request holds up any more.
#[must_use = "the file object stays until its close is carried out"]
pub struct Due {
    device: ObjectId,
    object: FileObject,
    irp: Irp,
}

impl Due {
    /// Closes the file object, on another thread: whoever completes the last request may hold a lock or be at
    /// `DISPATCH_LEVEL`; a close comes at `PASSIVE_LEVEL`.
    pub fn carry_out(self) {
        let Self { device, object, irp } = self;
        worker::submit(move || {
            finish(device, object, irp);
            // SAFETY: `close` took this reference when it kept the IRP, and a close is due once.
            unsafe { nt::ObfDereferenceObject(object) };
        });
    }
}

fn finish(device: ObjectId, object: FileObject, irp: Irp) -> NtStatus {
    let config = config_of(device, object);
    let onwards = passes_on(device, config.map(|(_, config)| config));
    FILES.with(object.address(), || {
        if let Some((id, config)) = config {
            callback!("EvtFileClose", config.close, world::handle(id));
            forget(device, object);
        }
    });
    // Before the IRP goes: the file object may go with it, and another get the address.
    ENDS.change(|ends| ends.remove(&(device, object.address())));
    if onwards { lower::pass_down(device, irp) } else { irp::done(irp, NtStatus::SUCCESS) }
}

/// Whether cleanup and close go on to the device below (`AutoForwardCleanupClose`): a filter's do, if it does not say
/// otherwise.
pub fn passes_on(device: ObjectId, config: Option<FileObjectConfig>) -> bool {
    let wanted = config.map_or(WDF_USE_DEFAULT, |config| config.auto_forward_cleanup_close);
    let world = world::lock();
    let Some(device) = world.get::<Device>(device).filter(|device| device.attached.is_some()) else { return false };
    if wanted == WDF_USE_DEFAULT { device.init.filter } else { wanted == WDF_TRUE }
}

/// The last handle is closed. False: that has been said before.
pub fn begin(device: ObjectId, object: FileObject) -> bool {
    !core::mem::replace(&mut ENDS.lock().entry((device, object.address())).or_default().cleaned, true)
}

/// Closes the file object, or keeps the close until no request refers to it any more.
pub fn close(device: ObjectId, object: FileObject, irp: Irp) -> NtStatus {
    let mut ends = ENDS.lock();
    if let Some(end) = ends.get_mut(&(device, object.address())).filter(|end| end.pending > 0) {
        irp.mark_pending();
        // A close that is pending keeps no file object in Wine: it goes with the last of the requests.
        // SAFETY: the file object is that of an IRP which has not been completed.
        unsafe { nt::ObfReferenceObject(object) };
        end.close = Some(irp);
        return NtStatus::PENDING;
    }
    drop(ends);
    finish(device, object, irp)
}

/// Waits until no close of a device is under way; its requests have been completed.
pub fn settle(device: ObjectId) {
    let mine = |((owner, _), end): (&(ObjectId, usize), &End)| *owner == device && end.close.is_some();
    ENDS.wait(None, |ends| (!ends.iter().any(mine)).then_some(()));
}
