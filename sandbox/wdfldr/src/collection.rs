//! `WDFCOLLECTION`: a list of objects, each held by a reference.

use crate::argument::{Given, Out};
use crate::call::Call;
use crate::object::life;
use crate::world::{self, Kind};
use alloc::boxed::Box;
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_model::attributes::Accepts;
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
pub fn create(call: Call, attributes: Option<Given>, out: Out<Handle>) -> Result<(), NtStatus> {
    life::create_plain(call, attributes, Accepts::PLAIN, Collection::default(), out)
}

/// `WdfCollectionGetCount`.
pub fn count(call: Call, collection: Handle) -> u32 {
    let count = world::with::<Collection, _>(call, collection, |items| items.0.len()).unwrap_or(0);
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// `WdfCollectionAdd`.
pub fn add(call: Call, collection: Handle, item: Handle) -> Result<(), NtStatus> {
    let mut world = world::lock();
    let item = world.check_any(call, item)?;
    let id = world.check::<Collection>(call, collection)?;
    world.objects.reference(item);
    world.get_mut::<Collection>(id).map(|items| items.0.push(item)).ok_or(NtStatus::INVALID_HANDLE)
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
pub fn remove(call: Call, collection: Handle, item: Handle) {
    let item = world::id(item);
    take(call, collection, |items| items.iter().position(|&held| held == item));
}

/// `WdfCollectionRemoveItem`.
pub fn remove_item(call: Call, collection: Handle, index: u32) {
    take(call, collection, |_| usize::try_from(index).ok());
}

fn look(call: Call, collection: Handle, which: impl FnOnce(&[ObjectId]) -> Option<ObjectId>) -> Handle {
    let found = world::with::<Collection, _>(call, collection, |items| which(&items.0));
    world::handle_or_null(found.ok().flatten())
}

/// `WdfCollectionGetItem`.
pub fn get_item(call: Call, collection: Handle, index: u32) -> Handle {
    look(call, collection, |items| items.get(usize::try_from(index).ok()?).copied())
}

/// `WdfCollectionGetFirstItem`.
pub fn first(call: Call, collection: Handle) -> Handle {
    look(call, collection, |items| items.first().copied())
}

/// `WdfCollectionGetLastItem`.
pub fn last(call: Call, collection: Handle) -> Handle {
    look(call, collection, |items| items.last().copied())
}
