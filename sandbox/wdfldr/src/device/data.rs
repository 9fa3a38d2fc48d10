//! `WDFDEVICE`: what is known of a device.

use crate::device::init::DeviceInit;
use crate::device::interface::Interface;
use crate::device::query_interface::Exposed;
use crate::lock::CallbackLock;
use crate::nt::DeviceObject;
use crate::world::{self, World};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use wdf_abi::PnpPowerEventCallbacks;
use wdf_abi::constants::{
    WDF_DEV_STATE_PNP_FAILED_WAIT_FOR_REMOVE, WDF_DEV_STATE_PNP_INIT, WDF_DEV_STATE_PNP_OBJECT_CREATED,
    WDF_DEV_STATE_PNP_QUERY_REMOVE_PENDING, WDF_DEV_STATE_PNP_QUERY_STOP_PENDING, WDF_DEV_STATE_PNP_STARTED,
    WDF_DEV_STATE_PNP_STOPPED, WDF_DEV_STATE_POWER_D0, WDF_DEV_STATE_POWER_OBJECT_CREATED, WDF_DEV_STATE_POWER_STOPPED,
    WDF_DEV_STATE_PWR_POL_OBJECT_CREATED, WDF_DEV_STATE_PWR_POL_REMOVED, WDF_DEV_STATE_PWR_POL_STARTED,
    WDF_DEV_STATE_PWR_POL_STOPPED,
};
use wdf_model::execution::Execution;
use wdf_model::tree::ObjectId;

/// The object's data.
pub struct Device {
    pub init: DeviceInit,
    /// None once the device is taken from the I/O manager's sight.
    pub object: Option<DeviceObject>,
    /// The device below; a control device has none.
    pub attached: Option<DeviceObject>,
    pub driver: ObjectId,
    /// Control device: `WdfControlFinishInitializing` was called.
    pub finished: bool,
    pub execution: Execution,
    pub lock: Arc<CallbackLock>,
    pub default_queue: Option<ObjectId>,
    /// Request types with a queue of their own.
    pub configured: BTreeMap<i32, ObjectId>,
    pub queues: Vec<ObjectId>,
    pub link: Option<Vec<u16>>,
    pub interfaces: Vec<Interface>,
    /// The target for the device below, once the driver has asked for it.
    pub target: Option<ObjectId>,
    /// What `IRP_MN_QUERY_INTERFACE` is answered with.
    pub exposed: Vec<Exposed>,
    /// All I/O targets.
    pub targets: Vec<ObjectId>,
    pub pnp_state: PnpState,
    /// `WDF_DEVICE_STATE`.
    pub state: [i32; 7],
    /// Whether the device works (power managed queues run).
    pub working: bool,
    /// Whether self-managed I/O has begun.
    pub self_managed: bool,
}

impl Device {
    /// Whether it is a control device: it stands for no device node, so PnP knows nothing of it.
    pub const fn is_control(&self) -> bool {
        self.init.is_control()
    }
}

/// The three state machines as `WdfDeviceGetDevice…State` show them.
#[derive(Clone, Copy)]
pub struct PnpState {
    pub pnp: i32,
    pub power: i32,
    pub policy: i32,
}

impl PnpState {
    pub const CONTROL: Self = Self {
        pnp: WDF_DEV_STATE_PNP_OBJECT_CREATED,
        power: WDF_DEV_STATE_POWER_OBJECT_CREATED,
        policy: WDF_DEV_STATE_PWR_POL_OBJECT_CREATED,
    };
    pub const ADDED: Self = Self {
        pnp: WDF_DEV_STATE_PNP_INIT,
        power: WDF_DEV_STATE_POWER_OBJECT_CREATED,
        policy: WDF_DEV_STATE_PWR_POL_OBJECT_CREATED,
    };
    pub const STARTED: Self =
        Self { pnp: WDF_DEV_STATE_PNP_STARTED, power: WDF_DEV_STATE_POWER_D0, policy: WDF_DEV_STATE_PWR_POL_STARTED };
    pub const QUERIED_REMOVE: Self = Self {
        pnp: WDF_DEV_STATE_PNP_QUERY_REMOVE_PENDING,
        power: WDF_DEV_STATE_POWER_D0,
        policy: WDF_DEV_STATE_PWR_POL_STARTED,
    };
    pub const QUERIED_STOP: Self = Self {
        pnp: WDF_DEV_STATE_PNP_QUERY_STOP_PENDING,
        power: WDF_DEV_STATE_POWER_D0,
        policy: WDF_DEV_STATE_PWR_POL_STARTED,
    };
    pub const STOPPED: Self = Self {
        pnp: WDF_DEV_STATE_PNP_STOPPED,
        power: WDF_DEV_STATE_POWER_STOPPED,
        policy: WDF_DEV_STATE_PWR_POL_STOPPED,
    };
    pub const SURPRISE_REMOVED: Self = Self {
        pnp: WDF_DEV_STATE_PNP_FAILED_WAIT_FOR_REMOVE,
        power: WDF_DEV_STATE_POWER_STOPPED,
        policy: WDF_DEV_STATE_PWR_POL_REMOVED,
    };
}

/// The device that an object belongs to.
pub fn above(world: &World, id: ObjectId) -> Option<ObjectId> {
    let mut at = Some(id);
    while let Some(id) = at {
        if world.get::<Device>(id).is_some() {
            return Some(id);
        }
        at = world.objects.parent(id);
    }
    None
}

/// The callbacks that the driver set for a device.
pub fn callbacks(device: ObjectId) -> Option<PnpPowerEventCallbacks> {
    world::lock().get::<Device>(device).and_then(|device| device.init.pnp)
}

/// Notes where the state machines stand.
pub fn enter(device: ObjectId, state: PnpState) {
    if let Some(device) = world::lock().get_mut::<Device>(device) {
        device.pnp_state = state;
    }
}
