//! Functions that the driver calls on objects of any kind.

use crate::argument::{ContextType, Given, Out, Unused};
use crate::call::Call;
use crate::nt::Pointer;
use crate::object::attributes::Chosen;
use crate::object::context::Context;
use crate::object::{context, life};
use crate::world::{self, Kind};
use core::ptr::null_mut;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_model::attributes::Accepts;
use wdf_model::tree::Dereference;

/// `WdfObjectCreate`.
pub fn object_create(call: Call, attributes: Option<Given>, object: Out<Handle>) -> Result<(), NtStatus> {
    life::create_plain(call, attributes, Accepts::GENERAL, General, object)
}

/// `WdfObjectGetTypedContextWorker`.
pub fn get_typed_context(call: Call, object: Handle, info: Option<ContextType>) -> Pointer {
    let mut world = world::lock();
    let Ok(id) = world.check_any(call, object) else { return null_mut() };
    let wanted = context::identity(info);
    let contexts = world.objects.get_mut(id).map(|object| &mut object.contexts);
    contexts
        .and_then(|contexts| contexts.iter_mut().find(|context| context.kind == wanted))
        .map_or(null_mut(), Context::pointer)
}

/// `WdfObjectAllocateContext`.
pub fn allocate_context(call: Call, object: Handle, attributes: Option<Given>, context: Out<Pointer>) -> NtStatus {
    let (status, pointer) = match add_context(call, object, attributes) {
        Ok(added) => added,
        Err(status) => return status,
    };
    context.set(pointer);
    status
}

fn add_context(call: Call, object: Handle, attributes: Option<Given>) -> Result<(NtStatus, Pointer), NtStatus> {
    let chosen = Chosen::check(attributes, Accepts::CONTEXT)?;
    let given = attributes.ok_or(NtStatus::INVALID_PARAMETER)?;
    if given.context_type.is_none() {
        return Err(NtStatus::OBJECT_NAME_INVALID);
    }
    let mut world = world::lock();
    let id = world.check_any(call, object)?;
    if !world.objects.is_live(id) {
        return Err(NtStatus::DELETE_PENDING);
    }
    let wanted = context::identity(given.context_type);
    let target = world.objects.get_mut(id).ok_or(NtStatus::INVALID_HANDLE)?;
    if let Some(existing) = target.contexts.iter_mut().find(|context| context.kind == wanted) {
        return Ok((NtStatus::OBJECT_NAME_EXISTS, existing.pointer()));
    }
    let mut context = Context::new(&given, chosen.checked.context_size);
    let pointer = context.pointer();
    target.contexts.push(context);
    world.contexts.insert(pointer.addr(), id);
    Ok((NtStatus::SUCCESS, pointer))
}

/// `WdfObjectContextGetObject`.
pub fn context_get_object(call: Call, context: Pointer) -> Handle {
    let found = world::lock().contexts.get(&context.addr()).copied();
    if found.is_none() {
        call.report(Violation::BadArgument, "not the address of a context");
    }
    world::handle_or_null(found)
}

/// `WdfObjectReferenceActual`.
pub fn reference(call: Call, object: Handle, _tag: Unused, _line: i32, _file: Unused) {
    let mut world = world::lock();
    if let Ok(id) = world.check_any(call, object) {
        world.objects.reference(id);
    }
}

/// `WdfObjectDereferenceActual`.
pub fn dereference(call: Call, object: Handle, _tag: Unused, _line: i32, _file: Unused) {
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
pub fn object_delete(call: Call, object: Handle) {
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
