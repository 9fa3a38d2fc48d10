//! Sets of devices of SetupAPI.

use std::io;
use std::mem;
use std::ptr::{null, null_mut};

use anyhow::{Context, Result};
use windows_sys::Win32::Devices::DeviceAndDriverInstallation::{
    DICD_GENERATE_ID, DIF_REGISTERDEVICE, DIF_REMOVE, DIGCF_ALLCLASSES, HDEVINFO, SETUP_DI_REGISTRY_PROPERTY,
    SP_DEVINFO_DATA, SPDRP_HARDWAREID, SPDRP_SERVICE, SetupDiCallClassInstaller, SetupDiCreateDeviceInfoList,
    SetupDiCreateDeviceInfoW, SetupDiDestroyDeviceInfoList, SetupDiEnumDeviceInfo, SetupDiGetClassDevsW,
    SetupDiGetDevicePropertyW, SetupDiGetDeviceRegistryPropertyW, SetupDiSetDeviceRegistryPropertyW,
};
use windows_sys::Win32::Devices::Properties::DEVPKEY_Device_ProblemStatus;
use windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE;
use windows_sys::core::GUID;

/// A set of devices; destroyed when dropped.
pub struct Set(HDEVINFO);

/// A device of a set.
pub type Node = SP_DEVINFO_DATA;

impl Drop for Set {
    fn drop(&mut self) {
        // SAFETY: the set came from a successful call and is destroyed here only.
        let _ = unsafe { SetupDiDestroyDeviceInfoList(self.0) };
    }
}

/// The error of a call that has answered FALSE.
pub fn checked(what: &str, result: i32) -> Result<()> {
    if result == 0 { Err(io::Error::last_os_error()).with_context(|| what.to_owned()) } else { Ok(()) }
}

/// A string as Windows takes it.
pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

fn node() -> Node {
    let size = u32::try_from(mem::size_of::<Node>()).unwrap_or(0);
    Node { cbSize: size, ..Node::default() }
}

impl Set {
    /// An empty set for devices of a class.
    pub fn empty(class: &GUID) -> Result<Self> {
        // SAFETY: the class outlives the call; there is no window.
        Self::of("SetupDiCreateDeviceInfoList", unsafe { SetupDiCreateDeviceInfoList(class, null_mut()) })
    }

    /// All root-enumerated devices.
    pub fn root() -> Result<Self> {
        let root = wide("ROOT");
        // SAFETY: the name ends with a zero and outlives the call; no class and no window.
        let set = unsafe { SetupDiGetClassDevsW(null(), root.as_ptr(), null_mut(), DIGCF_ALLCLASSES) };
        Self::of("SetupDiGetClassDevsW", set)
    }

    fn of(call: &str, set: HDEVINFO) -> Result<Self> {
        checked(call, i32::from(set != INVALID_HANDLE_VALUE as HDEVINFO))?;
        Ok(Self(set))
    }

    /// Makes a device whose ID begins with `ROOT\` and this name, and registers it with a hardware ID.
    pub fn create(&self, name: &str, class: &GUID, hardware_id: &str) -> Result<()> {
        let name = wide(name);
        let mut made = node();
        // SAFETY: the name ends with a zero, all pointers outlive the call, and the structure has its size.
        let result = unsafe {
            SetupDiCreateDeviceInfoW(self.0, name.as_ptr(), class, null(), null_mut(), DICD_GENERATE_ID, &raw mut made)
        };
        checked("SetupDiCreateDeviceInfoW", result)?;
        let ids: Vec<u8> = hardware_id.encode_utf16().chain([0, 0]).flat_map(u16::to_le_bytes).collect();
        let length = u32::try_from(ids.len())?;
        // SAFETY: the buffer has the length that is told, and holds a list of strings.
        let result =
            unsafe { SetupDiSetDeviceRegistryPropertyW(self.0, &raw mut made, SPDRP_HARDWAREID, ids.as_ptr(), length) };
        checked("SetupDiSetDeviceRegistryPropertyW", result)?;
        self.call("DIF_REGISTERDEVICE", DIF_REGISTERDEVICE, &made)
    }

    /// The devices with a hardware ID.
    pub fn with_id(&self, hardware_id: &str) -> Vec<Node> {
        let nodes = (0..).map_while(|index| {
            let mut found = node();
            // SAFETY: the structure has its size and is a local.
            (unsafe { SetupDiEnumDeviceInfo(self.0, index, &raw mut found) } != 0).then_some(found)
        });
        let same = |text: &String| text.eq_ignore_ascii_case(hardware_id);
        nodes.filter(|node| self.property(node, SPDRP_HARDWAREID).iter().any(same)).collect()
    }

    /// The service that drives a device.
    pub fn service(&self, node: &Node) -> Option<String> {
        self.property(node, SPDRP_SERVICE).into_iter().next()
    }

    /// The strings of a property; none if the device lacks it.
    fn property(&self, node: &Node, property: SETUP_DI_REGISTRY_PROPERTY) -> Vec<String> {
        let mut bytes = vec![0_u8; 4096];
        let (mut length, size) = (0, 4096);
        // SAFETY: the buffer has the size that is told; the type is not asked for.
        let result = unsafe {
            SetupDiGetDeviceRegistryPropertyW(
                self.0,
                node,
                property,
                null_mut(),
                bytes.as_mut_ptr(),
                size,
                &raw mut length,
            )
        };
        if result == 0 {
            return Vec::new();
        }
        bytes.truncate(length as usize);
        let text: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let texts = text.split(|&unit| unit == 0).filter(|text| !text.is_empty());
        texts.map(String::from_utf16_lossy).collect()
    }

    /// The status with which the device did not start, if it did not.
    pub fn problem(&self, node: &Node) -> Option<u32> {
        let mut bytes = [0_u8; 4];
        let mut kind = 0;
        // SAFETY: the buffer has the size that is told; the size needed is not asked for.
        let result = unsafe {
            SetupDiGetDevicePropertyW(
                self.0,
                node,
                &DEVPKEY_Device_ProblemStatus,
                &raw mut kind,
                bytes.as_mut_ptr(),
                4,
                null_mut(),
                0,
            )
        };
        let status = u32::from_le_bytes(bytes);
        (result != 0 && status != 0).then_some(status)
    }

    /// Removes a device.
    pub fn remove(&self, node: &Node) -> Result<()> {
        self.call("DIF_REMOVE", DIF_REMOVE, node)
    }

    fn call(&self, what: &str, function: u32, node: &Node) -> Result<()> {
        // SAFETY: the device is one of this set.
        checked(what, unsafe { SetupDiCallClassInstaller(function, self.0, node) })
    }
}
