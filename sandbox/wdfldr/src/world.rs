//! Everything that the stand-in knows, behind one lock, and the lookup of handles.
//!
//! The lock is never held while a driver's code or the I/O manager runs.

use crate::bind::Client;
use crate::call::Call;
use crate::device::Device;
use crate::device_init::DeviceInit;
use crate::driver::Driver;
use crate::file::File;
use crate::lock::{Guard, Mutex, OwnedLock};
use crate::memory::Memory;
use crate::object::Context;
use crate::queue::IoQueue;
use crate::request::Request;
use crate::text::Text;
use crate::timer::Timer;
use crate::work_item::WorkItem;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use verifier_abi::Violation;
use wdf_abi::Handle;
use wdf_model::status::{self, Status};
use wdf_model::tree::{ObjectId, Tree};

/// What an object is.
pub enum Kind {
    General,
    Resources,
    Driver(Box<Driver>),
    DeviceInit(Box<DeviceInit>),
    Device(Box<Device>),
    Queue(Box<IoQueue>),
    Request(Box<Request>),
    File(Box<File>),
    Memory(Box<Memory>),
    WaitLock(WaitLock),
    SpinLock(SpinLock),
    WorkItem(Arc<WorkItem>),
    Timer(Arc<Timer>),
    Collection(Collection),
    Text(Box<Text>),
}

/// `WDFWAITLOCK`.
pub struct WaitLock(pub Arc<OwnedLock>);

/// `WDFSPINLOCK`, with the IRQL to go back to.
pub struct SpinLock(pub Arc<OwnedLock>, pub Arc<core::sync::atomic::AtomicU8>);

/// `WDFCOLLECTION`.
#[derive(Default)]
pub struct Collection(pub Vec<ObjectId>);

/// One object.
pub struct Object {
    pub kind: Kind,
    pub contexts: Vec<Context>,
    /// Whether its callbacks must run at PASSIVE_LEVEL even if it is deleted above.
    pub passive: bool,
    /// The code that created it.
    pub creator: usize,
    /// The function that created it.
    pub function: &'static str,
}

impl Kind {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::General => "WDFOBJECT",
            Self::Resources => "WDFCMRESLIST",
            Self::Driver(_) => "WDFDRIVER",
            Self::DeviceInit(_) => "WDFDEVICE_INIT",
            Self::Device(_) => "WDFDEVICE",
            Self::Queue(_) => "WDFQUEUE",
            Self::Request(_) => "WDFREQUEST",
            Self::File(_) => "WDFFILEOBJECT",
            Self::Memory(_) => "WDFMEMORY",
            Self::WaitLock(_) => "WDFWAITLOCK",
            Self::SpinLock(_) => "WDFSPINLOCK",
            Self::WorkItem(_) => "WDFWORKITEM",
            Self::Timer(_) => "WDFTIMER",
            Self::Collection(_) => "WDFCOLLECTION",
            Self::Text(_) => "WDFSTRING",
        }
    }
}

/// A kind of object with data of its own.
pub trait Data: Sized {
    const NAME: &'static str;
    fn of(kind: &Kind) -> Option<&Self>;
    fn of_mut(kind: &mut Kind) -> Option<&mut Self>;
}

macro_rules! data {
    ($($type:ty = $variant:ident $name:literal;)*) => {
        $(impl Data for $type {
            const NAME: &'static str = $name;
            fn of(kind: &Kind) -> Option<&Self> {
                if let Kind::$variant(data) = kind { Some(data) } else { None }
            }
            fn of_mut(kind: &mut Kind) -> Option<&mut Self> {
                if let Kind::$variant(data) = kind { Some(data) } else { None }
            }
        })*
    };
}

data! {
    Driver = Driver "WDFDRIVER";
    DeviceInit = DeviceInit "WDFDEVICE_INIT";
    Device = Device "WDFDEVICE";
    IoQueue = Queue "WDFQUEUE";
    Request = Request "WDFREQUEST";
    File = File "WDFFILEOBJECT";
    Memory = Memory "WDFMEMORY";
    WaitLock = WaitLock "WDFWAITLOCK";
    SpinLock = SpinLock "WDFSPINLOCK";
    Arc<WorkItem> = WorkItem "WDFWORKITEM";
    Arc<Timer> = Timer "WDFTIMER";
    Collection = Collection "WDFCOLLECTION";
    Text = Text "WDFSTRING";
}

/// All state.
pub struct World {
    pub objects: Tree<Object>,
    /// Device objects to devices.
    pub devices: BTreeMap<usize, ObjectId>,
    /// Pending IRPs to requests.
    pub irps: BTreeMap<usize, ObjectId>,
    /// File objects of the I/O manager to the framework's.
    pub files: BTreeMap<usize, ObjectId>,
    /// Context addresses to objects.
    pub contexts: BTreeMap<usize, ObjectId>,
    pub clients: Vec<Arc<Client>>,
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
            clients: Vec::new(),
            retired: VecDeque::new(),
        }
    }

    /// The data of an object of a kind.
    pub fn get<T: Data>(&self, id: ObjectId) -> Option<&T> {
        self.objects.get(id).and_then(|object| T::of(&object.kind))
    }

    /// The data of an object of a kind.
    pub fn get_mut<T: Data>(&mut self, id: ObjectId) -> Option<&mut T> {
        self.objects.get_mut(id).and_then(|object| T::of_mut(&mut object.kind))
    }

    /// The object of a handle that must be of a kind; anything else is a violation.
    pub fn check<T: Data>(&self, call: Call, handle: Handle) -> Result<ObjectId, Status> {
        let id = ObjectId::from_handle(handle as u64);
        if self.get::<T>(id).is_some() {
            return Ok(id);
        }
        let found = self.name_of(id);
        if T::NAME == "WDFREQUEST" && found == "deleted WDFREQUEST" && call.0.name().starts_with("WdfRequestComplete") {
            call.report(Violation::RequestCompletedTwice, "the request has been completed before");
        } else {
            let detail = format!("handle {handle:#x} is {found}, wanted {}", T::NAME);
            call.report(Violation::WrongHandleType, &detail);
        }
        Err(status::INVALID_HANDLE)
    }

    /// The object of a handle of any kind.
    pub fn check_any(&self, call: Call, handle: Handle) -> Result<ObjectId, Status> {
        let id = ObjectId::from_handle(handle as u64);
        if self.objects.get(id).is_some() {
            return Ok(id);
        }
        let detail = format!("handle {handle:#x} is {}", self.name_of(id));
        call.report(Violation::WrongHandleType, &detail);
        Err(status::INVALID_HANDLE)
    }

    fn name_of(&self, id: ObjectId) -> alloc::string::String {
        if let Some(object) = self.objects.get(id) {
            return object.kind.name().into();
        }
        let retired = self.retired.iter().find(|(old, _)| *old == id);
        retired.map_or_else(|| "no handle".into(), |(_, name)| format!("deleted {name}"))
    }

    /// Forgets an object and answers it, to be dropped outside the lock.
    pub fn remove(&mut self, id: ObjectId) -> Option<Object> {
        let object = self.objects.remove(id)?;
        if self.retired.len() >= RETIRED {
            self.retired.pop_front();
        }
        self.retired.push_back((id, object.kind.name()));
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
pub fn with<T: Data, R>(call: Call, handle: Handle, then: impl FnOnce(&mut T) -> R) -> Result<R, Status> {
    let mut world = lock();
    let id = world.check::<T>(call, handle)?;
    world.get_mut::<T>(id).map(then).ok_or(status::INVALID_HANDLE)
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
