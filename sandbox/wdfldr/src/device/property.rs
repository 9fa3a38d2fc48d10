//! Properties of a device, as PnP keeps them.

use crate::argument::{Given, Out};
use crate::call::Call;
use crate::device::data::Device;
use crate::device::init::DeviceInit;
use crate::memory::Memory;
use crate::nt::{self, DeviceObject, Pointer};
use crate::object::life;
use crate::target::data::Target;
use crate::world;
use alloc::vec;
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use wdf_abi::Handle;

fn query(pdo: DeviceObject, property: i32, length: u32, buffer: Pointer, needed: &mut u32) -> Result<(), NtStatus> {
    // SAFETY: the device is one of PnP's, the buffer is as long as is said, and the length goes to a local.
    let status = unsafe { nt::IoGetDeviceProperty(pdo, property, length, buffer, needed) };
    if status.is_success() { Ok(()) } else { Err(status) }
}

/// All of a property.
fn whole(pdo: DeviceObject, property: i32) -> Result<Vec<u8>, NtStatus> {
    let mut room = vec![0_u8; 256];
    loop {
        let mut needed = 0;
        let length = u32::try_from(room.len()).unwrap_or(0);
        match query(pdo, property, length, room.as_mut_ptr().cast(), &mut needed) {
            Err(NtStatus::BUFFER_TOO_SMALL) if needed > length => room.resize(needed as usize, 0),
            Err(status) => return Err(status),
            Ok(()) => {
                room.truncate(needed as usize);
                return Ok(room);
            }
        }
    }
}

macro_rules! of {
    ($($kind:ident $query:ident $query_name:literal $allocate:ident $allocate_name:literal;)*) => {
        $(#[doc = concat!("`", $query_name, "`.")]
        pub fn $query(
            call: Call,
            subject: Handle,
            property: i32,
            length: u32,
            buffer: Pointer,
            needed: Out<u32>,
        ) -> Result<(), NtStatus> {
            let pdo = $kind::physical(call, subject)?;
            let mut size = 0;
            let outcome = query(pdo, property, length, buffer, &mut size);
            needed.set(size);
            outcome
        }

        #[doc = concat!("`", $allocate_name, "`.")]
        pub fn $allocate(
            call: Call,
            subject: Handle,
            property: i32,
            pool: i32,
            attributes: Option<Given>,
            out: Out<Handle>,
        ) -> Result<(), NtStatus> {
            let bytes = whole($kind::physical(call, subject)?, property)?;
            life::hand_out(Memory::filled(call, attributes, &bytes, pool), out)
        })*
    };
}

of! {
    Device of_device "WdfDeviceQueryProperty" allocate_of_device "WdfDeviceAllocAndQueryProperty";
    DeviceInit of_init "WdfFdoInitQueryProperty" allocate_of_init "WdfFdoInitAllocAndQueryProperty";
    Target of_target "WdfIoTargetQueryTargetProperty" allocate_of_target "WdfIoTargetAllocAndQueryTargetProperty";
}

impl Device {
    fn physical(call: Call, device: Handle) -> Result<DeviceObject, NtStatus> {
        let pdo = world::with::<Self, _>(call, device, |device| device.init.pdo)?;
        pdo.ok_or(NtStatus::INVALID_DEVICE_REQUEST)
    }
}

impl DeviceInit {
    fn physical(call: Call, init: Handle) -> Result<DeviceObject, NtStatus> {
        world::with::<Self, _>(call, init, |init| init.pdo)?.ok_or(NtStatus::INVALID_DEVICE_REQUEST)
    }
}

impl Target {
    fn physical(call: Call, target: Handle) -> Result<DeviceObject, NtStatus> {
        let device = world::with::<Self, _>(call, target, |target| target.local.then_some(target.device))?;
        Device::physical(call, world::handle(device.ok_or(NtStatus::INVALID_DEVICE_STATE)?))
    }
}
