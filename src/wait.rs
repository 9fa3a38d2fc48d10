//! Requests that wait for the network. They are served on a system worker thread, where they block nobody else.

use crate::{
    control::{Core, SERVICE, complete},
    device::{Adapter, end_of_refused},
    handle::Handle,
};
use kmdf::{FileObject, ManualQueue, NtError, PassiveLevel, Presented, Waiting, Work};
use netio::Compartment;
use netioctl_abi::{
    Course,
    operation::{longest_input, longest_output},
    wire::MAX_RESOLUTIONS,
};
use netioctl_core::{Circumstances, Completion, Entry, Limit};

/// Requests that wait for the network at the same time: each holds a system worker thread meanwhile.
static WAITING: Limit = Limit::new(MAX_RESOLUTIONS);

/// One byte more than any of these operations takes, so that the core sees when an input is too long.
const INPUT: usize = longest_input(Course::Waits) + 1;
const OUTPUT: usize = longest_output(Course::Waits);

/// A place among all who wait, and among those of the same handle; given back when it is dropped.
struct Place(FileObject<Handle>);

impl Place {
    fn enter(request: &Presented<'_, Adapter>) -> Result<Self, NtError> {
        let file = request.file().ok_or(NtError::INVALID_DEVICE_REQUEST)?;
        if !file.resolving.enter() {
            return Err(NtError::QUOTA_EXCEEDED);
        }
        if !WAITING.enter() {
            file.resolving.leave();
            return Err(NtError::QUOTA_EXCEEDED);
        }
        Ok(Self(file.reference()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        WAITING.leave();
        if let Some(handle) = self.0.context() {
            handle.resolving.leave();
        }
    }
}

/// A request that is served later, on copies of its input and output.
struct Deferred {
    entry: Entry<Core>,
    place: Option<Place>,
    /// NETIO acts in the network compartment of the thread that calls it, so the one of the caller goes with the
    /// request.
    compartment: Compartment,
    input: [u8; INPUT],
    input_length: usize,
    output_length: usize,
}

/// Hands a request that may wait for seconds to a thread where it blocks nobody else.
pub fn defer(request: Presented<'_, Adapter>, entry: Entry<Core>, at: PassiveLevel<'_>) {
    let refused = match prepare(&request, entry, at) {
        Ok((work, queue)) => request.defer(&queue, work).err(),
        Err(error) => Some((request, error)),
    };
    if let Some((request, error)) = refused {
        let end = end_of_refused(&request, error);
        complete(request.into_request(), end);
    }
}

/// The work, and where its request waits meanwhile.
fn prepare(
    request: &Presented<'_, Adapter>,
    entry: Entry<Core>,
    at: PassiveLevel<'_>,
) -> Result<(Deferred, ManualQueue<Adapter>), NtError> {
    let output_length = request.output_length();
    entry.admit(request.input_length(), output_length)?;
    let place = Some(Place::enter(request)?);
    let mut input = [0; INPUT];
    let input_length = request.copy_input(&mut input)?.len();
    // This is still the thread of the caller from user mode: the framework presents a request there that comes at
    // PASSIVE_LEVEL.
    let compartment = Compartment::current(at);
    let queue = request.device().ok_or(NtError::INVALID_DEVICE_STATE)?.work.clone();
    Ok((Deferred { entry, place, compartment, input, input_length, output_length }, queue))
}

impl Work for Deferred {
    type Device = Adapter;

    fn run(&mut self, request: Waiting<'_, Adapter>, at: PassiveLevel<'_>) {
        // Zeros: an answer that claims more than was written does not reveal what was on the stack.
        let mut answer = [0; OUTPUT];
        let end = self.serve(&mut answer, at);
        // A client that has been answered may send the next request at once, so its place is free before that.
        self.place = None;
        let Some(mut request) = request.take() else { return };
        let written = request.output().map(|mut output| output.write(answer.get(..end.information).unwrap_or(&[])));
        let end = match written {
            Ok(true) => end,
            Ok(false) => Completion::failed(NtError::BUFFER_TOO_SMALL),
            Err(error) => Completion::failed(error),
        };
        complete(request, end);
    }
}

impl Deferred {
    fn serve(&self, answer: &mut [u8; OUTPUT], at: PassiveLevel<'_>) -> Completion {
        let input = self.input.get(..self.input_length).unwrap_or(&[]);
        let room = self.output_length.min(OUTPUT);
        let output = answer.get_mut(..room).unwrap_or(&mut []);
        let serve = || SERVICE.dispatch(Some(self.entry), Circumstances::new(at), input, output.into());
        self.compartment.enter(at, serve).unwrap_or_else(Completion::failed)
    }
}
