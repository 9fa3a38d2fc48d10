//! The device that tests play with: a default queue and two manual ones, 1 without and 2 with `EvtIoCanceledOnQueue`.

use crate::events;
use crate::files;
use crate::held::{held, hold};
use crate::late;
use crate::objects::{complete, control_device, create_queue, queue_config};
use crate::runtime::{irql, sleep};
use crate::wdf::{Pointer, delete, wdf};
use alloc::format;
use alloc::string::String;
use core::ptr::{null, null_mut, without_provenance_mut};
use core::sync::atomic::{AtomicUsize, Ordering};
use netioctl_status::NtStatus;
use wdf_abi::{Handle, HandleCallback, QueueState};

static DEVICE: AtomicUsize = AtomicUsize::new(0);
static QUEUES: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];

fn queue(index: usize) -> Handle {
    QUEUES.get(index).map_or(0, |queue| queue.load(Ordering::Acquire))
}

fn index_of(handle: Handle) -> usize {
    (0..QUEUES.len()).find(|&index| queue(index) == handle).unwrap_or(9)
}

fn number(text: Option<&&str>) -> usize {
    let text = text.copied().unwrap_or("0");
    text.strip_prefix("0x").map_or_else(|| text.parse().unwrap_or(0), |hex| usize::from_str_radix(hex, 16).unwrap_or(0))
}

fn status(status: i32) -> String {
    format!("{status:#010x}")
}

/// Runs a command on the subject.
pub fn run(verb: &str, arguments: &[&str]) -> String {
    let first = number(arguments.first());
    let second = number(arguments.get(1));
    match verb {
        "subject" => make(arguments),
        "drop" => {
            delete(DEVICE.swap(0, Ordering::AcqRel));
            String::from("done")
        }
        "state" => state(queue(first)),
        "start" => {
            wdf!(WdfIoQueueStart(queue(first) => Handle));
            String::from("done")
        }
        "stop" | "drain" | "purge" | "stop_and_purge" => change(verb, queue(first)),
        "retrieve" => retrieve(first),
        "complete" => {
            let value = u32::try_from(second).unwrap_or(0).cast_signed();
            complete(held(first), value, number(arguments.get(2)));
            String::from("done")
        }
        "mark" => status(mark(held(first))),
        "mark_void" => {
            wdf!(WdfRequestMarkCancelable(held(first) => Handle, CANCEL => HandleCallback));
            String::from("done")
        }
        "unmark" => status(wdf!(WdfRequestUnmarkCancelable(held(first) => Handle) -> i32)),
        "is_canceled" => format!("{}", wdf!(WdfRequestIsCanceled(held(first) => Handle) -> u8)),
        "forward" => status(forward(held(first), queue(second))),
        "misuse" => crate::misuse::run(arguments.first().copied().unwrap_or(""), DEVICE.load(Ordering::Acquire)),
        "die" => crate::deaths::die(arguments.first().copied().unwrap_or("")),
        "late" => {
            late::prepare(first);
            String::from("done")
        }
        "retained" => format!("{}", late::retained()),
        "late_end" => {
            late::end();
            String::from("done")
        }
        "requeue" => status(wdf!(WdfRequestRequeue(held(first) => Handle) -> i32)),
        _ => String::from("unknown command"),
    }
}

fn make(arguments: &[&str]) -> String {
    let number = |index: usize| i32::try_from(number(arguments.get(index))).unwrap_or(0);
    let files = (number(4) != 0).then(files::config);
    let execution = (number(2).max(1), number(3).max(1));
    let device = match control_device("WdfSubject", execution, files) {
        Ok(device) => device,
        Err(code) => return status(code),
    };
    DEVICE.store(device, Ordering::Release);
    let mut config = queue_config(number(0));
    config.default_queue = 1;
    if number(0) != 3 {
        config.io_device_control = Some(device_control);
    }
    if number(1) != 0 {
        config.presented_requests = number(1).cast_unsigned();
    }
    let mut manual = queue_config(3);
    let (default_status, default) = create_queue(device, &config, null());
    let (_, plain) = create_queue(device, &manual, null());
    manual.io_canceled_on_queue = Some(canceled_on_queue);
    let (_, calling) = create_queue(device, &manual, null());
    for (place, queue) in QUEUES.iter().zip([default, plain, calling]) {
        place.store(queue, Ordering::Release);
    }
    wdf!(WdfControlFinishInitializing(device => Handle));
    status(default_status)
}

fn state(queue: Handle) -> String {
    let (mut waiting, mut owned) = (0_u32, 0_u32);
    let bits = wdf!(WdfIoQueueGetState(
        queue => Handle, &raw mut waiting => *mut u32, &raw mut owned => *mut u32) -> u32);
    format!("{bits:#04x} queued {waiting} owned {owned}")
}

static VERBS: [&str; 4] = ["stop", "drain", "purge", "stop_and_purge"];

unsafe extern "system" fn changed(_queue: Handle, context: Pointer) {
    let verb = VERBS.get(context.addr()).copied().unwrap_or("?");
    events::add(format!("{verb}_complete irql {}", irql()));
}

fn change(verb: &str, queue: Handle) -> String {
    let index = VERBS.iter().position(|&known| known == verb).unwrap_or(9);
    let (done, context): (QueueState, Pointer) = (Some(changed), without_provenance_mut(index));
    match index {
        0 => wdf!(WdfIoQueueStop(queue => Handle, done => QueueState, context => Pointer)),
        1 => wdf!(WdfIoQueueDrain(queue => Handle, done => QueueState, context => Pointer)),
        2 => wdf!(WdfIoQueuePurge(queue => Handle, done => QueueState, context => Pointer)),
        _ => wdf!(WdfIoQueueStopAndPurge(queue => Handle, done => QueueState, context => Pointer)),
    }
    state(queue)
}

fn retrieve(index: usize) -> String {
    let mut request: Handle = 0;
    let code = wdf!(WdfIoQueueRetrieveNextRequest(queue(index) => Handle, &raw mut request => *mut Handle) -> i32);
    if code >= 0 {
        hold(words(request).0, request);
    }
    status(code)
}

const CANCEL: HandleCallback = Some(cancel);

unsafe extern "system" fn cancel(request: Handle) {
    late::hold_up();
    let canceled = wdf!(WdfRequestIsCanceled(request => Handle) -> u8);
    events::add(format!("EvtRequestCancel irql {} is_canceled {canceled}", irql()));
    complete(request, CANCELLED, 0);
}

unsafe extern "system" fn canceled_on_queue(queue: Handle, request: Handle) {
    let canceled = wdf!(WdfRequestIsCanceled(request => Handle) -> u8);
    let index = index_of(queue);
    events::add(format!("EvtIoCanceledOnQueue queue {index} irql {} is_canceled {canceled}", irql()));
    complete(request, CANCELLED, 0);
}

const CANCELLED: i32 = NtStatus::CANCELLED.0;

fn mark(request: Handle) -> i32 {
    wdf!(WdfRequestMarkCancelableEx(request => Handle, CANCEL => HandleCallback) -> i32)
}

fn forward(request: Handle, queue: Handle) -> i32 {
    wdf!(WdfRequestForwardToIoQueue(request => Handle, queue => Handle) -> i32)
}

/// The first three words of the input: an identity, a status, an information.
fn words(request: Handle) -> (usize, i32, usize) {
    let mut buffer: Pointer = null_mut();
    let code = wdf!(WdfRequestRetrieveInputBuffer(
        request => Handle, 12 => usize, &raw mut buffer => *mut Pointer, null_mut() => *mut usize) -> i32);
    if code < 0 {
        return (63, 0, 0);
    }
    // SAFETY: the request's buffer has at least twelve bytes.
    let [identity, status, information] = unsafe { buffer.cast::<[u32; 3]>().read_unaligned() };
    (identity as usize, status.cast_signed(), information as usize)
}

unsafe extern "system" fn device_control(_queue: Handle, request: Handle, output: usize, _input: usize, code: u32) {
    let action = (code >> 2) & 0x7FF;
    let (id, code, information) = words(request);
    match action {
        0 => complete(request, 0, 0),
        6 => fill_and_complete(request, output, code, information),
        8 => linger(request, code, information),
        _ => {
            events::add(format!("EvtIoDeviceControl queue 0 request {id}"));
            hold(id, request);
            act(action, request);
        }
    }
}

fn act(action: u32, request: Handle) {
    match action {
        2 => events::add(format!("WdfRequestMarkCancelableEx={}", status(mark(request)))),
        4 => events::add(format!("WdfRequestForwardToIoQueue={}", status(forward(request, queue(1))))),
        5 => events::add(format!("WdfRequestForwardToIoQueue={}", status(forward(request, queue(2))))),
        7 => {
            events::add(format!("irql {}", irql()));
            events::add(format!("WdfRequestMarkCancelableEx={}", status(mark(request))));
        }
        _ => {}
    }
}

/// Completes a request after so many milliseconds, and stays in the callback for so many more.
fn linger(request: Handle, before: i32, after: usize) {
    sleep(before.into());
    complete(request, 0, 0);
    sleep(i64::try_from(after).unwrap_or(0));
    events::add(String::from("lingered"));
}

fn fill_and_complete(request: Handle, output: usize, code: i32, information: usize) {
    let mut buffer: Pointer = null_mut();
    let found = wdf!(WdfRequestRetrieveOutputBuffer(
        request => Handle, 1 => usize, &raw mut buffer => *mut Pointer, null_mut() => *mut usize) -> i32);
    if found >= 0 {
        // SAFETY: the request's buffer has that many bytes.
        unsafe { buffer.cast::<u8>().write_bytes(0xAB, output) };
    }
    complete(request, code, information);
}
