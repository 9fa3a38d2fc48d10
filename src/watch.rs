//! Requests that wait for changes: between the framework, the core, and NETIO.

use crate::{backend::Kernel, control::complete};
use kmdf::{File, Lot, Parking, Parks, Request, SpinLock};
use netio::{ChangeSink, Registration};
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW};
use netioctl_abi::{ControlCode, NtStatus, wire::WatchRequest};
use netioctl_core::{
    Completion, Service,
    watch::{self, Lock, Parked, Watch, WatcherId, Watchers, address_event, interface_event},
};
use netioctl_irql::{PassiveLevel, at_passive_level};
use write_only::WriteOnly;

const CODE: ControlCode = ControlCode::WATCH_CHANGES;

/// Everybody who watches, on every device.
static WATCH: Watch<Kernel, Table> = Watch::new(Kernel, Table(SpinLock::new(Watchers::new())));

/// The table of watchers behind the lock.
struct Table(SpinLock<Watchers<Place, Registration>>);

impl Lock for Table {
    type Data = Watchers<Place, Registration>;

    fn locked<R: Send>(&self, body: impl FnOnce(&mut Self::Data) -> R + Send) -> R {
        self.0.locked(body)
    }
}

/// Where the requests of a device wait.
#[derive(Clone, PartialEq)]
struct Place(Parking);

impl watch::Parking for Place {
    type File = File;
    type Request = Waiting;

    fn take(&self, file: &File) -> Option<Waiting> {
        self.0.take(file).map(Waiting)
    }
}

/// A request that waited.
struct Waiting(Request);

impl Parked for Waiting {
    fn complete(self, answer: impl FnOnce(WriteOnly<'_>) -> Completion) {
        let Self(mut request) = self;
        let end =
            request.output().map_or_else(|status| Completion::failed(NtStatus(status)), |output| answer(output.into()));
        complete(request, end);
    }
}

impl ChangeSink for Kernel {
    fn interface_changed(context: usize, row: Option<&MIB_IPINTERFACE_ROW>, kind: i32) {
        WATCH.record(WatcherId::from_context(context), interface_event(row, kind));
    }

    fn address_changed(context: usize, row: Option<&MIB_UNICASTIPADDRESS_ROW>, kind: i32) {
        WATCH.record(WatcherId::from_context(context), address_event(row, kind));
    }
}

/// Serves a request that waits for changes.
pub fn park(request: Request) {
    let mut request = Some(request);
    let _ = at_passive_level(|at| request.take().map(|request| park_at(at, request)));
    // Above PASSIVE_LEVEL it is still here. The queue asks for that level, so it does not come to this.
    if let Some(request) = request {
        complete(request, Completion::failed(NtStatus::INVALID_DEVICE_STATE));
    }
}

fn park_at(at: PassiveLevel<'_>, request: Request) {
    let (id, file, place) = match begin(at, &request) {
        Ok(begun) => begun,
        Err(status) => return complete(request, Completion::failed(status)),
    };
    match request.park(Lot::Events) {
        Ok(()) => {
            WATCH.deliver(id, &place, &file);
            // Nobody is told of the end of a handle that was closed before its request was parked.
            if file.is_closed() {
                WATCH.end_file(at, &file);
            }
        }
        Err((request, _)) => {
            // The device is going: nobody may come any more who ends what has just begun.
            WATCH.end_file(at, &file);
            complete(request, Completion::failed(NtStatus::DEVICE_REMOVED));
        }
    }
}

/// Makes sure that the handle watches what the request asks for.
fn begin(at: PassiveLevel<'_>, request: &Request) -> Result<(WatcherId, File, Place), NtStatus> {
    Service::<Kernel>::admit(CODE, request.input_length(), request.output_length())?;
    let file = request.file().ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    let place = request.parking(Lot::Events).map(Place).ok_or(NtStatus::INVALID_DEVICE_STATE)?;
    let mut copy = [0; size_of::<WatchRequest>()];
    let input = request.copy_input(&mut copy).map_err(NtStatus)?;
    let id = WATCH.begin(at, &file, &place, input)?;
    Ok((id, file, place))
}

/// What the framework tells of handles and devices.
pub struct Watching;

impl Parks for Watching {
    fn file_closed(file: &File) {
        passive(|at| WATCH.end_file(at, file));
    }

    fn device_removed(parking: &Parking) {
        passive(|at| WATCH.end_queue(at, &Place(parking.clone())));
    }

    fn cancelled(request: Request) {
        complete(request, Completion::failed(NtStatus::CANCELLED));
    }
}

/// The driver goes: no registration may outlive its image.
pub fn unload() {
    passive(|at| WATCH.end_all(at));
}

/// Runs what the framework calls at PASSIVE_LEVEL by its own rules.
fn passive(body: impl FnOnce(PassiveLevel<'_>)) {
    let _ = at_passive_level(body);
}
