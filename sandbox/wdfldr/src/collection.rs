//! `WDFCOLLECTION`: a list of objects, each held by a reference.

use crate::call::Call;
use crate::object::life;
use crate::world::{self, Kind};
use alloc::boxed::Box;
use alloc::vec::Vec;
use verifier_abi::Violation;
use wdf_abi::{DriverGlobals, Function, Handle, ObjectAttributes};
use wdf_model::attributes::Accepts;
use wdf_model::irql::DISPATCH_LEVEL;
use wdf_model::status::{self, Status};
use wdf_model::tree::ObjectId;

/// The objects in it.
#[derive(Default)]
struct Collection(Vec<ObjectId>);

impl Kind for Collection {
    const NAME: &'static str = "WDFCOLLECTION";

    fn release(self: Box<Self>) {
        self.0.into_iter().for_each(life::release);
    }
}

/// `WdfCollectionCreate`.
pub extern "system" fn create(
    globals: *const DriverGlobals,
    attributes: *const ObjectAttributes,
    out: *mut Handle,
) -> Status {
    let call = Call::enter(Function::WdfCollectionCreate, DISPATCH_LEVEL);
    life::create_plain(call, globals, attributes, Accepts::PLAIN, Collection::default(), out)
}

/// `WdfCollectionGetCount`.
pub extern "system" fn count(_globals: *const DriverGlobals, collection: Handle) -> u32 {
    let call = Call::enter(Function::WdfCollectionGetCount, DISPATCH_LEVEL);
    let count = world::with::<Collection, _>(call, collection, |items| items.0.len()).unwrap_or(0);
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// `WdfCollectionAdd`.
pub extern "system" fn add(_globals: *const DriverGlobals, collection: Handle, item: Handle) -> Status {
    let call = Call::enter(Function::WdfCollectionAdd, DISPATCH_LEVEL);
    let mut world = world::lock();
    let added = world.check_any(call, item).and_then(|item| {
        let id = world.check::<Collection>(call, collection)?;
        world.objects.reference(item);
        world.get_mut::<Collection>(id).map(|items| items.0.push(item)).ok_or(status::INVALID_HANDLE)
    });
    added.map_or_else(|status| status, |()| status::SUCCESS)
}

fn take(call: Call, collection: Handle, at: impl FnOnce(&[ObjectId]) -> Option<usize>) {
    let taken = world::with::<Collection, _>(call, collection, |items| {
        let at = at(&items.0).filter(|&at| at < items.0.len());
        at.map(|at| items.0.remove(at))
    });
    match taken {
        Ok(Some(item)) => life::release(item),
        Ok(None) => call.report(Violation::BadArgument, "no such item in the collection"),
        Err(_) => {}
    }
}

/// `WdfCollectionRemove`.
pub extern "system" fn remove(_globals: *const DriverGlobals, collection: Handle, item: Handle) {
    let call = Call::enter(Function::WdfCollectionRemove, DISPATCH_LEVEL);
    let item = world::id(item);
    take(call, collection, |items| items.iter().position(|&held| held == item));
}

/// `WdfCollectionRemoveItem`.
pub extern "system" fn remove_item(_globals: *const DriverGlobals, collection: Handle, index: u32) {
    let call = Call::enter(Function::WdfCollectionRemoveItem, DISPATCH_LEVEL);
    take(call, collection, |_| usize::try_from(index).ok());
}

fn look(call: Call, collection: Handle, which: impl FnOnce(&[ObjectId]) -> Option<ObjectId>) -> Handle {
    let found = world::with::<Collection, _>(call, collection, |items| which(&items.0));
    world::handle_or_null(found.ok().flatten())
}

/// `WdfCollectionGetItem`.
pub extern "system" fn get_item(_globals: *const DriverGlobals, collection: Handle, index: u32) -> Handle {
    let call = Call::enter(Function::WdfCollectionGetItem, DISPATCH_LEVEL);
    look(call, collection, |items| items.get(usize::try_from(index).ok()?).copied())
}

/// `WdfCollectionGetFirstItem`.
pub extern "system" fn first(_globals: *const DriverGlobals, collection: Handle) -> Handle {
    let call = Call::enter(Function::WdfCollectionGetFirstItem, DISPATCH_LEVEL);
    look(call, collection, |items| items.first().copied())
}

/// `WdfCollectionGetLastItem`.
pub extern "system" fn last(_globals: *const DriverGlobals, collection: Handle) -> Handle {
    let call = Call::enter(Function::WdfCollectionGetLastItem, DISPATCH_LEVEL);
    look(call, collection, |items| items.last().copied())
}
