//! `WDFREQUEST`: what is known of a request.

use crate::call::Call;
use crate::lock::Monitor;
use crate::nt::{self, FileObject, Irp, Mdl};
use crate::object::life;
use crate::target::cancel;
use crate::target::format::Format;
use crate::world::{Kind, Task, World};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::constants::{
    WDF_REQUEST_TYPE_CREATE, WDF_REQUEST_TYPE_DEVICE_CONTROL, WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL,
    WDF_REQUEST_TYPE_OTHER, WDF_REQUEST_TYPE_READ, WDF_REQUEST_TYPE_WRITE,
};
use wdf_abi::{CompletionParams, HandleCallback, RequestCompletion, RequestParameters};
use wdf_model::buffer::{Method, Operation};
use wdf_model::irql::Irql;
use wdf_model::request::{Life, Place};
use wdf_model::tree::ObjectId;

/// The object's data.
pub struct Request {
    pub irp: Irp,
    pub device: ObjectId,
    pub life: Life<ObjectId>,
    /// `EvtRequestCancel`.
    pub cancel: HandleCallback,
    /// Cancelled by the framework or the I/O manager.
    pub cancelled: bool,
    /// The driver acknowledged `EvtIoStop`.
    pub acknowledged: bool,
    /// The IRQL at which the request arrived.
    pub irql: Irql,
    /// The network compartment of the thread that has sent it.
    pub compartment: u32,
    pub major: u8,
    pub minor: u8,
    pub parameters: [usize; 4],
    pub file: Option<FileObject>,
    pub method: Method,
    pub input: Option<ObjectId>,
    pub output: Option<ObjectId>,
    /// MDLs made for the driver, freed at completion.
    pub mdls: Vec<Mdl>,
    /// The callback that the request was handed to, to name it in the log.
    pub handler: usize,
    pub sending: Sending,
}

/// What is known of a request as one that is sent to an I/O target.
#[derive(Default)]
pub struct Sending {
    /// Whether the driver has made it, with an IRP that goes with it.
    pub own: bool,
    /// `EvtRequestCompletionRoutine`, and its context.
    pub completion: (RequestCompletion, usize),
    /// The next stack location, as it was filled.
    pub format: Option<Format>,
    /// Where it was sent.
    pub target: Option<ObjectId>,
    /// Who waits for its end.
    pub waiter: Option<Arc<Monitor<bool>>>,
    /// It was cancelled because its time was over.
    pub timed_out: bool,
    /// Threads that are cancelling it; the last of them does what follows if it has come back meanwhile.
    pub cancelling: u32,
    pub returned: bool,
    /// How it ended.
    pub outcome: CompletionParams,
}

/// `UserMode`.
const USER_MODE: i8 = 1;

/// Changes whenever a request is completed or acknowledged.
pub static PROGRESS: Monitor<u64> = Monitor::new(0);

impl Request {
    /// `WDF_REQUEST_TYPE`.
    pub fn kind(&self) -> i32 {
        match self.major {
            nt::IRP_MJ_CREATE => WDF_REQUEST_TYPE_CREATE,
            nt::IRP_MJ_READ => WDF_REQUEST_TYPE_READ,
            nt::IRP_MJ_WRITE => WDF_REQUEST_TYPE_WRITE,
            nt::IRP_MJ_DEVICE_CONTROL => WDF_REQUEST_TYPE_DEVICE_CONTROL,
            nt::IRP_MJ_INTERNAL_DEVICE_CONTROL => WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL,
            _ => WDF_REQUEST_TYPE_OTHER,
        }
    }

    /// The parameters as `WDF_REQUEST_PARAMETERS`.
    pub fn describe(&self) -> RequestParameters {
        let [first, second, third, fourth] = self.parameters;
        let kind = self.kind();
        let transfer = matches!(kind, WDF_REQUEST_TYPE_READ | WDF_REQUEST_TYPE_WRITE);
        let control = matches!(kind, WDF_REQUEST_TYPE_DEVICE_CONTROL | WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL);
        RequestParameters {
            size: u16::try_from(size_of::<RequestParameters>()).unwrap_or(0),
            minor_function: self.minor,
            request_type: kind,
            word0: if transfer || control { self.word(0) } else { first },
            word1: if transfer || control { self.word(1) } else { second },
            word2: if control { self.word(2) } else { third },
            word3: if transfer { 0 } else { fourth },
        }
    }

    pub fn operation(&self) -> Operation {
        match self.kind() {
            WDF_REQUEST_TYPE_READ => Operation::Read,
            WDF_REQUEST_TYPE_WRITE => Operation::Write,
            WDF_REQUEST_TYPE_DEVICE_CONTROL | WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL => Operation::Control,
            _ => Operation::Other,
        }
    }

    /// A 32-bit member of the parameters, which are aligned to eight.
    pub fn word(&self, index: usize) -> usize {
        self.parameters.get(index).map_or(0, |&value| value & 0xFFFF_FFFF)
    }

    /// Bytes towards the driver.
    pub fn input_length(&self) -> usize {
        match self.operation() {
            Operation::Control => self.word(1),
            Operation::Write => self.word(0),
            _ => 0,
        }
    }

    /// Bytes from the driver.
    pub fn output_length(&self) -> usize {
        match self.operation() {
            Operation::Control | Operation::Read => self.word(0),
            _ => 0,
        }
    }

    /// The largest `Information` that makes sense.
    pub fn information_limit(&self) -> usize {
        match self.operation() {
            Operation::Write => self.input_length(),
            Operation::Other => usize::MAX,
            _ => self.output_length(),
        }
    }

    /// Whether the framework's verifier stops the machine over `Information`: a success that claims more than there is
    /// room for. A driver that answers I/O control without output may say how much of the input it has used.
    pub fn is_fatal(&self, information: usize, status: NtStatus) -> bool {
        let checked = match self.kind() {
            WDF_REQUEST_TYPE_READ | WDF_REQUEST_TYPE_WRITE => true,
            WDF_REQUEST_TYPE_DEVICE_CONTROL => self.irp.requestor_mode() == USER_MODE && self.output_length() > 0,
            _ => false,
        };
        checked && status.is_success() && information > self.information_limit()
    }
}

/// Takes a request out of the waiting state for the driver. False when the cancel routine is on its way.
pub fn unpark(world: &mut World, id: ObjectId, queue: ObjectId) -> bool {
    let Some(request) = world.get_mut::<Request>(id) else { return false };
    let mine = request.irp.swap_cancel_routine(None).is_some();
    if mine {
        request.life.place = Place::Owned(Some(queue));
        request.life.delivered = true;
        request.acknowledged = false;
    }
    mine
}

impl Kind for Request {
    const NAME: &'static str = "WDFREQUEST";

    fn refuses_delete(&self, _world: &World, _id: ObjectId) -> Option<&'static str> {
        if !self.sending.own {
            return Some("a request of the I/O manager is completed");
        }
        self.life.is_sent().then_some("the request has been sent and has not come back")
    }

    fn quiesce(&self, id: ObjectId) -> Option<Task> {
        self.life.is_sent().then(|| -> Task { Box::new(move || cancel::recall(id)) })
    }

    fn release(mut self: Box<Self>) {
        let format = self.sending.format.take();
        format.into_iter().flat_map(|format| format.undo(self.irp)).for_each(life::release);
        if self.sending.own {
            // SAFETY: the IRP was allocated for this request, which is with no other driver any more.
            unsafe { nt::IoFreeIrp(self.irp) };
        }
    }

    fn deleted(call: Call) -> Option<(Violation, &'static str)> {
        let completes = call.name().starts_with("WdfRequestComplete");
        completes.then_some((Violation::RequestCompletedTwice, "the request has been completed before"))
    }
}
