//! `WDFDEVICE_INIT`: what is known of a device before it is there.

use crate::argument::Given;
use crate::call::Call;
use crate::device::preprocess::Preprocess;
use crate::nt::DeviceObject;
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::world::{self, Kind};
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use wdf_abi::constants::WDF_DEVICE_IO_BUFFERED;
use wdf_abi::{DeviceNotice, FileObjectConfig, IoDefault, PnpPowerEventCallbacks};
use wdf_model::attributes::Accepts;
use wdf_model::tree::ObjectId;

/// `FILE_DEVICE_UNKNOWN`.
const UNKNOWN_DEVICE: u32 = 0x22;

/// The object's data.
#[expect(clippy::struct_excessive_bools, reason = "each is one of the driver's answers to a question of its own")]
#[derive(Clone)]
pub struct DeviceInit {
    pub driver: ObjectId,
    /// The device to attach to; none for a control device.
    pub pdo: Option<DeviceObject>,
    /// The device made of it.
    pub device: Option<ObjectId>,
    pub name: Option<Vec<u16>>,
    pub sddl: bool,
    pub device_type: u32,
    pub characteristics: u32,
    pub exclusive: bool,
    pub io_type: i32,
    pub power_pageable: bool,
    pub pnp: Option<PnpPowerEventCallbacks>,
    pub file_config: Option<FileObjectConfig>,
    pub file_attributes: Option<Given>,
    pub request_attributes: Option<Given>,
    pub in_caller_context: IoDefault,
    /// `WdfFdoInitSetFilter`.
    pub filter: bool,
    /// `EvtDeviceShutdownNotification`.
    pub shutdown: DeviceNotice,
    /// When it is called.
    pub shutdown_flags: i32,
    pub preprocess: Vec<Preprocess>,
}

impl DeviceInit {
    pub fn new(driver: ObjectId, pdo: Option<DeviceObject>) -> Self {
        Self {
            driver,
            pdo,
            device: None,
            name: None,
            sddl: false,
            device_type: UNKNOWN_DEVICE,
            characteristics: 0,
            exclusive: false,
            io_type: WDF_DEVICE_IO_BUFFERED,
            power_pageable: pdo.is_some(),
            pnp: None,
            file_config: None,
            file_attributes: None,
            request_attributes: None,
            in_caller_context: None,
            filter: false,
            shutdown: None,
            shutdown_flags: 0,
            preprocess: Vec::new(),
        }
    }

    /// Whether it is for a control device: there is nothing to attach to.
    pub const fn is_control(&self) -> bool {
        self.pdo.is_none()
    }

    /// Makes it an object that the driver can hold.
    pub fn publish(self, call: Call) -> Result<ObjectId, NtStatus> {
        let chosen = Chosen::check(None, Accepts::GENERAL)?;
        life::create(&mut world::lock(), call, &chosen, None, self)
    }
}

/// Lets go of an init.
pub fn forget(id: ObjectId) {
    drop(world::lock().remove(id));
}

impl Kind for DeviceInit {
    const NAME: &'static str = "WDFDEVICE_INIT";
}
