//! Creation, contexts, references and deletion of framework objects.

use crate::call::{self, Call};
use crate::callback;
use crate::irql;
use crate::nt;
use crate::teardown;
use crate::worker;
use crate::world::{self, Kind, Object, World};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ptr::null_mut;
use verifier_abi::Violation;
use wdf_abi::{ContextTypeInfo, DriverGlobals, Function, Handle, ObjectAttributes, ObjectCallback, Pointer};
use wdf_model::attributes::{self, Accepts, Attributes, Checked};
use wdf_model::execution::{Level, Scope};
use wdf_model::irql::DISPATCH_LEVEL;
use wdf_model::status::{self, Status};
use wdf_model::tree::{Dereference, ObjectId};

/// A context of an object: zeroed memory aligned to sixteen, and the callbacks that came with it.
pub struct Context {
    kind: usize,
    memory: Box<[u128]>,
    cleanup: ObjectCallback,
    destroy: ObjectCallback,
}

impl Context {
    fn new(attributes: &ObjectAttributes, size: usize) -> Self {
        Self {
            kind: identity(attributes.context_type),
            memory: vec![0; size.div_ceil(16)].into_boxed_slice(),
            cleanup: attributes.cleanup,
            destroy: attributes.destroy,
        }
    }

    /// Where the driver finds it.
    pub fn address(&self) -> usize {
        self.memory.as_ptr().addr()
    }

    fn pointer(&mut self) -> Pointer {
        self.memory.as_mut_ptr().cast()
    }
}

/// What makes two context types the same.
fn identity(info: *const ContextTypeInfo) -> usize {
    if info.is_null() {
        return 0;
    }
    // SAFETY: a type that is named lives as long as the driver.
    let unique = unsafe { (*info).unique_type };
    if unique.is_null() { info.addr() } else { unique.addr() }
}

fn type_size(info: *const ContextTypeInfo) -> Option<usize> {
    // SAFETY: null is refused by `as_ref`; a type that is named lives as long as the driver.
    let info = unsafe { info.as_ref() }?;
    Some(info.context_size)
}

/// Attributes as the driver passed them, checked for a kind of object.
pub struct Chosen {
    raw: Option<ObjectAttributes>,
    pub checked: Checked,
}

impl Chosen {
    /// Reads and checks. No attributes are as good as default ones, except where a parent is required.
    pub fn read(attributes: *const ObjectAttributes, accepts: Accepts) -> Result<Self, Status> {
        Self::from(nt::read(attributes), accepts)
    }

    /// Checks attributes that were read before.
    pub fn from(raw: Option<ObjectAttributes>, accepts: Accepts) -> Result<Self, Status> {
        let view = raw.map_or_else(Attributes::default, |raw| Attributes {
            size: raw.size,
            execution_level: raw.execution_level,
            synchronization_scope: raw.synchronization_scope,
            parent: raw.parent != 0,
            context_size_override: raw.context_size_override,
            context_type_size: if raw.size == attributes::SIZE { type_size(raw.context_type) } else { None },
        });
        Ok(Self { checked: attributes::check(&view, accepts)?, raw })
    }

    /// The parent named, if any.
    pub fn parent(&self) -> Option<Handle> {
        self.raw.map(|raw| raw.parent).filter(|&parent| parent != 0)
    }

    /// The execution level chosen.
    pub const fn level(&self) -> Level {
        self.checked.level
    }

    /// The synchronization scope chosen.
    pub const fn scope(&self) -> Scope {
        self.checked.scope
    }
}

/// The driver object of a client: the parent of what names none.
pub fn driver_of(globals: *const DriverGlobals) -> Option<ObjectId> {
    // SAFETY: the entry stub passes the globals that it was given.
    let driver = unsafe { globals.as_ref() }?.driver;
    (driver != 0).then(|| world::id(driver))
}

/// Adds an object with its context. `parent`: used when the attributes name none.
pub fn create(
    world: &mut World,
    call: Call,
    chosen: &Chosen,
    parent: Option<ObjectId>,
    kind: Kind,
) -> Result<ObjectId, Status> {
    let parent = match chosen.parent() {
        Some(named) => Some(world.check_any(call, named)?),
        None => parent,
    };
    let passive = chosen.level().is_passive() || teardown::needs_passive(&kind);
    let contexts = chosen.raw.iter().map(|raw| Context::new(raw, chosen.checked.context_size)).collect::<Vec<_>>();
    let addresses = contexts.iter().filter(|context| !context.memory.is_empty()).map(Context::address);
    let addresses: Vec<usize> = addresses.collect();
    let object = Object { kind, contexts, passive, creator: call::caller(), function: call.0.name() };
    let id = world.objects.insert(parent, object)?;
    world.contexts.extend(addresses.into_iter().map(|address| (address, id)));
    Ok(id)
}

/// `WdfObjectCreate`.
pub extern "system" fn object_create(
    globals: *const DriverGlobals,
    attributes: *const ObjectAttributes,
    object: *mut Handle,
) -> Status {
    let call = Call::enter(Function::WdfObjectCreate, DISPATCH_LEVEL);
    create_plain(call, globals, attributes, Accepts::GENERAL, Kind::General, object)
}

/// Creates an object that needs nothing but its kind.
pub fn create_plain(
    call: Call,
    globals: *const DriverGlobals,
    attributes: *const ObjectAttributes,
    accepts: Accepts,
    kind: Kind,
    out: *mut Handle,
) -> Status {
    if out.is_null() {
        call.report(Violation::BadArgument, "no place for the handle");
        return status::INVALID_PARAMETER;
    }
    let made = Chosen::read(attributes, accepts)
        .and_then(|chosen| create(&mut world::lock(), call, &chosen, driver_of(globals), kind));
    match made {
        Ok(id) => {
            nt::write(out, world::handle(id));
            status::SUCCESS
        }
        Err(status) => status,
    }
}

/// `WdfObjectGetTypedContextWorker`.
pub extern "system" fn get_typed_context(
    _globals: *const DriverGlobals,
    object: Handle,
    info: *const ContextTypeInfo,
) -> Pointer {
    let call = Call(Function::WdfObjectGetTypedContextWorker);
    let mut world = world::lock();
    let Ok(id) = world.check_any(call, object) else { return null_mut() };
    let wanted = identity(info);
    let contexts = world.objects.get_mut(id).map(|object| &mut object.contexts);
    contexts
        .and_then(|contexts| contexts.iter_mut().find(|context| context.kind == wanted))
        .map_or(null_mut(), Context::pointer)
}

/// `WdfObjectAllocateContext`.
pub extern "system" fn allocate_context(
    _globals: *const DriverGlobals,
    object: Handle,
    attributes: *const ObjectAttributes,
    context: *mut Pointer,
) -> Status {
    let call = Call::enter(Function::WdfObjectAllocateContext, DISPATCH_LEVEL);
    match add_context(call, object, attributes) {
        Ok((status, pointer)) => {
            nt::write(context, pointer);
            status
        }
        Err(status) => status,
    }
}

fn add_context(call: Call, object: Handle, attributes: *const ObjectAttributes) -> Result<(Status, Pointer), Status> {
    let chosen = Chosen::read(attributes, Accepts::CONTEXT)?;
    let raw = chosen.raw.ok_or(status::INVALID_PARAMETER)?;
    if raw.context_type.is_null() {
        return Err(status::OBJECT_NAME_INVALID);
    }
    let mut world = world::lock();
    let id = world.check_any(call, object)?;
    if !world.objects.is_live(id) {
        return Err(status::DELETE_PENDING);
    }
    let wanted = identity(raw.context_type);
    let target = world.objects.get_mut(id).ok_or(status::INVALID_HANDLE)?;
    if let Some(existing) = target.contexts.iter_mut().find(|context| context.kind == wanted) {
        return Ok((status::OBJECT_NAME_EXISTS, existing.pointer()));
    }
    let mut context = Context::new(&raw, chosen.checked.context_size);
    let pointer = context.pointer();
    target.contexts.push(context);
    world.contexts.insert(pointer.addr(), id);
    Ok((status::SUCCESS, pointer))
}

/// `WdfObjectContextGetObject`.
pub extern "system" fn context_get_object(_globals: *const DriverGlobals, context: Pointer) -> Handle {
    let call = Call(Function::WdfObjectContextGetObject);
    let found = world::lock().contexts.get(&context.addr()).copied();
    if found.is_none() {
        call.report(Violation::BadArgument, "not the address of a context");
    }
    world::handle_or_null(found)
}

/// `WdfObjectReferenceActual`.
pub extern "system" fn reference(
    _globals: *const DriverGlobals,
    object: Handle,
    _tag: Pointer,
    _line: i32,
    _file: *const u8,
) {
    let call = Call::enter(Function::WdfObjectReferenceActual, DISPATCH_LEVEL);
    let mut world = world::lock();
    if let Ok(id) = world.check_any(call, object) {
        world.objects.reference(id);
    }
}

/// `WdfObjectDereferenceActual`.
pub extern "system" fn dereference(
    _globals: *const DriverGlobals,
    object: Handle,
    _tag: Pointer,
    _line: i32,
    _file: *const u8,
) {
    let call = Call::enter(Function::WdfObjectDereferenceActual, DISPATCH_LEVEL);
    let mut world = world::lock();
    let Ok(id) = world.check_any(call, object) else { return };
    let outcome = world.objects.dereference(id);
    drop(world);
    match outcome {
        Dereference::Destroy => destroy(id),
        Dereference::CreationReference => {
            call.report(Violation::BadArgument, "gives back a reference that was not taken");
        }
        Dereference::Kept | Dereference::Gone => {}
    }
}

/// Gives back a reference that the stand-in took.
pub fn release(id: ObjectId) {
    let outcome = world::lock().objects.dereference(id);
    if outcome == Dereference::Destroy {
        destroy(id);
    }
}

/// `WdfObjectDelete`.
pub extern "system" fn object_delete(_globals: *const DriverGlobals, object: Handle) {
    let call = Call::enter(Function::WdfObjectDelete, DISPATCH_LEVEL);
    let world = world::lock();
    let Ok(id) = world.check_any(call, object) else { return };
    let refused = teardown::refuse_delete(&world, id);
    drop(world);
    if let Some(why) = refused {
        call.report(Violation::BadArgument, why);
        return;
    }
    delete(id);
}

/// Deletes an object and all below it, on a worker if the callbacks need a lower IRQL.
pub fn delete(id: ObjectId) {
    let world = world::lock();
    let order = world.objects.subtree(id);
    let passive = order.iter().any(|&id| world.objects.get(id).is_some_and(|object| object.passive));
    drop(world);
    if passive && irql::current() >= DISPATCH_LEVEL {
        worker::submit(move || delete_now(id));
    } else {
        delete_now(id);
    }
}

fn delete_now(id: ObjectId) {
    teardown::before_tree(id);
    let order = clean_up(id);
    destroy_all(&order);
}

/// Runs the cleanup callbacks of a subtree, which is being deleted from now on, and answers their order.
pub fn clean_up(id: ObjectId) -> Vec<ObjectId> {
    let order = world::lock().objects.begin_delete(id);
    for &id in &order {
        run_callbacks(id, "EvtCleanupCallback", |context| context.cleanup);
    }
    order
}

/// Drops the creation references of cleaned up objects and destroys those without others.
pub fn destroy_all(order: &[ObjectId]) {
    for &id in order {
        let last = world::lock().objects.finish_delete(id);
        if last {
            destroy(id);
        }
    }
}

fn destroy(id: ObjectId) {
    run_callbacks(id, "EvtDestroyCallback", |context| context.destroy);
    let gone = world::lock().remove(id);
    if let Some(object) = gone {
        teardown::after(object);
    }
}

fn run_callbacks(id: ObjectId, name: &str, which: impl Fn(&Context) -> ObjectCallback) {
    let callbacks: Vec<ObjectCallback> =
        world::lock().objects.get(id).map_or_else(Vec::new, |object| object.contexts.iter().map(which).collect());
    for function in callbacks {
        callback!(name, function, world::handle(id));
    }
}
