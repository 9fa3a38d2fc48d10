//! A device node below `ROOT`, whose driver is a service.

use sandbox_probe_client::service::Service;
use std::io::{Error, Result};
use std::ptr::{null, null_mut};
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::{
    DIF_REGISTERDEVICE, DIF_REMOVE, HDEVINFO, SP_DEVINFO_DATA, SPDRP_SERVICE, SPDRP_UPPERFILTERS,
    SetupDiCallClassInstaller, SetupDiCreateDeviceInfoList, SetupDiCreateDeviceInfoW, SetupDiDestroyDeviceInfoList,
    SetupDiSetDeviceRegistryPropertyW,
};
use windows_sys::core::GUID;

/// `GUID_DEVCLASS_SYSTEM`.
static CLASS: GUID = GUID::from_u128(0x4d36e97d_e325_11ce_bfc1_08002be10318);

/// Has Wine's process for a driver look for devices of it; Windows finds them by itself.
const ENUMERATE: u32 = 128;

/// A device node. It is removed when this is dropped.
pub struct Node {
    set: HDEVINFO,
    data: SP_DEVINFO_DATA,
}

/// A text as the functions take it.
pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

fn checked(done: i32) -> Result<()> {
    if done == 0 { Err(Error::last_os_error()) } else { Ok(()) }
}

impl Node {
    /// Makes one, with the filters that stand before it.
    pub fn create(instance: &str, service: &str, filters: &[&str]) -> Result<Self> {
        // SAFETY: the class is a constant.
        let set = unsafe { SetupDiCreateDeviceInfoList(&raw const CLASS, null_mut()) };
        let size = u32::try_from(size_of::<SP_DEVINFO_DATA>()).unwrap_or(0);
        let mut node = Self { set, data: SP_DEVINFO_DATA { cbSize: size, ..SP_DEVINFO_DATA::default() } };
        let name = wide(instance);
        // SAFETY: the name is terminated; the data are ours.
        checked(unsafe {
            SetupDiCreateDeviceInfoW(set, name.as_ptr(), &raw const CLASS, null(), null_mut(), 0, &raw mut node.data)
        })?;
        node.set_property(SPDRP_SERVICE, &wide(service))?;
        if !filters.is_empty() {
            let filters: Vec<u16> = filters.iter().flat_map(|name| wide(name)).chain([0]).collect();
            node.set_property(SPDRP_UPPERFILTERS, &filters)?;
        }
        node.call(DIF_REGISTERDEVICE)?;
        Ok(node)
    }

    fn set_property(&mut self, property: u32, value: &[u16]) -> Result<()> {
        let bytes = u32::try_from(size_of_val(value)).unwrap_or(0);
        // SAFETY: the value has that many bytes; the data are ours.
        checked(unsafe {
            SetupDiSetDeviceRegistryPropertyW(self.set, &raw mut self.data, property, value.as_ptr().cast(), bytes)
        })
    }

    fn call(&mut self, function: u32) -> Result<()> {
        // SAFETY: the set and the data are ours.
        checked(unsafe { SetupDiCallClassInstaller(function, self.set, &raw mut self.data) })
    }
}

/// Has the devices of a driver found.
pub fn find(service: &Service) -> Result<()> {
    service.control(ENUMERATE)
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Err(error) = self.call(DIF_REMOVE) {
            eprintln!("the device node stays: {error}");
        }
        // SAFETY: the set is ours, and goes with this.
        unsafe { SetupDiDestroyDeviceInfoList(self.set) };
    }
}
