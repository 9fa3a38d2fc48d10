//! Requests that wait for changes: between the framework, the core, and NETIO.

use crate::{
    backend::Kernel,
    control::complete,
    device::{Adapter, Handle},
};
use kmdf::{FileObject, ManualQueue, PassiveLevel, Presented, Request, SpinLock, WriteOnly};
use netio::{ChangeSink, Registration};
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW};
use netioctl_abi::{ControlCode, NtStatus, wire::WatchRequest};
use netioctl_core::{
    Completion, Service,
    watch::{self, Lock, Parked, Watch, WatcherId, Watchers, address_event, interface_event},
};

const CODE: ControlCode = ControlCode::WATCH_CHANGES;

/// Everybody who watches, on every device.
static WATCH: Watch<Kernel, Table> = Watch::new(Kernel, Table(SpinLock::new(Watchers::new())));

/// The table of watchers behind the lock.
struct Table(SpinLock<Watchers<Place, Registration>>);

impl Lock for Table {
    type Data = Watchers<Place, Registration>;

    fn locked<R: Send>(&self, body: impl FnOnce(&mut Self::Data) -> R + Send) -> R {
        self.0.locked(|watchers, _at| body(watchers))
    }
}

/// Where the requests of a device wait.
#[derive(Clone, PartialEq)]
struct Place(ManualQueue<Adapter>);

impl watch::Parking for Place {
    type File = FileObject<Handle>;
    type Request = Waiting;

    fn take(&self, file: &FileObject<Handle>) -> Option<Waiting> {
        self.0.take_next_of(file).map(Waiting)
    }
}

/// A request that waited.
struct Waiting(Request<Adapter>);

impl Parked for Waiting {
    fn complete(self, answer: impl FnOnce(WriteOnly<'_>) -> Completion) {
        let Self(mut request) = self;
        let end = request.output().map_or_else(|error| Completion::failed(error.into()), answer);
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
pub fn park(request: Presented<'_, Adapter>, at: PassiveLevel<'_>) {
    let (id, file, place) = match begin(at, &request) {
        Ok(begun) => begun,
        Err(status) => return complete(request.into_request(), Completion::failed(status)),
    };
    match request.forward(&place.0) {
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
            complete(request.into_request(), Completion::failed(NtStatus::DEVICE_REMOVED));
        }
    }
}

/// Makes sure that the handle watches what the request asks for.
fn begin(at: PassiveLevel<'_>, request: &Request<Adapter>) -> Result<(WatcherId, FileObject<Handle>, Place), NtStatus> {
    Service::<Kernel>::admit(CODE, request.input_length(), request.output_length())?;
    let file = request.file().ok_or(NtStatus::INVALID_DEVICE_REQUEST)?.reference();
    let place = Place(request.device().ok_or(NtStatus::INVALID_DEVICE_STATE)?.events.clone());
    let mut copy = [0; size_of::<WatchRequest>()];
    let input = request.copy_input(&mut copy)?;
    let id = WATCH.begin(at, &file, &place, input)?;
    Ok((id, file, place))
}

/// A handle is closed.
pub fn file_closed(file: &FileObject<Handle>, at: PassiveLevel<'_>) {
    WATCH.end_file(at, file);
}

/// A device goes.
pub fn device_removed(events: &ManualQueue<Adapter>, at: PassiveLevel<'_>) {
    let place = Place(events.clone());
    WATCH.end_queue(at, &place);
    events.purge();
    // Whoever began to watch meanwhile.
    WATCH.end_queue(at, &place);
}

/// The driver goes: no registration may outlive its image.
pub fn unload(at: PassiveLevel<'_>) {
    WATCH.end_all(at);
}
