//! From a framework request to the core and back.

use crate::backend::Kernel;
use kmdf::{DeviceControl, NTSTATUS, Request, irql::at_passive_level};
use netioctl_abi::{ControlCode, NtStatus};
use netioctl_core::{Completion, MAX_INPUT, Service};
use netioctl_irql::PassiveLevel;

/// Serves every device; the number of a snapshot counts from the moment the driver was loaded.
static SERVICE: Service<Kernel> = Service::new(Kernel, DRIVER_VERSION);

/// Major, minor and patch of this package.
const DRIVER_VERSION: [u16; 3] = [
    number(env!("CARGO_PKG_VERSION_MAJOR")),
    number(env!("CARGO_PKG_VERSION_MINOR")),
    number(env!("CARGO_PKG_VERSION_PATCH")),
];

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
    fn device_control(mut request: Request, code: u32) {
        let served = at_passive_level(|at| serve(at, &mut request, ControlCode::from_raw(code)));
        // The queue asks for PASSIVE_LEVEL. Should a request ever come above it, NETIO is not called.
        let end = served.unwrap_or(Completion::failed(NtStatus::INVALID_DEVICE_STATE));
        request.complete(end.status.0, end.information);
    }
}

fn serve(at: PassiveLevel<'_>, request: &mut Request, code: ControlCode) -> Completion {
    try_serve(at, request, code).unwrap_or_else(|status| Completion::failed(NtStatus(status)))
}

fn try_serve(at: PassiveLevel<'_>, request: &mut Request, code: ControlCode) -> Result<Completion, NTSTATUS> {
    // One byte more than any operation takes, so that the core sees when an input is too long.
    let mut copy = [0; MAX_INPUT + 1];
    let input = request.copy_input(&mut copy)?;
    Ok(SERVICE.dispatch(at, code, input, request.output()?))
}
