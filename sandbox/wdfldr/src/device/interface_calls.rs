//! Device interfaces as the driver makes and switches them.

use crate::argument::Counted;
use crate::call::Call;
use crate::device::data::Device;
use crate::device::interface::Interface;
use crate::{nt, text, world};
use core::ptr::{from_ref, null};
use netioctl_status::NtStatus;
use wdf_abi::{Guid, Handle};

/// `WdfDeviceCreateDeviceInterface`.
pub fn create(call: Call, device: Handle, class: Option<Guid>, reference: Option<Counted<'_>>) -> Result<(), NtStatus> {
    register(call, device, class, reference)
}

fn register(call: Call, device: Handle, class: Option<Guid>, reference: Option<Counted<'_>>) -> Result<(), NtStatus> {
    let guid = class.ok_or(NtStatus::INVALID_PARAMETER)?;
    let text = reference.map(|reference| reference.text());
    let key = text.clone().unwrap_or_default();
    let (pdo, known, working) = world::with::<Device, _>(call, device, |device| {
        let known = device.interfaces.iter().any(|one| one.is(guid, &key));
        (device.init.pdo, known, device.working)
    })?;
    let pdo = pdo.ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    if known {
        return Ok(());
    }
    let mut link = nt::counted(&[]);
    let name = text.as_deref().map(nt::counted);
    let name = name.as_ref().map_or(null(), from_ref);
    // SAFETY: the device is PnP's, the class was read, names are locals.
    let status = unsafe { nt::IoRegisterDeviceInterface(pdo, from_ref(&guid), name, &raw mut link) };
    if !status.is_success() {
        return Err(status);
    }
    let interface = Interface::new(guid, link, key);
    world::with::<Device, _>(call, device, |device| device.interfaces.push(interface.clone()))?;
    if working {
        interface.switch(true);
    }
    Ok(())
}

/// `WdfDeviceSetDeviceInterfaceState`: takes effect now, or when the device starts.
pub fn set_state(call: Call, device: Handle, class: Option<Guid>, reference: Option<Counted<'_>>, enable: u8) {
    let Some(guid) = class else { return };
    let key = reference.map(|reference| reference.text()).unwrap_or_default();
    let found = world::with::<Device, _>(call, device, |device| {
        let working = device.working;
        let one = device.interfaces.iter_mut().find(|one| one.is(guid, &key))?;
        one.want(enable != 0);
        working.then(|| one.clone())
    });
    if let Ok(Some(interface)) = found {
        interface.switch(enable != 0);
    }
}

/// `WdfDeviceRetrieveDeviceInterfaceString`.
pub fn retrieve_string(
    call: Call,
    device: Handle,
    class: Option<Guid>,
    reference: Option<Counted<'_>>,
    string: Handle,
) -> Result<(), NtStatus> {
    let guid = class.ok_or(NtStatus::INVALID_PARAMETER)?;
    let key = reference.map(|reference| reference.text()).unwrap_or_default();
    let link = world::with::<Device, _>(call, device, |device| {
        if device.is_control() {
            return Err(NtStatus::INVALID_DEVICE_REQUEST);
        }
        let one = device.interfaces.iter().find(|one| one.is(guid, &key));
        one.map(Interface::name).ok_or(NtStatus::OBJECT_NAME_NOT_FOUND)
    })??;
    text::assign(call, string, link)
}
