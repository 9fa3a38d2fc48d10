//! Keys are opened.

use crate::argument::{Counted, Given, Out};
use crate::call::Call;
use crate::device::data::Device;
use crate::device::init::DeviceInit;
use crate::driver::data::Driver;
use crate::nt::{self, DeviceObject};
use crate::registry::key;
use crate::registry::raw::{self, Key};
use crate::world;
use alloc::vec::Vec;
use core::ptr::null_mut;
use netioctl_status::NtStatus;
use wdf_abi::Handle;

/// `WdfRegistryOpenKey`.
pub fn open(
    call: Call,
    parent: Handle,
    name: Option<Counted<'_>>,
    access: u32,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    let name = name.ok_or(NtStatus::INVALID_PARAMETER)?.text();
    let parent = if parent == 0 { None } else { Some(key::of(call, parent)?) };
    key::publish(call, attributes, Key::open(parent.as_deref(), &name, access)?, out)
}

/// `WdfRegistryCreateKey`.
#[expect(clippy::too_many_arguments, reason = "the framework's function has as many")]
pub fn create(
    call: Call,
    parent: Handle,
    name: Option<Counted<'_>>,
    access: u32,
    options: u32,
    disposition: Out<u32>,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    let name = name.ok_or(NtStatus::INVALID_PARAMETER)?.text();
    let parent = if parent == 0 { None } else { Some(key::of(call, parent)?) };
    let (key, what) = Key::create(parent.as_deref(), &name, access, options)?;
    key::publish(call, attributes, key, out)?;
    disposition.set(what);
    Ok(())
}

/// `WdfDriverOpenParametersRegistryKey`: the key is made if the driver has none.
pub fn parameters(
    call: Call,
    driver: Handle,
    access: u32,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    let mut path = world::with::<Driver, _>(call, driver, |driver| driver.registry_path.clone())?;
    path.pop();
    let service = Key::open(None, &path, raw::READ)?;
    let name: Vec<u16> = "Parameters".encode_utf16().collect();
    let (key, _) = Key::create(Some(&service), &name, access, 0)?;
    key::publish(call, attributes, key, out)
}

/// `WdfDeviceOpenRegistryKey`.
pub fn of_device(
    call: Call,
    device: Handle,
    kind: u32,
    access: u32,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    let pdo = world::with::<Device, _>(call, device, |device| device.init.pdo)?;
    of_physical_device(call, pdo.ok_or(NtStatus::INVALID_DEVICE_STATE)?, kind, access, attributes, out)
}

/// `WdfFdoInitOpenRegistryKey`.
pub fn of_init(
    call: Call,
    init: Handle,
    kind: u32,
    access: u32,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    let pdo = world::with::<DeviceInit, _>(call, init, |init| init.pdo)?;
    of_physical_device(call, pdo.ok_or(NtStatus::INVALID_DEVICE_STATE)?, kind, access, attributes, out)
}

fn of_physical_device(
    call: Call,
    pdo: DeviceObject,
    kind: u32,
    access: u32,
    attributes: Option<Given>,
    out: Out<Handle>,
) -> Result<(), NtStatus> {
    let mut handle = null_mut();
    // SAFETY: the device is one of PnP's, and the handle goes to a local.
    let status = unsafe { nt::IoOpenDeviceRegistryKey(pdo, kind, access, &raw mut handle) };
    // Wine answers a Win32 code where it finds no key.
    if status != NtStatus::SUCCESS || handle.is_null() {
        return Err(if status.is_success() { NtStatus::OBJECT_NAME_NOT_FOUND } else { status });
    }
    key::publish(call, attributes, Key::of_handle(handle), out)
}
