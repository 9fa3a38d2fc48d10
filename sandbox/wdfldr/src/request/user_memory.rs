//! Buffers of user mode that a driver locks in the context of the caller.

use crate::argument::Out;
use crate::call::Call;
use crate::memory::Memory;
use crate::nt::Pointer;
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::request::data::Request;
use crate::world;
use netioctl_status::NtStatus;
use wdf_abi::Handle;
use wdf_model::attributes::Accepts;

/// `WdfRequestProbeAndLockUserBufferForRead` and `…ForWrite`: Wine has copied the caller's buffers to memory of the process
/// that runs the driver, so that nothing is to be locked.
pub fn probe_and_lock(
    call: Call,
    request: Handle,
    buffer: Pointer,
    length: usize,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    if buffer.is_null() || out.is_missing() {
        call.null_parameter("no buffer, or no place for the handle");
        return Err(NtStatus::INVALID_PARAMETER);
    }
    if length == 0 {
        return Err(NtStatus::INVALID_USER_BUFFER);
    }
    let chosen = Chosen::check(None, Accepts::PLAIN)?;
    let mut world = world::lock();
    let id = world.check::<Request>(call, request)?;
    life::hand_out(life::create(&mut world, call, &chosen, Some(id), Memory::of_request(buffer, length)), out)
}
