//! The lock of a device, for the callbacks of its timers and work items.

use crate::device::data::Device;
use crate::irql::Raised;
use crate::lock::CallbackLock;
use crate::world::World;
use alloc::sync::Arc;
use netioctl_status::NtStatus;
use wdf_model::execution::Scope;
use wdf_model::irql::{DISPATCH_LEVEL, PASSIVE_LEVEL};
use wdf_model::tree::ObjectId;

/// The lock, if any, under which the callbacks of a timer or work item run.
pub struct Serialization(Option<(Arc<CallbackLock>, bool)>);

impl Serialization {
    /// Runs under the lock; a lock of dispatch level raises the IRQL.
    pub fn run<R>(&self, then: impl FnOnce() -> R) -> R {
        let Some((lock, passive)) = &self.0 else { return then() };
        let _raised = Raised::to(if *passive { PASSIVE_LEVEL } else { DISPATCH_LEVEL });
        lock.enter();
        let result = then();
        lock.leave();
        result
    }
}

/// The serialization of a callback that runs at passive or dispatch level.
pub fn of(world: &World, device: ObjectId, automatic: bool, passive: bool) -> Result<Serialization, NtStatus> {
    let device = world.get::<Device>(device).ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    let own = device.execution;
    if !automatic || !matches!(own.scope, Scope::Device | Scope::Queue) {
        return Ok(Serialization(None));
    }
    if own.level.is_passive() != passive {
        return Err(NtStatus::WDF_INCOMPATIBLE_EXECUTION_LEVEL);
    }
    Ok(Serialization(Some((Arc::clone(&device.lock), passive))))
}
