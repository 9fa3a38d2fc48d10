//! Who opens a device: what Windows' I/O manager says with each create request, and Wine's does not.

use crate::lock::Mutex;
use crate::{caller, disk, faults, irql};
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::mem::offset_of;
use core::ptr::{null, null_mut};
use netioctl_status::NtStatus;
use verifier_abi::{CALLER_PATH, Caller, Violation};
use wdf_model::irql::PASSIVE_LEVEL;

/// `IO_SECURITY_CONTEXT`.
#[repr(C)]
struct SecurityContext {
    qos: *mut u8,
    state: *const AccessState,
    desired: u32,
    options: u32,
}

/// `ACCESS_STATE`, as far as drivers look.
#[repr(C)]
struct AccessState {
    operation: u64,
    evaluated: [u8; 4],
    flags: u32,
    remaining: u32,
    granted: u32,
    original: u32,
    client_token: *const u64,
    impersonation: u32,
    primary_token: *const u64,
    audit: *mut u8,
    rest: [usize; 16],
}

const _: () = assert!(offset_of!(AccessState, granted) == 0x14 && offset_of!(AccessState, client_token) == 0x20);
const _: () = assert!(offset_of!(AccessState, primary_token) == 0x30);

/// A caller that was played. It stays: tests play a few, and a driver may hold on to a token.
struct Played {
    caller: Caller,
    context: SecurityContext,
    /// The token is the address of this.
    session: u64,
}

/// Those that were played.
static PLAYED: Mutex<Vec<&'static Played>> = Mutex::new(Vec::new());

// SAFETY: the pointers are to leaked memory, which is only read.
unsafe impl Send for Played {}
// SAFETY: as above.
unsafe impl Sync for Played {}

/// More than any caller takes.
const ROOM: usize = 256;

/// The security context of an open that comes now: its address, or 0.
pub fn security_context() -> usize {
    let mut room = [0; ROOM];
    match disk::read(CALLER_PATH, &mut room).map(serde_json::from_slice) {
        Some(Ok(caller)) => (&raw const played(caller).context).expose_provenance(),
        Some(Err(error)) => {
            caller::report(Violation::StandInFailed, "EvtDeviceFileCreate", &format!("{CALLER_PATH}: {error}"));
            0
        }
        None => 0,
    }
}

fn played(caller: Caller) -> &'static Played {
    let mut all = PLAYED.lock();
    if let Some(known) = all.iter().copied().find(|known| known.caller == caller) {
        return known;
    }
    let context = SecurityContext { qos: null_mut(), state: null(), desired: caller.access, options: 0 };
    let played = Box::leak(Box::new(Played { caller, context, session: caller.session }));
    played.context.state = Box::leak(Box::new(AccessState {
        operation: 0,
        evaluated: [0; 4],
        flags: 0,
        remaining: 0,
        granted: caller.access,
        original: caller.access,
        client_token: null(),
        impersonation: 0,
        primary_token: &raw const played.session,
        audit: null_mut(),
        rest: [0; 16],
    }));
    all.push(played);
    played
}

/// `SeQueryAuthenticationIdToken`, which Wine does not have.
///
/// # Safety
/// There is room for a LUID.
pub unsafe extern "system" fn query_authentication_id(token: *const u64, session: *mut u64) -> NtStatus {
    if irql::current() > PASSIVE_LEVEL {
        caller::report(Violation::IrqlTooHigh, "SeQueryAuthenticationIdToken", "called above PASSIVE_LEVEL");
    }
    if let Some(status) = faults::refusal("SeQueryAuthenticationIdToken") {
        return status;
    }
    let known = PLAYED.lock().iter().copied().find(|played| (&raw const played.session) == token);
    let Some(known) = known else {
        caller::report(Violation::BadArgument, "SeQueryAuthenticationIdToken", "not a token");
        return NtStatus::INVALID_PARAMETER;
    };
    // SAFETY: the caller's promise; a LUID need not be aligned to eight.
    unsafe { session.write_unaligned(known.session) };
    NtStatus::SUCCESS
}
