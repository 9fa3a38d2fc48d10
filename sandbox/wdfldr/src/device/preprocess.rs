//! IRPs that a driver looks at before the framework does.

use crate::call::Call;
use crate::device::data::Device;
use crate::device::init::DeviceInit;
use crate::dispatch;
use crate::nt::{Irp, Pointer};
use crate::{callback, world};
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_model::tree::ObjectId;

/// `EVT_WDFDEVICE_WDM_IRP_PREPROCESS`.
pub type Function = Option<unsafe extern "system" fn(device: Handle, irp: Irp) -> NtStatus>;

/// What a driver wants to see first.
#[derive(Clone)]
pub struct Preprocess {
    major: u8,
    /// The minor functions; none are all.
    minors: Vec<u8>,
    function: Function,
}

/// `WdfDeviceInitAssignWdmIrpPreprocessCallback`.
///
/// # Safety
/// There are as many minor functions as is said.
pub unsafe fn assign(
    call: Call,
    init: Handle,
    function: Function,
    major: u8,
    minors: Pointer,
    count: u32,
) -> Result<(), NtStatus> {
    if count > 0 && minors.is_null() {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    let minors = if count == 0 {
        Vec::new()
    } else {
        // SAFETY: the caller's promise.
        unsafe { core::slice::from_raw_parts(minors.cast::<u8>(), count as usize) }.to_vec()
    };
    world::with::<DeviceInit, _>(call, init, |init| init.preprocess.push(Preprocess { major, minors, function }))
}

/// Lets the driver look at an IRP, if it wants to.
pub fn first(device: ObjectId, irp: Irp) -> Option<NtStatus> {
    let stack = irp.stack();
    let function = {
        let world = world::lock();
        let wanted = world.get::<Device>(device)?.init.preprocess.iter();
        let mut wanted = wanted.filter(|one| one.major == stack.major());
        wanted.find(|one| one.minors.is_empty() || one.minors.contains(&stack.minor()))?.function
    };
    callback!("EvtDeviceWdmIrpPreprocess", function, world::handle(device), irp)
}

/// `WdfDeviceWdmDispatchPreprocessedIrp`: the driver has skipped its stack location, which the framework needs again.
pub fn dispatch(call: Call, device: Handle, irp: Option<Irp>) -> NtStatus {
    let (Ok(id), Some(irp)) = (world::lock().check::<Device>(call, device), irp) else {
        call.report(Violation::BadArgument, "no device or no IRP");
        return NtStatus::INVALID_PARAMETER;
    };
    irp.take_back_stack();
    dispatch::serve(id, irp)
}
