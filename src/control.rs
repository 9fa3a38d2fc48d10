//! From a framework request to the core and back.

use crate::{backend::Kernel, device::Adapter, wait, watch};
use kmdf::{Direct, IoQueue, NtError, PassiveLevel, Presented, Request};
use netioctl_abi::{ControlCode, Method};
use netioctl_core::{Completion, Course, MAX_INPUT, Service, find};

/// Serves every device; snapshots and statistics count from the moment the driver was loaded.
pub static SERVICE: Service<Kernel> = Service::new(Kernel, DRIVER_VERSION);

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

impl IoQueue for Control {
    type Device = Adapter;

    fn device_control(&self, mut request: Presented<'_, Adapter>, at: PassiveLevel<'_>) {
        let code = ControlCode::from_raw(request.code());
        match find(code).map(|operation| operation.course) {
            Some(Course::Waits) => return wait::defer(request, at),
            Some(Course::Parks) => return watch::park(request, at),
            Some(Course::AtOnce) | None => {}
        }
        let end = serve(at, &mut request, code).unwrap_or_else(|error| Completion::failed(error.into()));
        complete(request.into_request(), end);
    }
}

fn serve(at: PassiveLevel<'_>, request: &mut Request<Adapter>, code: ControlCode) -> Result<Completion, NtError> {
    if code.method() == Method::OutDirect {
        let Direct { input, output, cancellation } = request.direct()?;
        return Ok(SERVICE.dispatch(at, code, input, output, &|| cancellation.is_wanted()));
    }
    // One byte more than any operation takes, so that the core sees when an input is too long.
    let mut copy = [0; MAX_INPUT + 1];
    let input = request.copy_input(&mut copy)?;
    Ok(SERVICE.dispatch(at, code, input, request.output()?, &never))
}

/// Short requests are not cancelled; one that waits has been taken from its work by then.
pub const fn never() -> bool {
    false
}

/// Counts a request, and completes it.
pub fn complete(request: Request<Adapter>, end: Completion) {
    SERVICE.count(ControlCode::from_raw(request.code()), request.input_length(), end);
    request.complete(end.status, end.information);
}
