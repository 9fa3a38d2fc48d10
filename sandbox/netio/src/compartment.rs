//! Network compartments: what `ndis.sys` exports of them. The image is installed under that name, too.
//!
//! Which compartment a thread has of its own, the verifier knows; in which the callers of the machine are, the server.

use crate::{
    caller::status_of,
    remote::ask,
    system::{SandboxCompartment, SandboxSetCompartment},
    verifier::Call,
};
use core::ffi::c_void;
use netio_wire::{Compartments, Operation};
use netioctl_status::NtStatus;
use verifier_abi::COMPARTMENT_OF_CALLER;

/// `NET_IF_COMPARTMENT_ID_PRIMARY`.
const PRIMARY: u32 = 1;

pub extern "system" fn get(thread: *mut c_void, caller: *const c_void) -> u32 {
    let call = Call::new("NdisGetThreadObjectCompartmentId", caller);
    if call.require_passive().is_err() || !is_a_thread(call, thread) {
        return PRIMARY;
    }
    match SandboxCompartment() {
        COMPARTMENT_OF_CALLER => of_machine(call).map_or(PRIMARY, |machine| machine.callers),
        own => own,
    }
}

/// There are as many compartments as the primary one, that of the callers and that of the links are.
pub extern "system" fn set(thread: *mut c_void, compartment: u32, caller: *const c_void) -> NtStatus {
    let call = Call::new("NdisSetThreadObjectCompartmentId", caller);
    let set = || {
        call.begin()?;
        if !is_a_thread(call, thread) {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        if !matches!(compartment, 0 | PRIMARY) && !of_machine(call)?.has(compartment) {
            return Err(NtStatus::NOT_FOUND);
        }
        SandboxSetCompartment(compartment);
        Ok(())
    };
    status_of(set())
}

fn of_machine(call: Call) -> Result<Compartments, NtStatus> {
    ask(call, Operation::GetCompartments, &())?.read()
}

/// Only the calling thread can be asked for here; the driver has no business with others.
fn is_a_thread(call: Call, thread: *mut c_void) -> bool {
    if thread.is_null() {
        call.bad_argument(format_args!("NULL is not a thread"));
    }
    !thread.is_null()
}
