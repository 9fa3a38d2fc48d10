//! From a framework request to the core and back.

use crate::{device::Adapter, shell::Driver, wait, watch};
use kmdf::{Direct, IoQueue, NtError, PassiveLevel, Presented, Request};
use netioctl_abi::{ControlCode, Method, Operation, operation::MAX_INPUT};
use netioctl_core::{Circumstances, Completion, Entry, Service, Serving};

/// The core over the NETIO of this kernel.
pub type Core = Service<netio::Kernel, Driver>;

/// Serves every device; snapshots count from the moment the driver was loaded.
pub static SERVICE: Core = Service::new(netio::Kernel, Driver, DRIVER_VERSION);

/// Major, minor and patch of this package.
const DRIVER_VERSION: [u16; 3] = [
    number(env!("CARGO_PKG_VERSION_MAJOR")),
    number(env!("CARGO_PKG_VERSION_MINOR")),
    number(env!("CARGO_PKG_VERSION_PATCH")),
];

/// A part of the version. One that does not fit 16 bits stops the build.
const fn number(text: &str) -> u16 {
    match u16::from_str_radix(text, 10) {
        Ok(number) => number,
        Err(_) => panic!("a part of the package version does not fit 16 bits"),
    }
}

/// What the driver notes in a request whose control code it knows.
#[derive(Clone, Copy)]
pub struct Mark {
    /// The operation, so that it is looked up once.
    pub operation: Operation,
    /// Whether the request counts among those of its handle that wait for changes.
    pub waits: bool,
}

/// The handler of the default queue.
pub struct Control;

impl IoQueue for Control {
    type Device = Adapter;

    fn device_control(&self, mut request: Presented<'_, Adapter>, at: PassiveLevel<'_>) {
        let entry = Core::find(ControlCode::from_raw(request.code()));
        if let Some(Entry { operation, .. }) = entry {
            request.set_context(Mark { operation, waits: false });
        }
        match entry {
            Some(entry @ Entry { serving: Serving::Waits(_), .. }) => wait::defer(request, entry, at),
            Some(entry @ Entry { serving: Serving::Parks(ask), .. }) => watch::park(request, entry, ask, at),
            Some(Entry { serving: Serving::AtOnce(_), .. }) | None => {
                let end = serve(at, &mut request, entry).unwrap_or_else(Completion::failed);
                complete(request.into_request(), end);
            }
        }
    }
}

fn serve(
    at: PassiveLevel<'_>,
    request: &mut Request<Adapter>,
    entry: Option<Entry<Core>>,
) -> Result<Completion, NtError> {
    if ControlCode::from_raw(request.code()).method() == Method::OutDirect {
        let Direct { input, output, cancellation } = request.direct()?;
        let cancelled = || cancellation.is_wanted();
        return Ok(SERVICE.dispatch(entry, Circumstances { at, cancelled: &cancelled }, input, output));
    }
    // One byte more than any operation takes, so that the core sees when an input is too long.
    let mut copy = [0; MAX_INPUT + 1];
    let input = request.copy_input(&mut copy)?;
    Ok(SERVICE.dispatch(entry, Circumstances::new(at), input, request.output()?))
}

/// Counts a request, and completes it.
pub fn complete(request: Request<Adapter>, end: Completion) {
    let mark = request.context();
    SERVICE.count(mark.map(|mark| mark.operation), request.input_length(), end);
    if let (Some(Mark { waits: true, .. }), Some(file)) = (mark, request.file()) {
        file.waiting.leave();
    }
    request.complete(end.status, end.information);
}
