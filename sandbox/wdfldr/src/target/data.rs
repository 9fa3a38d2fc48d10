//! `WDFIOTARGET`: what is known of a target.

use crate::call::Call;
use crate::device::data::Device;
use crate::nt::{self, DeviceObject, FileObject, Pointer};
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::target::state;
use crate::world::{self, Kind, Task, World};
use alloc::boxed::Box;
use alloc::collections::{BTreeSet, VecDeque};
use netioctl_status::NtStatus;
use wdf_model::target::{Options, State};
use wdf_model::tree::ObjectId;

/// The object's data.
pub struct Target {
    pub device: ObjectId,
    /// Whether it is the one for the device below.
    pub local: bool,
    /// Where requests are sent, while it is open.
    pub object: Option<DeviceObject>,
    /// The file object of a target that was opened.
    pub file: Option<FileObject>,
    /// The handle of one that was opened by name. Zero: none.
    pub handle: usize,
    pub state: State,
    /// Requests that have been sent and not come back.
    pub sent: BTreeSet<ObjectId>,
    /// Requests that are sent when the target is started.
    pub waiting: VecDeque<(ObjectId, Options)>,
}

/// Makes a target of a device.
pub fn make(
    call: Call,
    chosen: &Chosen,
    world: &mut World,
    device: ObjectId,
    object: Option<DeviceObject>,
) -> Result<ObjectId, NtStatus> {
    let local = object.is_some();
    let target = Target {
        device,
        local,
        object,
        file: None,
        handle: 0,
        state: if local { State::Started } else { State::Closed },
        sent: BTreeSet::new(),
        waiting: VecDeque::new(),
    };
    let id = life::create(world, call, chosen, Some(device), target)?;
    if let Some(device) = world.get_mut::<Device>(device) {
        device.targets.push(id);
    }
    Ok(id)
}

impl Target {
    /// Requests that have been sent, or are to be, and have not come back.
    pub fn under_way(&self) -> impl Iterator<Item = ObjectId> + '_ {
        self.sent.iter().copied().chain(self.waiting.iter().map(|&(request, _)| request))
    }

    /// Lets go of what was opened.
    pub fn close(&mut self) -> Opened {
        self.object = self.object.filter(|_| self.local);
        Opened { file: self.file.take(), handle: core::mem::take(&mut self.handle) }
    }
}

/// What was opened for a target, to be closed outside of the lock.
#[must_use = "it stays open otherwise"]
pub struct Opened {
    file: Option<FileObject>,
    handle: usize,
}

impl Opened {
    /// What was opened by name: a handle and a reference of its file object.
    pub const fn new(file: FileObject, handle: usize) -> Self {
        Self { file: Some(file), handle }
    }

    /// Closes it.
    pub fn close(self) {
        if self.handle == 0 {
            return;
        }
        if let Some(file) = self.file {
            // SAFETY: the reference was taken when the target was opened.
            unsafe { nt::ObfDereferenceObject(file) };
        }
        let handle: Pointer = core::ptr::with_exposed_provenance_mut(self.handle);
        // SAFETY: the handle was made when the target was opened, and is closed once.
        unsafe { nt::NtClose(handle) };
    }
}

impl Kind for Target {
    const NAME: &'static str = "WDFIOTARGET";

    fn needs_passive(&self) -> bool {
        true
    }

    fn refuses_delete(&self, _world: &World, _id: ObjectId) -> Option<&'static str> {
        self.local.then_some("the target for the device below goes with its device")
    }

    fn quiesce(&self, id: ObjectId) -> Option<Task> {
        let device = self.device;
        Some(Box::new(move || {
            state::end(id, State::Deleted);
            if let Some(device) = world::lock().get_mut::<Device>(device) {
                device.targets.retain(|&target| target != id);
            }
        }))
    }
}
