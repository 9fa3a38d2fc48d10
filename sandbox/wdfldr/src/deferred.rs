//! What DPCs and work items have in common: a callback that belongs to a device and runs later.

use crate::argument::{Given, Out};
use crate::call::Call;
use crate::device::data::above;
use crate::device::serialization::{self, Serialization};
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::world::{self, Kind};
use netioctl_status::NtStatus;
use wdf_abi::{Handle, HandleCallback, WorkItemConfig};
use wdf_model::attributes::Accepts;
use wdf_model::tree::ObjectId;

/// What the driver asked for.
pub struct Deferred {
    pub function: HandleCallback,
    pub serialization: Serialization,
    pub parent: ObjectId,
}

/// Checks what a driver asks for, and creates the object that `data` makes of it. `WDF_DPC_CONFIG` has the members of
/// `WDF_WORKITEM_CONFIG`. `passive`: the callback runs at `PASSIVE_LEVEL`.
pub fn create<K: Kind>(
    call: Call,
    config: Option<WorkItemConfig>,
    attributes: Option<Given>,
    out: Out<Handle>,
    passive: bool,
    data: impl FnOnce(Deferred) -> K,
) -> Result<(), NtStatus> {
    life::hand_out(make(call, config, attributes, passive, data), out)
}

fn make<K: Kind>(
    call: Call,
    config: Option<WorkItemConfig>,
    attributes: Option<Given>,
    passive: bool,
    data: impl FnOnce(Deferred) -> K,
) -> Result<ObjectId, NtStatus> {
    let config = config.filter(|config| config.size as usize == size_of::<WorkItemConfig>());
    let config = config.ok_or(NtStatus::INFO_LENGTH_MISMATCH)?;
    if config.function.is_none() {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    if attributes.is_none() {
        return Err(NtStatus::WDF_PARENT_NOT_SPECIFIED);
    }
    let chosen = Chosen::check(attributes, Accepts::CHILD)?;
    let mut world = world::lock();
    let parent = world.check_any(call, chosen.parent().unwrap_or(0))?;
    let device = above(&world, parent).ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    let serialization = serialization::of(&world, device, config.automatic_serialization != 0, passive)?;
    let data = data(Deferred { function: config.function, serialization, parent });
    life::create(&mut world, call, &chosen, None, data)
}
