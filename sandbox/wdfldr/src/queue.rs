//! `WDFQUEUE`: creation, and the engine that hands requests to callbacks.

use crate::call::Call;
use crate::callback;
use crate::cancel;
use crate::compartment;
use crate::device::{self, Device};
use crate::irql::{self, Raised};
use crate::lock::{CallbackLock, Monitor};
use crate::nt::{self, Pointer};
use crate::object::{self, Chosen};
use crate::request::{self, Request};
use crate::worker;
use crate::world::{self, Kind, World};
use alloc::boxed::Box;
use alloc::sync::Arc;
use verifier_abi::Violation;
use wdf_abi::{DriverGlobals, Function, Handle, IoQueueConfig, ObjectAttributes, QueueState};
use wdf_model::attributes::Accepts;
use wdf_model::config::{Dispatch, QueueConfig};
use wdf_model::execution::{CallbackLock as Which, Presentation};
use wdf_model::irql::{DISPATCH_LEVEL, Irql, PASSIVE_LEVEL};
use wdf_model::queue::Queue;
use wdf_model::status::{self, Status};
use wdf_model::tree::ObjectId;

/// What follows a change of state.
pub enum Then {
    /// A callback of the driver.
    Call(&'static str, QueueState, Pointer),
    /// Somebody waits.
    Signal(Arc<Monitor<bool>>),
}

/// The object's data.
pub struct IoQueue {
    pub device: ObjectId,
    pub config: IoQueueConfig,
    pub state: Queue<ObjectId, Then>,
    pub presentation: Presentation,
    /// The lock that the presentation asks for.
    pub lock: Arc<CallbackLock>,
    pub ready: (QueueState, usize),
    pub power_managed: bool,
}

/// `WdfFalse`.
const FALSE: i32 = 0;

/// `WdfIoQueueCreate`.
pub extern "system" fn create(
    _globals: *const DriverGlobals,
    device: Handle,
    config: *const IoQueueConfig,
    attributes: *const ObjectAttributes,
    out: *mut Handle,
) -> Status {
    let call = Call::enter(Function::WdfIoQueueCreate, DISPATCH_LEVEL);
    match make(call, device, config, attributes, out.is_null()) {
        Ok(id) => {
            nt::write(out, world::handle(id));
            status::SUCCESS
        }
        Err(status) => status,
    }
}

fn make(
    call: Call,
    device: Handle,
    config: *const IoQueueConfig,
    attributes: *const ObjectAttributes,
    nowhere: bool,
) -> Result<ObjectId, Status> {
    let config = nt::read(config).ok_or(status::INVALID_PARAMETER)?;
    let dispatch = check(&config)?;
    if nowhere && config.default_queue == 0 {
        return Err(status::INVALID_PARAMETER_4);
    }
    let chosen = Chosen::read(attributes, Accepts::QUEUE)?;
    let mut world = world::lock();
    let device = world.check::<Device>(call, device)?;
    if let Some(parent) = chosen.parent()
        && device::above(&world, world::id(parent)) != Some(device)
    {
        return Err(status::INVALID_DEVICE_REQUEST);
    }
    let owner = world.get::<Device>(device).ok_or(status::INVALID_HANDLE)?;
    if config.default_queue != 0 && owner.finished {
        return Err(status::INVALID_DEVICE_STATE);
    }
    if config.default_queue != 0 && owner.default_queue.is_some() {
        return Err(status::UNSUCCESSFUL);
    }
    let presentation = Presentation::of_queue(owner.execution, chosen.level(), chosen.scope())?;
    let lock = match presentation.lock {
        Which::Device => Arc::clone(&owner.lock),
        _ => Arc::new(CallbackLock::new()),
    };
    let power_managed = !owner.control && config.power_managed != FALSE;
    let state = Queue::new(dispatch, power_managed && !owner.working);
    let queue = IoQueue { device, config, state, presentation, lock, ready: (None, 0), power_managed };
    let id = object::create(&mut world, call, &chosen, Some(device), Kind::Queue(Box::new(queue)))?;
    if let Some(owner) = world.get_mut::<Device>(device) {
        owner.queues.push(id);
        if config.default_queue != 0 {
            owner.default_queue = Some(id);
        }
    }
    Ok(id)
}

fn check(config: &IoQueueConfig) -> Result<Dispatch, Status> {
    let callbacks = config.io_default.is_some()
        || config.io_read.is_some()
        || config.io_write.is_some()
        || config.io_device_control.is_some()
        || config.io_internal_device_control.is_some();
    let view = QueueConfig {
        size: config.size,
        dispatch_type: config.dispatch_type,
        callbacks,
        presented: config.presented_requests,
    };
    view.check()
}

impl IoQueue {
    /// Whether a request of this type can be handed out.
    pub fn serves(&self, kind: i32) -> bool {
        let config = &self.config;
        let own = match kind {
            request::TYPE_READ => config.io_read.is_some(),
            request::TYPE_WRITE => config.io_write.is_some(),
            request::TYPE_CONTROL => config.io_device_control.is_some(),
            request::TYPE_INTERNAL => config.io_internal_device_control.is_some(),
            _ => false,
        };
        own || config.io_default.is_some() || self.state.dispatch() == Dispatch::Manual
    }
}

/// Gives an arrived request to the queue of its type.
pub fn enqueue(id: ObjectId) {
    let mut world = world::lock();
    let refused = match place(&mut world, id) {
        Ok(queue) => {
            let cancelled = cancel::park(&mut world, id, queue, false);
            drop(world);
            if cancelled {
                cancel::act(id);
            }
            pump(queue);
            return;
        }
        Err(status) => status,
    };
    drop(world);
    request::finish(id, refused, Some(0), 0);
}

/// The queue that takes a request, with the request in it, or the status to complete it with.
fn place(world: &mut World, id: ObjectId) -> Result<ObjectId, Status> {
    let request = world.get::<Request>(id).ok_or(status::INVALID_HANDLE)?;
    let (kind, empty) = (request.kind(), request.word(0) == 0);
    let device = world.get::<Device>(request.device).ok_or(status::INVALID_DEVICE_REQUEST)?;
    let queue = device.configured.get(&kind).copied().or(device.default_queue);
    let queue = queue.ok_or(status::INVALID_DEVICE_REQUEST)?;
    let data = world.get_mut::<IoQueue>(queue).ok_or(status::INVALID_DEVICE_REQUEST)?;
    let transfer = matches!(kind, request::TYPE_READ | request::TYPE_WRITE);
    if transfer && empty && data.config.allow_zero_length_requests == 0 {
        return Err(status::SUCCESS);
    }
    if !data.serves(kind) {
        return Err(status::INVALID_DEVICE_REQUEST);
    }
    data.state.insert(id).map_err(|_| status::INVALID_DEVICE_STATE)?;
    Ok(queue)
}

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
            Step::Deliver(id) => worker::submit(move || compartment::of_caller(|| deliver(queue, id))),
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
        if cancel::unpark(&mut world, id, queue) {
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

/// Runs a callback of a queue: at once, or, for one of PASSIVE_LEVEL while the caller is above that, on a thread.
fn post(queue: ObjectId, then: impl FnOnce() + 'static) {
    let passive = world::lock().get::<IoQueue>(queue).is_some_and(|queue| queue.presentation.passive);
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
        request::TYPE_READ => config.io_read.map(|function| function as usize),
        request::TYPE_WRITE => config.io_write.map(|function| function as usize),
        request::TYPE_CONTROL => config.io_device_control.map(|function| function as usize),
        request::TYPE_INTERNAL => config.io_internal_device_control.map(|function| function as usize),
        _ => None,
    };
    own.or_else(|| config.io_default.map(|function| function as usize)).unwrap_or(0)
}

fn invoke(config: &IoQueueConfig, kind: i32, queue: Handle, id: Handle, sizes: (usize, usize, usize)) {
    let (output, input, code) = sizes;
    let code = u32::try_from(code).unwrap_or(0);
    let done = match kind {
        request::TYPE_READ => callback!("EvtIoRead", config.io_read, queue, id, output),
        request::TYPE_WRITE => callback!("EvtIoWrite", config.io_write, queue, id, input),
        request::TYPE_CONTROL => {
            callback!("EvtIoDeviceControl", config.io_device_control, queue, id, output, input, code)
        }
        request::TYPE_INTERNAL => {
            let function = config.io_internal_device_control;
            callback!("EvtIoInternalDeviceControl", function, queue, id, output, input, code)
        }
        _ => None,
    };
    if done.is_none() {
        callback!("EvtIoDefault", config.io_default, queue, id);
    }
}

/// `WdfDeviceEnqueueRequest`.
pub extern "system" fn enqueue_request(_globals: *const DriverGlobals, device: Handle, request: Handle) -> Status {
    let call = Call::enter(Function::WdfDeviceEnqueueRequest, DISPATCH_LEVEL);
    let checked = world::lock().check::<Device>(call, device);
    let owned = checked.and_then(|_| world::with::<Request, _>(call, request, |request| request.life.is_owned()));
    match owned {
        Ok(true) => {
            enqueue(world::id(request));
            status::SUCCESS
        }
        Ok(false) => {
            call.report(Violation::BadArgument, "the request is not the driver's");
            status::INVALID_DEVICE_REQUEST
        }
        Err(status) => status,
    }
}

/// `WdfDeviceConfigureRequestDispatching`.
pub extern "system" fn configure(_globals: *const DriverGlobals, device: Handle, queue: Handle, kind: i32) -> Status {
    let call = Call::enter(Function::WdfDeviceConfigureRequestDispatching, DISPATCH_LEVEL);
    assign(call, device, queue, kind).map_or_else(|status| status, |()| status::SUCCESS)
}

fn assign(call: Call, device: Handle, queue: Handle, kind: i32) -> Result<(), Status> {
    let mut world = world::lock();
    let device = world.check::<Device>(call, device)?;
    let id = world.check::<IoQueue>(call, queue)?;
    let owner = world.get::<Device>(device).ok_or(status::INVALID_HANDLE)?;
    let known =
        [request::TYPE_CREATE, request::TYPE_READ, request::TYPE_WRITE, request::TYPE_CONTROL, request::TYPE_INTERNAL];
    if owner.finished {
        return Err(status::INVALID_DEVICE_STATE);
    }
    if !known.contains(&kind) {
        return Err(status::INVALID_PARAMETER);
    }
    let queue = world.get::<IoQueue>(id).ok_or(status::INVALID_HANDLE)?;
    let fits = queue.device == device && queue.serves(kind);
    if !fits || owner.default_queue == Some(id) || owner.configured.contains_key(&kind) {
        call.report(Violation::BadArgument, "the queue cannot take requests of this type");
        return Err(status::INVALID_DEVICE_REQUEST);
    }
    if let Some(owner) = world.get_mut::<Device>(device) {
        owner.configured.insert(kind, id);
    }
    Ok(())
}
