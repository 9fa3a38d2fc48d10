//! Device interfaces: how programs find the device.

use crate::call::Call;
use crate::device::Device;
use crate::nt;
use crate::text;
use crate::world;
use alloc::vec::Vec;
use core::ptr::{from_ref, null};
use wdf_abi::{DriverGlobals, Function, Guid, Handle, UnicodeString};
use wdf_model::irql::{DISPATCH_LEVEL, PASSIVE_LEVEL};
use wdf_model::status::{self, Status};

/// `STATUS_OBJECT_NAME_NOT_FOUND`.
const NAME_NOT_FOUND: Status = 0xC000_0034_u32.cast_signed();

/// A registered interface.
#[derive(Clone)]
pub struct Interface {
    class: Guid,
    /// The symbolic link that names class, device and reference string.
    link: UnicodeString,
    reference: Vec<u16>,
    /// Whether the driver wants it enabled while the device works.
    wanted: bool,
}

impl Interface {
    /// Gives the name back.
    pub fn free(&self) {
        let mut link = self.link;
        // SAFETY: the name came from `IoRegisterDeviceInterface` and is given back once, with the device.
        unsafe { nt::RtlFreeUnicodeString(&raw mut link) };
    }

    fn switch(&self, enable: bool) {
        // SAFETY: the name is that of a registered interface. A failure only means that the state was that already.
        unsafe { nt::IoSetDeviceInterfaceState(from_ref(&self.link), u8::from(enable)) };
    }
}

/// `WdfDeviceCreateDeviceInterface`.
pub extern "system" fn create(
    _globals: *const DriverGlobals,
    device: Handle,
    class: *const Guid,
    reference: *const UnicodeString,
) -> Status {
    let call = Call::enter(Function::WdfDeviceCreateDeviceInterface, PASSIVE_LEVEL);
    match register(call, device, class, reference) {
        Ok(()) => status::SUCCESS,
        Err(status) => status,
    }
}

fn register(call: Call, device: Handle, class: *const Guid, reference: *const UnicodeString) -> Result<(), Status> {
    let guid = nt::read(class).ok_or(status::INVALID_PARAMETER)?;
    let text = nt::text(reference);
    let key = text.clone().unwrap_or_default();
    let (pdo, known, working) = world::with::<Device, _>(call, device, |device| {
        let known = device.interfaces.iter().any(|one| one.class == guid && one.reference == key);
        (device.init.pdo, known, device.working)
    })?;
    let pdo = pdo.ok_or(status::INVALID_DEVICE_REQUEST)?;
    if known {
        return Ok(());
    }
    let mut link = nt::counted(&[]);
    let name = text.as_deref().map(nt::counted);
    let name = name.as_ref().map_or(null(), from_ref);
    // SAFETY: the device is PnP's, the class was read, names are locals.
    let status = unsafe { nt::IoRegisterDeviceInterface(pdo, from_ref(&guid), name, &raw mut link) };
    if !status::is_success(status) {
        return Err(status);
    }
    let interface = Interface { class: guid, link, reference: key, wanted: true };
    world::with::<Device, _>(call, device, |device| device.interfaces.push(interface.clone()))?;
    if working {
        interface.switch(true);
    }
    Ok(())
}

/// Switches all interfaces that the driver wants.
pub fn switch_all(interfaces: &[Interface], enable: bool) {
    for interface in interfaces.iter().filter(|interface| interface.wanted) {
        interface.switch(enable);
    }
}

/// `WdfDeviceSetDeviceInterfaceState`: takes effect now, or when the device starts.
pub extern "system" fn set_state(
    _globals: *const DriverGlobals,
    device: Handle,
    class: *const Guid,
    reference: *const UnicodeString,
    enable: u8,
) {
    let call = Call::enter(Function::WdfDeviceSetDeviceInterfaceState, PASSIVE_LEVEL);
    let Some(guid) = nt::read(class) else { return };
    let key = nt::text(reference).unwrap_or_default();
    let found = world::with::<Device, _>(call, device, |device| {
        let working = device.working;
        let one = device.interfaces.iter_mut().find(|one| one.class == guid && one.reference == key)?;
        one.wanted = enable != 0;
        working.then(|| one.clone())
    });
    if let Ok(Some(interface)) = found {
        interface.switch(enable != 0);
    }
}

/// `WdfDeviceRetrieveDeviceInterfaceString`.
pub extern "system" fn retrieve_string(
    _globals: *const DriverGlobals,
    device: Handle,
    class: *const Guid,
    reference: *const UnicodeString,
    string: Handle,
) -> Status {
    let call = Call::enter(Function::WdfDeviceRetrieveDeviceInterfaceString, DISPATCH_LEVEL);
    let Some(guid) = nt::read(class) else { return status::INVALID_PARAMETER };
    let key = nt::text(reference).unwrap_or_default();
    let found: Result<Option<Vec<u16>>, Status> = world::with::<Device, _>(call, device, |device| {
        if device.control {
            return Err(status::INVALID_DEVICE_REQUEST);
        }
        let one = device.interfaces.iter().find(|one| one.class == guid && one.reference == key);
        Ok(one.map(|one| nt::text_of(&one.link)))
    })
    .unwrap_or_else(Err);
    match found {
        Ok(Some(link)) => text::assign(call, string, link),
        Ok(None) => NAME_NOT_FOUND,
        Err(status) => status,
    }
}
