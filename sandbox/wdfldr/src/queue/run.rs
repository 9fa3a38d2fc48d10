//! The engine that hands requests to callbacks.

use crate::compartment::{self, PRIMARY};
use crate::inside::QUEUES;
use crate::irql::Raised;
use crate::nt::Pointer;
use crate::queue::data::{IoQueue, Then};
use crate::request::data::{Request, unpark};
use crate::{callback, irql, worker, world};
use alloc::sync::Arc;
use wdf_abi::constants::{
    WDF_REQUEST_TYPE_DEVICE_CONTROL, WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL, WDF_REQUEST_TYPE_READ,
    WDF_REQUEST_TYPE_WRITE,
};
use wdf_abi::{Handle, IoQueueConfig, QueueState};
use wdf_model::execution::CallbackLock as Which;
use wdf_model::irql::{Irql, PASSIVE_LEVEL};
use wdf_model::tree::ObjectId;

enum Step {
    Deliver(ObjectId),
    Skip,
    Ready(QueueState, usize),
    Then(Then),
    Rest,
}

/// Lets a queue do everything that it can do by now.
pub fn pump(queue: ObjectId) {
    loop {
        match next(queue) {
            Step::Rest => return,
            Step::Skip => {}
            Step::Deliver(id) => {
                let compartment = world::lock().get::<Request>(id).map_or(PRIMARY, |request| request.compartment);
                worker::submit(move || {
                    compartment::of_caller(compartment, || QUEUES.with(queue, || deliver(queue, id)));
                });
            }
            Step::Ready(function, context) => post(queue, move || {
                let context: Pointer = core::ptr::with_exposed_provenance_mut(context);
                callback!("EvtIoQueueState", function, world::handle(queue), context);
            }),
            Step::Then(Then::Call(name, function, context)) => post(queue, move || {
                callback!(name, function, world::handle(queue), context);
            }),
            Step::Then(Then::Signal(signal)) => signal.change(|done| *done = true),
        }
    }
}

fn next(queue: ObjectId) -> Step {
    let mut world = world::lock();
    let Some(data) = world.get_mut::<IoQueue>(queue) else { return Step::Rest };
    if let Some(id) = data.state.deliver() {
        if unpark(&mut world, id, queue) {
            return Step::Deliver(id);
        }
        // The cancel routine is on its way and completes it.
        if let Some(data) = world.get_mut::<IoQueue>(queue) {
            data.state.release(id);
        }
        return Step::Skip;
    }
    if data.state.take_ready() {
        return Step::Ready(data.ready.0, data.ready.1);
    }
    data.state.completed().map_or(Step::Rest, Step::Then)
}

/// Tells the driver of something about a queue under its lock, at the IRQL that the lock implies.
pub fn notify(queue: Option<ObjectId>, then: impl FnOnce() + 'static) {
    match queue {
        Some(queue) => post(queue, move || locked(Some(queue), PASSIVE_LEVEL, then)),
        None => then(),
    }
}

/// Runs a callback of a queue: at once, or, for one of `PASSIVE_LEVEL` while the caller is above that, on a thread.
fn post(queue: ObjectId, then: impl FnOnce() + 'static) {
    let passive = world::lock().get::<IoQueue>(queue).is_some_and(|queue| queue.presentation.passive);
    let then = move || QUEUES.with(queue, then);
    if passive && irql::current() > PASSIVE_LEVEL {
        worker::submit(then);
    } else {
        then();
    }
}

fn locked<R>(queue: Option<ObjectId>, arrival: Irql, then: impl FnOnce() -> R) -> R {
    let found = queue.and_then(|queue| {
        let world = world::lock();
        world.get::<IoQueue>(queue).map(|queue| (queue.presentation, Arc::clone(&queue.lock)))
    });
    let Some((presentation, lock)) = found else { return then() };
    let raised = Raised::to(presentation.irql(arrival));
    let serialized = presentation.lock != Which::None;
    if serialized {
        lock.enter();
    }
    let result = then();
    if serialized {
        lock.leave();
    }
    drop(raised);
    result
}

fn deliver(queue: ObjectId, id: ObjectId) {
    let found = {
        let mut world = world::lock();
        let config = world.get::<IoQueue>(queue).map(|queue| queue.config);
        config.zip(world.get_mut::<Request>(id)).map(|(config, request)| {
            let sizes = (request.output_length(), request.input_length(), request.word(2));
            request.handler = handler(&config, request.kind());
            (config, request.kind(), request.irql, sizes)
        })
    };
    let Some((config, kind, irql, sizes)) = found else { return };
    locked(Some(queue), irql, || invoke(&config, kind, world::handle(queue), world::handle(id), sizes));
}

fn handler(config: &IoQueueConfig, kind: i32) -> usize {
    let own = match kind {
        WDF_REQUEST_TYPE_READ => config.io_read.map(|function| function as usize),
        WDF_REQUEST_TYPE_WRITE => config.io_write.map(|function| function as usize),
        WDF_REQUEST_TYPE_DEVICE_CONTROL => config.io_device_control.map(|function| function as usize),
        WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL => config.io_internal_device_control.map(|function| function as usize),
        _ => None,
    };
    own.or_else(|| config.io_default.map(|function| function as usize)).unwrap_or(0)
}

fn invoke(config: &IoQueueConfig, kind: i32, queue: Handle, id: Handle, sizes: (usize, usize, usize)) {
    let (output, input, code) = sizes;
    let code = u32::try_from(code).unwrap_or(0);
    let done = match kind {
        WDF_REQUEST_TYPE_READ => callback!("EvtIoRead", config.io_read, queue, id, output),
        WDF_REQUEST_TYPE_WRITE => callback!("EvtIoWrite", config.io_write, queue, id, input),
        WDF_REQUEST_TYPE_DEVICE_CONTROL => {
            callback!("EvtIoDeviceControl", config.io_device_control, queue, id, output, input, code)
        }
        WDF_REQUEST_TYPE_DEVICE_CONTROL_INTERNAL => {
            let function = config.io_internal_device_control;
            callback!("EvtIoInternalDeviceControl", function, queue, id, output, input, code)
        }
        _ => None,
    };
    if done.is_none() {
        callback!("EvtIoDefault", config.io_default, queue, id);
    }
}
