//! The object tree behind one lock, and the lookup of handles. It knows objects by the trait [`Kind`] alone.
//!
//! The lock is never held while a driver's code or the I/O manager runs.

use crate::call::Call;
use crate::lock::{Guard, Mutex};
use crate::object::context::Context;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::Any;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_model::tree::{ObjectId, Tree};

/// What is to be done once the lock is given back.
pub type Task = Box<dyn FnOnce()>;

/// The data of one kind of object, and how such an object ends. All of it is called under the lock.
pub trait Kind: Any {
    /// The type of its handles.
    const NAME: &'static str;

    /// Whether its callbacks must run at `PASSIVE_LEVEL` even if it is deleted above.
    fn needs_passive(&self) -> bool {
        false
    }

    /// Why the driver must not delete the object, if it must not.
    fn refuses_delete(&self, _world: &World, _id: ObjectId) -> Option<&'static str> {
        None
    }

    /// Makes the object unreachable for others, before anything below it is deleted.
    fn disconnect(&self, _id: ObjectId) -> Option<Task> {
        None
    }

    /// Stops what could still call the driver for this object, before its callbacks run.
    fn quiesce(&self, _id: ObjectId) -> Option<Task> {
        None
    }

    /// Releases what the object held, after the last reference is gone.
    fn release(self: Box<Self>) {}

    /// The violation of calling a function with the handle of a deleted object, if it is not just a wrong handle.
    fn deleted(_call: Call) -> Option<(Violation, &'static str)> {
        None
    }
}

/// [`Kind`], as far as it can be called without knowing the kind.
pub trait AnyKind: Any {
    fn name(&self) -> &'static str;
    fn refuses_delete(&self, world: &World, id: ObjectId) -> Option<&'static str>;
    fn disconnect(&self, id: ObjectId) -> Option<Task>;
    fn quiesce(&self, id: ObjectId) -> Option<Task>;
    fn release(self: Box<Self>);
}

impl<T: Kind> AnyKind for T {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn refuses_delete(&self, world: &World, id: ObjectId) -> Option<&'static str> {
        Kind::refuses_delete(self, world, id)
    }

    fn disconnect(&self, id: ObjectId) -> Option<Task> {
        Kind::disconnect(self, id)
    }

    fn quiesce(&self, id: ObjectId) -> Option<Task> {
        Kind::quiesce(self, id)
    }

    fn release(self: Box<Self>) {
        Kind::release(self);
    }
}

/// One object.
pub struct Object {
    pub data: Box<dyn AnyKind>,
    pub contexts: Vec<Context>,
    /// Whether its callbacks must run at `PASSIVE_LEVEL` even if it is deleted above.
    pub passive: bool,
    /// The code that created it.
    pub creator: usize,
    /// The function that created it.
    pub function: &'static str,
}

/// All state.
pub struct World {
    pub objects: Tree<Object>,
    /// Device objects to devices.
    pub devices: BTreeMap<usize, ObjectId>,
    /// Pending IRPs to requests.
    pub irps: BTreeMap<usize, ObjectId>,
    /// File objects of the I/O manager, as each device of their stack has them, to the framework's.
    pub files: BTreeMap<(ObjectId, usize), ObjectId>,
    /// Context addresses to objects.
    pub contexts: BTreeMap<usize, ObjectId>,
    /// What recently deleted handles were.
    retired: VecDeque<(ObjectId, &'static str)>,
}

// SAFETY: the pointers inside name objects of the I/O manager and code of drivers, neither bound to a thread.
unsafe impl Send for World {}

static WORLD: Mutex<Option<World>> = Mutex::new(None);

const RETIRED: usize = 4096;

impl World {
    fn new() -> Self {
        Self {
            objects: Tree::new(),
            devices: BTreeMap::new(),
            irps: BTreeMap::new(),
            files: BTreeMap::new(),
            contexts: BTreeMap::new(),
            retired: VecDeque::new(),
        }
    }

    /// The data of an object of a kind.
    pub fn get<T: Kind>(&self, id: ObjectId) -> Option<&T> {
        let data: &dyn Any = &*self.objects.get(id)?.data;
        data.downcast_ref()
    }

    /// The data of an object of a kind.
    pub fn get_mut<T: Kind>(&mut self, id: ObjectId) -> Option<&mut T> {
        let data: &mut dyn Any = &mut *self.objects.get_mut(id)?.data;
        data.downcast_mut()
    }

    /// The object of a handle that must be of a kind; anything else is a violation.
    pub fn check<T: Kind>(&self, call: Call, handle: Handle) -> Result<ObjectId, NtStatus> {
        let id = ObjectId::from_handle(handle as u64);
        if self.get::<T>(id).is_some() {
            return Ok(id);
        }
        match (self.retired(id), T::deleted(call)) {
            (Some(name), Some((violation, detail))) if name == T::NAME => call.report(violation, detail),
            _ => {
                let detail = format!("handle {handle:#x} is {}, wanted {}", self.name_of(id), T::NAME);
                call.report(Violation::WrongHandleType, &detail);
            }
        }
        Err(NtStatus::INVALID_HANDLE)
    }

    /// The object of a handle of any kind.
    pub fn check_any(&self, call: Call, handle: Handle) -> Result<ObjectId, NtStatus> {
        let id = ObjectId::from_handle(handle as u64);
        if self.objects.get(id).is_some() {
            return Ok(id);
        }
        let detail = format!("handle {handle:#x} is {}", self.name_of(id));
        call.report(Violation::WrongHandleType, &detail);
        Err(NtStatus::INVALID_HANDLE)
    }

    fn name_of(&self, id: ObjectId) -> String {
        if let Some(object) = self.objects.get(id) {
            return object.data.name().into();
        }
        self.retired(id).map_or_else(|| "no handle".into(), |name| format!("deleted {name}"))
    }

    /// What a deleted object was.
    fn retired(&self, id: ObjectId) -> Option<&'static str> {
        self.retired.iter().find(|(old, _)| *old == id).map(|(_, name)| *name)
    }

    /// Forgets an object and answers it, to be dropped outside the lock.
    pub fn remove(&mut self, id: ObjectId) -> Option<Object> {
        let object = self.objects.remove(id)?;
        if self.retired.len() >= RETIRED {
            self.retired.pop_front();
        }
        self.retired.push_back((id, object.data.name()));
        for context in &object.contexts {
            self.contexts.remove(&context.address());
        }
        Some(object)
    }
}

/// The state, locked.
pub fn lock() -> Locked {
    let mut guard = WORLD.lock();
    guard.get_or_insert_with(World::new);
    Locked(guard)
}

/// The locked state, which is always there.
pub struct Locked(Guard<'static, Option<World>>);

impl core::ops::Deref for Locked {
    type Target = World;

    fn deref(&self) -> &World {
        match &*self.0 {
            Some(world) => world,
            None => unreachable!("the state is created before it is handed out"),
        }
    }
}

impl core::ops::DerefMut for Locked {
    fn deref_mut(&mut self) -> &mut World {
        self.0.get_or_insert_with(World::new)
    }
}

/// Looks a handle up and reads or changes its data under the lock.
pub fn with<T: Kind, R>(call: Call, handle: Handle, then: impl FnOnce(&mut T) -> R) -> Result<R, NtStatus> {
    let mut world = lock();
    let id = world.check::<T>(call, handle)?;
    world.get_mut::<T>(id).map(then).ok_or(NtStatus::INVALID_HANDLE)
}

/// The handle of an object.
pub fn handle(id: ObjectId) -> Handle {
    usize::try_from(id.to_handle()).unwrap_or(0)
}

/// The handle of an object, or none.
pub fn handle_or_null(id: Option<ObjectId>) -> Handle {
    id.map_or(0, handle)
}

/// The object of a handle, unchecked.
pub fn id(handle: Handle) -> ObjectId {
    ObjectId::from_handle(handle as u64)
}
