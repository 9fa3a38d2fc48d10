//! From a framework request to the core and back.

use crate::{backend::Kernel, watch};
use core::mem::MaybeUninit;
use kmdf::{DeviceControl, Direct, MAX_DEFERRED_INPUT, MAX_DEFERRED_OUTPUT, NTSTATUS, Request};
use netio::Compartment;
use netioctl_abi::{
    ControlCode, Method, NtStatus,
    wire::{NeighborRow, ResolveNeighborRequest},
};
use netioctl_core::{Completion, Course, Limit, MAX_INPUT, Service, find, status::from_netio};
use netioctl_irql::{PassiveLevel, at_passive_level};

/// Serves every device; snapshots and statistics count from the moment the driver was loaded.
pub static SERVICE: Service<Kernel> = Service::new(Kernel, DRIVER_VERSION);

/// Requests that wait for the network at the same time: each holds a system worker thread meanwhile.
static WAITING: Limit = Limit::new(8);

/// Major, minor and patch of this package.
const DRIVER_VERSION: [u16; 3] = [
    number(env!("CARGO_PKG_VERSION_MAJOR")),
    number(env!("CARGO_PKG_VERSION_MINOR")),
    number(env!("CARGO_PKG_VERSION_PATCH")),
];

// One byte more than the input takes, so that the core sees when it is too long.
const _: () = assert!(size_of::<ResolveNeighborRequest>() < MAX_DEFERRED_INPUT);
const _: () = assert!(size_of::<NeighborRow>() <= MAX_DEFERRED_OUTPUT);

/// A part of the version; one that is no 16-bit number stops the build.
const fn number(text: &str) -> u16 {
    match u16::from_str_radix(text, 10) {
        Ok(number) => number,
        Err(_) => panic!("a part of the package version does not fit 16 bits"),
    }
}

/// The handler of the default queue.
pub struct Control;

impl DeviceControl for Control {
    fn device_control(mut request: Request) {
        let code = ControlCode::from_raw(request.code());
        match find(code).map(|operation| operation.course) {
            Some(Course::Waits) => return wait(request),
            Some(Course::Parks) => return watch::park(request),
            Some(Course::AtOnce) | None => {}
        }
        let served = at_passive_level(|at| {
            serve(at, &mut request, code).unwrap_or_else(|status| Completion::failed(NtStatus(status)))
        });
        complete(request, served.unwrap_or(ABOVE_PASSIVE_LEVEL));
    }
}

/// The queue asks for PASSIVE_LEVEL. Should a request ever come above it, NETIO is not called.
const ABOVE_PASSIVE_LEVEL: Completion = Completion::failed(NtStatus::INVALID_DEVICE_STATE);

fn serve(at: PassiveLevel<'_>, request: &mut Request, code: ControlCode) -> Result<Completion, NTSTATUS> {
    if code.method() == Method::OutDirect {
        // SAFETY: the method is part of the control code.
        let Direct { input, output, cancellation } = unsafe { request.direct() }?;
        return Ok(SERVICE.dispatch(at, code, input, output.into(), &|| cancellation.is_wanted()));
    }
    // One byte more than any operation takes, so that the core sees when an input is too long.
    let mut copy = [0; MAX_INPUT + 1];
    let input = request.copy_input(&mut copy)?;
    Ok(SERVICE.dispatch(at, code, input, request.output()?.into(), &never))
}

/// Short requests are not cancelled; one that waits has been taken from its work by then.
const fn never() -> bool {
    false
}

/// Hands a request that may wait for seconds to a thread where it holds up nobody.
fn wait(request: Request) {
    if !WAITING.enter() {
        return complete(request, Completion::failed(NtStatus::INSUFFICIENT_RESOURCES));
    }
    let mut copy = [0; MAX_DEFERRED_INPUT];
    let deferred = match request.copy_input(&mut copy) {
        Ok(input) => request.defer(input, compartment(), resolve, finish),
        Err(status) => Err((request, status)),
    };
    if let Err((request, status)) = deferred {
        WAITING.leave();
        complete(request, Completion::failed(NtStatus(status)));
    }
}

/// NETIO acts in the network compartment of the thread that calls it, and this is the caller's thread: a user-mode caller
/// comes at PASSIVE_LEVEL, so the framework has not handed the request to another.
fn compartment() -> u32 {
    at_passive_level(|at| Compartment::current(at).raw()).unwrap_or_default()
}

/// The work of a deferred request; resolution is the only operation that waits. It runs on a thread of the system's, so
/// the compartment of the caller goes with it.
fn resolve(compartment: u32, input: &[u8], output: &mut [MaybeUninit<u8>]) -> (NTSTATUS, usize) {
    let served = at_passive_level(|at| {
        let resolve = || SERVICE.dispatch(at, ControlCode::RESOLVE_NEIGHBOR, input, output.into(), &never);
        let resolved = Compartment::from_raw(compartment).enter(at, resolve);
        resolved.unwrap_or_else(|status| Completion::failed(from_netio(status)))
    });
    WAITING.leave();
    let end = served.unwrap_or(ABOVE_PASSIVE_LEVEL);
    (end.status.0, end.information)
}

/// The end of a deferred request.
fn finish(request: Request, status: NTSTATUS, information: usize) {
    complete(request, Completion { status: NtStatus(status), information });
}

/// Counts a request, and completes it.
pub fn complete(request: Request, end: Completion) {
    SERVICE.count(ControlCode::from_raw(request.code()), request.input_length(), end);
    request.complete(end.status.0, end.information);
}
