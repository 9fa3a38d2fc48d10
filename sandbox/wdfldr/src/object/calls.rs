//! Functions that the driver calls on objects of any kind.

use crate::call::Call;
use crate::nt::Pointer;
use crate::object::attributes::Chosen;
use crate::object::context::Context;
use crate::object::{context, life};
use crate::world::Kind;
use crate::{nt, world};
use core::ptr::null_mut;
use verifier_abi::Violation;
use wdf_abi::{ContextTypeInfo, DriverGlobals, Function, Handle, ObjectAttributes};
use wdf_model::attributes::Accepts;
use wdf_model::irql::DISPATCH_LEVEL;
use wdf_model::status;
use wdf_model::status::Status;
use wdf_model::tree::Dereference;

/// `WdfObjectCreate`.
pub extern "system" fn object_create(
    globals: *const DriverGlobals,
    attributes: *const ObjectAttributes,
    object: *mut Handle,
) -> Status {
    let call = Call::enter(Function::WdfObjectCreate, DISPATCH_LEVEL);
    life::create_plain(call, globals, attributes, Accepts::GENERAL, General, object)
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
    let wanted = context::identity(info);
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
    let wanted = context::identity(raw.context_type);
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
        Dereference::Destroy => life::destroy(id),
        Dereference::CreationReference => {
            call.report(Violation::BadArgument, "gives back a reference that was not taken");
        }
        Dereference::Kept | Dereference::Gone => {}
    }
}

/// `WdfObjectDelete`.
pub extern "system" fn object_delete(_globals: *const DriverGlobals, object: Handle) {
    let call = Call::enter(Function::WdfObjectDelete, DISPATCH_LEVEL);
    let world = world::lock();
    let Ok(id) = world.check_any(call, object) else { return };
    let refused = world.objects.get(id).and_then(|object| object.data.refuses_delete(&world, id));
    drop(world);
    if let Some(why) = refused {
        call.report(Violation::BadArgument, why);
        return;
    }
    life::delete(id);
}

/// `WdfObjectCreate` makes objects without data.
pub struct General;

impl Kind for General {
    const NAME: &'static str = "WDFOBJECT";
}
