//! Requests that wait for the network: done on a thread of the system's, where they hold up nobody.

use crate::{
    control::{SERVICE, complete, never},
    device::{Adapter, Handle},
};
use kmdf::{NtError, OpenFile, PassiveLevel, Presented, Waiting, Work};
use netio::Compartment;
use netioctl_abi::{
    ControlCode, NtStatus,
    wire::{NeighborRow, ResolveNeighborRequest},
};
use netioctl_core::{Completion, Limit, status::from_netio};

/// Requests that wait for the network at the same time: each holds a system worker thread meanwhile.
static WAITING: Limit = Limit::new(8);

// One byte more than the input takes, so that the core sees when it is too long.
const INPUT: usize = size_of::<ResolveNeighborRequest>() + 1;

/// One of those who wait; it leaves when it is dropped.
struct Place;

impl Place {
    fn enter() -> Option<Self> {
        WAITING.enter().then(|| Self)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        WAITING.leave();
    }
}

/// A resolution, the only operation that waits.
struct Resolution {
    place: Option<Place>,
    /// NETIO acts in the network compartment of the thread that calls it, so the one of the caller goes with the request.
    compartment: Compartment,
    input: [u8; INPUT],
    length: usize,
    /// Bytes that the caller has room for.
    room: usize,
}

/// Hands a request that may wait for seconds to a thread where it holds up nobody.
pub fn defer(request: Presented<'_, Adapter>, at: PassiveLevel<'_>) {
    let (work, queue) = match prepare(&request, at) {
        Ok(prepared) => prepared,
        Err(error) => return complete(request.into_request(), Completion::failed(error.into())),
    };
    let file = request.file().map(|file| file.reference());
    if let Err((request, error)) = request.defer(&queue, work) {
        return complete(request.into_request(), Completion::failed(error.into()));
    }
    // Nobody is told of the end of a handle that was closed before its request waited.
    if let Some(file) = file.filter(kmdf::FileObject::is_closed) {
        while let Some(request) = queue.take_next_of(&file) {
            complete(request, Completion::failed(NtStatus::CANCELLED));
        }
    }
}

fn prepare(
    request: &Presented<'_, Adapter>,
    at: PassiveLevel<'_>,
) -> Result<(Resolution, kmdf::ManualQueue<Adapter>), NtError> {
    let place = Place::enter().ok_or(NtError::INSUFFICIENT_RESOURCES)?;
    let queue = request.device().ok_or(NtError::INVALID_DEVICE_STATE)?.work.clone();
    let mut input = [0; INPUT];
    let length = request.copy_input(&mut input)?.len();
    // The thread of a caller from user mode, which the framework has not left: it comes at PASSIVE_LEVEL.
    let compartment = Compartment::current(at);
    Ok((Resolution { place: Some(place), compartment, input, length, room: request.output_length() }, queue))
}

impl Work for Resolution {
    type Device = Adapter;

    fn run(&mut self, request: Waiting<'_, Adapter>, at: PassiveLevel<'_>) {
        // Zeros: an answer that claims more than was written gives nothing away.
        let mut answer = [0; size_of::<NeighborRow>()];
        let end = self.resolve(&mut answer, at);
        // Whoever has been answered may come again at once.
        self.place = None;
        let Some(mut request) = request.take() else { return };
        let written = request.output().map(|mut output| output.write(answer.get(..end.information).unwrap_or(&[])));
        let end = match written {
            Ok(true) => end,
            Ok(false) => Completion::failed(NtStatus::BUFFER_TOO_SMALL),
            Err(error) => Completion::failed(error.into()),
        };
        complete(request, end);
    }
}

impl Resolution {
    fn resolve(&self, answer: &mut [u8], at: PassiveLevel<'_>) -> Completion {
        let input = self.input.get(..self.length).unwrap_or(&[]);
        let room = self.room.min(answer.len());
        let answer = answer.get_mut(..room).unwrap_or(&mut []);
        let resolve = || SERVICE.dispatch(at, ControlCode::RESOLVE_NEIGHBOR, input, answer.into(), &never);
        let resolved = self.compartment.enter(at, resolve);
        resolved.unwrap_or_else(|status| Completion::failed(from_netio(status)))
    }
}

/// Ends the requests of a handle that wait for the network.
pub fn file_closed(file: &OpenFile<'_, Handle>) {
    let Some(device) = file.device() else { return };
    while let Some(request) = device.work.take_next_of_open(file) {
        complete(request, Completion::failed(NtStatus::CANCELLED));
    }
}
