//! Requests whose work waits: done on a thread of the framework's, and open to cancellation meanwhile.
//!
//! The request is parked; the work runs in a work item of its own, on copies. Whoever comes first takes the request out
//! and ends it: the work, when it is done; or the cancellation, the end of the handle, or that of the device, at once,
//! and then the work finishes for nobody. The work item is a child of the queue, so the framework waits for running
//! work before the device goes away: unloading takes as long as the longest work still under way, and no longer.

use crate::{
    File, Lot, Parking, Request, check, context::ContextType, reference::Reference, structure::structure_size,
    trampolines,
};
use core::{mem::MaybeUninit, ptr};
use wdk_sys::{
    NTSTATUS, STATUS_CANCELLED, STATUS_INVALID_DEVICE_STATE, WDF_OBJECT_ATTRIBUTES, WDF_WORKITEM_CONFIG, WDFWORKITEM,
    call_unsafe_wdf_function_binding,
};

/// Bytes of input that deferred work can take.
pub const MAX_DEFERRED_INPUT: usize = 128;

/// Bytes of output that deferred work can give.
pub const MAX_DEFERRED_OUTPUT: usize = 256;

/// Work on a copy of the input; answers status and bytes of output. Runs at PASSIVE_LEVEL, with what the thread that
/// brought the request has noted.
pub type Work = fn(note: u32, input: &[u8], output: &mut [MaybeUninit<u8>]) -> (NTSTATUS, usize);

/// Completes a request with the answer of its work, which has been copied to its output. Not called for a request that
/// has ended before its work.
pub type Finish = fn(request: Request, status: NTSTATUS, information: usize);

/// What a work item keeps.
pub struct Deferred {
    /// The handle of the request stays valid beyond completion.
    request: Reference,
    parking: Parking,
    output_length: usize,
    work: Work,
    note: u32,
    finish: Finish,
    input_length: usize,
    input: [u8; MAX_DEFERRED_INPUT],
}

static DEFERRED: ContextType<Deferred> = ContextType::new(c"Deferred", &DEFERRED);

impl Request {
    /// Does `work` later, with the note, and hands the request to `finish` with its answer, unless it is ended before.
    ///
    /// # Errors
    /// The status, and the request, which is still ours: the work will not be done. An input of more than
    /// [`MAX_DEFERRED_INPUT`] bytes is cut.
    pub fn defer(self, input: &[u8], note: u32, work: Work, finish: Finish) -> Result<(), (Self, NTSTATUS)> {
        let (item, file) = match self.prepare(input, note, work, finish) {
            Ok(item) => (item, self.file()),
            Err(status) => return Err((self, status)),
        };
        if let Err(refused) = self.park(Lot::Work) {
            // SAFETY: the item was not enqueued, and is not used afterwards.
            unsafe { dispose(item) };
            return Err(refused);
        }
        // SAFETY: the item is not enqueued, and it is alive, whoever has ended the request by now: it goes with the
        // queue, which waits for the callback that we are in.
        unsafe { call_unsafe_wdf_function_binding!(WdfWorkItemEnqueue, item) };
        // Nobody is told of the end of a handle that was closed before its request was parked.
        if let Some(file) = file.filter(File::is_closed) {
            file.end_work(|request| finish(request, STATUS_CANCELLED, 0));
        }
        Ok(())
    }

    /// The work item, ready to be enqueued.
    fn prepare(&self, input: &[u8], note: u32, work: Work, finish: Finish) -> Result<WDFWORKITEM, NTSTATUS> {
        let parking = self.parking(Lot::Work).ok_or(STATUS_INVALID_DEVICE_STATE)?;
        let item = self.create_item()?;
        let mut copy = [0; MAX_DEFERRED_INPUT];
        for (to, from) in copy.iter_mut().zip(input) {
            *to = *from;
        }
        let input_length = input.len().min(copy.len());
        let output_length = self.output_length().min(MAX_DEFERRED_OUTPUT);
        // SAFETY: we own the request.
        let request = unsafe { Reference::new(self.handle().cast()) };
        let context = Deferred { request, parking, output_length, work, note, finish, input_length, input: copy };
        // SAFETY: the framework made the context with this size, for this item, which nobody else knows yet.
        unsafe { deferred(item).write(context) };
        Ok(item)
    }

    fn create_item(&self) -> Result<WDFWORKITEM, NTSTATUS> {
        let mut config = WDF_WORKITEM_CONFIG {
            Size: structure_size::<WDF_WORKITEM_CONFIG>(),
            EvtWorkItemFunc: Some(trampolines::deferred_work),
            AutomaticSerialization: 0,
        };
        let mut attributes = WDF_OBJECT_ATTRIBUTES {
            Size: structure_size::<WDF_OBJECT_ATTRIBUTES>(),
            ExecutionLevel: wdk_sys::_WDF_EXECUTION_LEVEL::WdfExecutionLevelInheritFromParent,
            SynchronizationScope: wdk_sys::_WDF_SYNCHRONIZATION_SCOPE::WdfSynchronizationScopeInheritFromParent,
            ParentObject: self.queue().cast(),
            ContextTypeInfo: DEFERRED.info(),
            ..WDF_OBJECT_ATTRIBUTES::default()
        };
        let mut item: WDFWORKITEM = ptr::null_mut();
        // SAFETY: configuration, attributes and handle live through the call; the queue lives as long as its requests.
        check(unsafe {
            call_unsafe_wdf_function_binding!(WdfWorkItemCreate, &raw mut config, &raw mut attributes, &raw mut item,)
        })?;
        Ok(item)
    }
}

/// The context of an item made by [`Request::defer`].
fn deferred(item: WDFWORKITEM) -> *mut Deferred {
    // SAFETY: the item is alive.
    unsafe { DEFERRED.of(item.cast()) }
}

/// The body of the work item.
///
/// # Safety
/// `item` was made by [`Request::defer`] and runs now; nobody uses it afterwards.
pub unsafe fn run(item: WDFWORKITEM) {
    // SAFETY: `Request::prepare` wrote the context before the item was enqueued, and nobody else touches it.
    let context = unsafe { &*deferred(item) };
    let input = context.input.get(..context.input_length).unwrap_or(&[]);
    // Zeros: work that claims more than it has written gives nothing away.
    let mut output = [MaybeUninit::new(0); MAX_DEFERRED_OUTPUT];
    let room = output.get_mut(..context.output_length).unwrap_or(&mut []);
    let (status, information) = (context.work)(context.note, input, room);
    if let Some(mut request) = context.parking.take_this(&context.request) {
        let answer = output.get(..information.min(context.output_length)).unwrap_or(&[]);
        match request.output() {
            Ok(place) => {
                for (to, from) in place.iter_mut().zip(answer) {
                    *to = *from;
                }
                (context.finish)(request, status, information);
            }
            Err(status) => (context.finish)(request, status, 0),
        }
    }
    // SAFETY: this is the end of the item's only run.
    unsafe { dispose(item) };
}

/// Lets go of what the item holds, and deletes it.
///
/// # Safety
/// `Request::prepare` wrote the context of the item, and nobody uses either afterwards.
unsafe fn dispose(item: WDFWORKITEM) {
    // SAFETY: as the caller says.
    unsafe { deferred(item).drop_in_place() };
    // SAFETY: the item is alive; an item may be deleted by its own callback.
    unsafe { call_unsafe_wdf_function_binding!(WdfObjectDelete, item.cast()) };
}
