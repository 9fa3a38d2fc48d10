//! Sets of devices and device interfaces of SetupAPI.

use super::call::{check, failed, from_multi_sz, from_wide, multi_sz, wide};
use crate::driver::SetupError;
use netioctl_abi::{HARDWARE_ID, INTERFACE_GUID};
use std::{ffi::OsStr, mem, ptr};
use windows_sys::{
    Win32::{
        Devices::DeviceAndDriverInstallation::{
            DI_FUNCTION, DI_NEEDREBOOT, DI_NEEDRESTART, DICD_GENERATE_ID, DICS_FLAG_GLOBAL, DIF_REGISTERDEVICE,
            DIF_REMOVE, DIGCF_ALLCLASSES, DIGCF_DEVICEINTERFACE, DIGCF_PRESENT, DIREG_DRV, HDEVINFO,
            SETUP_DI_GET_CLASS_DEVS_FLAGS, SETUP_DI_REGISTRY_PROPERTY, SP_DEVICE_INTERFACE_DATA,
            SP_DEVICE_INTERFACE_DETAIL_DATA_W, SP_DEVINFO_DATA, SP_DEVINSTALL_PARAMS_W, SPDRP_HARDWAREID,
            SPDRP_SERVICE, SetupDiCallClassInstaller, SetupDiCreateDeviceInfoList, SetupDiCreateDeviceInfoW,
            SetupDiDestroyDeviceInfoList, SetupDiEnumDeviceInfo, SetupDiEnumDeviceInterfaces, SetupDiGetClassDevsW,
            SetupDiGetDeviceInstallParamsW, SetupDiGetDeviceInstanceIdW, SetupDiGetDeviceInterfaceDetailW,
            SetupDiGetDevicePropertyW, SetupDiGetDeviceRegistryPropertyW, SetupDiOpenDevRegKey,
            SetupDiSetDeviceRegistryPropertyW,
        },
        Devices::Properties::DEVPROP_TYPE_STRING,
        Foundation::{DEVPROPKEY, ERROR_SUCCESS, INVALID_HANDLE_VALUE},
        System::Registry::{HKEY, KEY_READ, RRF_RT_REG_SZ, RegCloseKey, RegGetValueW},
    },
    core::GUID,
};

/// Longest instance id or INF name that is read, in characters (`MAX_DEVICE_ID_LEN` is 200).
const MAX_ID: usize = 260;

/// The name under ROOT that a new device gets, before its number.
const DEVICE_NAME: &str = "NETIOCTL";

/// A set of devices; destroyed when dropped.
pub struct DeviceInfoSet(HDEVINFO);

/// A device of a set.
pub type Node = SP_DEVINFO_DATA;

impl Drop for DeviceInfoSet {
    fn drop(&mut self) {
        // SAFETY: the set came from a successful call and is destroyed here only. A failure leaves nothing to do.
        let _ = unsafe { SetupDiDestroyDeviceInfoList(self.0) };
    }
}

fn interface_guid() -> GUID {
    let (data1, data2, data3, data4) = INTERFACE_GUID;
    GUID { data1, data2, data3, data4 }
}

impl DeviceInfoSet {
    fn get(
        class: Option<&GUID>,
        enumerator: Option<&str>,
        flags: SETUP_DI_GET_CLASS_DEVS_FLAGS,
    ) -> Result<Self, SetupError> {
        let enumerator = enumerator.map(wide);
        let class = class.map_or(ptr::null(), ptr::from_ref);
        let name = enumerator.as_ref().map_or(ptr::null(), Vec::as_ptr);
        // SAFETY: class and name are null or outlive the call; the name ends with a zero; no window.
        let set = unsafe { SetupDiGetClassDevsW(class, name, ptr::null_mut(), flags) };
        Self::from_handle("SetupDiGetClassDevsW", set)
    }

    fn from_handle(call: &'static str, set: HDEVINFO) -> Result<Self, SetupError> {
        if set == INVALID_HANDLE_VALUE as HDEVINFO { Err(failed(call)) } else { Ok(Self(set)) }
    }

    /// An empty set for devices of this class.
    pub fn empty(class: &GUID) -> Result<Self, SetupError> {
        // SAFETY: the class outlives the call; no window.
        let set = unsafe { SetupDiCreateDeviceInfoList(class, ptr::null_mut()) };
        Self::from_handle("SetupDiCreateDeviceInfoList", set)
    }

    /// All root-enumerated devices, present or not.
    pub fn root() -> Result<Self, SetupError> {
        Self::get(None, Some("ROOT"), DIGCF_ALLCLASSES)
    }

    /// The path of the first interface of the driver that is present.
    pub fn present_interface() -> Result<Option<String>, SetupError> {
        let guid = interface_guid();
        let set = Self::get(Some(&guid), None, DIGCF_DEVICEINTERFACE | DIGCF_PRESENT)?;
        let mut interface =
            SP_DEVICE_INTERFACE_DATA { cbSize: size_of_u32::<SP_DEVICE_INTERFACE_DATA>(), ..Default::default() };
        // SAFETY: the set is alive; the GUID and the structure, whose size it says itself, are locals.
        let found = unsafe { SetupDiEnumDeviceInterfaces(set.0, ptr::null(), &raw const guid, 0, &raw mut interface) };
        if found == 0 { Ok(None) } else { set.interface_path(&interface).map(Some) }
    }

    fn interface_path(&self, interface: &SP_DEVICE_INTERFACE_DATA) -> Result<String, SetupError> {
        let mut needed = 0;
        // SAFETY: the set is alive; without a buffer the call only writes the size needed.
        let _ = unsafe {
            SetupDiGetDeviceInterfaceDetailW(self.0, interface, ptr::null_mut(), 0, &raw mut needed, ptr::null_mut())
        };
        // Words, for the alignment of the structure: its size field, then the path.
        let mut buffer = vec![0_u32; (needed as usize).div_ceil(4).max(2)];
        buffer[0] = size_of_u32::<SP_DEVICE_INTERFACE_DETAIL_DATA_W>();
        // SAFETY: the buffer is aligned for the structure and holds at least the `needed` bytes that are told.
        let result = unsafe {
            SetupDiGetDeviceInterfaceDetailW(
                self.0,
                interface,
                buffer.as_mut_ptr().cast(),
                needed,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        check("SetupDiGetDeviceInterfaceDetailW", result)?;
        let units = buffer[1..].iter().flat_map(|word| {
            let [a, b, c, d] = word.to_ne_bytes();
            [u16::from_ne_bytes([a, b]), u16::from_ne_bytes([c, d])]
        });
        let units: Vec<u16> = units.collect();
        Ok(from_wide(&units))
    }

    /// The devices with the hardware id of the driver.
    pub fn ours(&self) -> Vec<Node> {
        (0..).map_while(|index| self.node(index)).filter(|node| self.is_ours(node)).collect()
    }

    fn node(&self, index: u32) -> Option<Node> {
        let mut node = empty_node();
        // SAFETY: the set is alive; the structure, whose size it says itself, is a local.
        let found = unsafe { SetupDiEnumDeviceInfo(self.0, index, &raw mut node) };
        (found != 0).then_some(node)
    }

    fn is_ours(&self, node: &Node) -> bool {
        self.property(node, SPDRP_HARDWAREID).iter().any(|id| id.eq_ignore_ascii_case(HARDWARE_ID))
    }

    /// The service that drives a device; `None` if no driver was installed for it.
    pub fn service(&self, node: &Node) -> Option<String> {
        self.property(node, SPDRP_SERVICE).into_iter().next()
    }

    /// A string property, as a list; empty if the device does not have it.
    fn property(&self, node: &Node, property: SETUP_DI_REGISTRY_PROPERTY) -> Vec<String> {
        let mut needed = 0;
        // SAFETY: the set is alive and `node` of it; without a buffer the call only writes the size needed.
        let _ = unsafe {
            SetupDiGetDeviceRegistryPropertyW(
                self.0,
                node,
                property,
                ptr::null_mut(),
                ptr::null_mut(),
                0,
                &raw mut needed,
            )
        };
        let mut buffer = vec![0_u16; (needed as usize).div_ceil(2)];
        // SAFETY: the set is alive and `node` of it; the buffer holds at least the `needed` bytes that are told.
        let result = unsafe {
            SetupDiGetDeviceRegistryPropertyW(
                self.0,
                node,
                property,
                ptr::null_mut(),
                buffer.as_mut_ptr().cast(),
                needed,
                ptr::null_mut(),
            )
        };
        if result == 0 { Vec::new() } else { from_multi_sz(&buffer) }
    }

    /// A property of a device that is a number of 32 bits of this type (`DEVPROPTYPE`); `None` if it has none.
    pub fn number(&self, node: &Node, key: &DEVPROPKEY, kind: u32) -> Option<u32> {
        let mut number = [0; 4];
        let (found, length) = self.device_property(node, key, &mut number)?;
        (found == kind && length == number.len()).then(|| u32::from_ne_bytes(number))
    }

    /// A property of a device that is a text, as much of it as is read here; `None` if it has none.
    pub fn text(&self, node: &Node, key: &DEVPROPKEY) -> Option<String> {
        let mut bytes = [0; 2 * MAX_ID];
        let (found, length) = self.device_property(node, key, &mut bytes)?;
        let units = bytes.get(..length)?.chunks_exact(2).map(|pair| u16::from_ne_bytes([pair[0], pair[1]]));
        let text = from_wide(&units.collect::<Vec<_>>());
        (found == DEVPROP_TYPE_STRING && !text.is_empty()).then_some(text)
    }

    /// Type and length of a property.
    fn device_property(&self, node: &Node, key: &DEVPROPKEY, buffer: &mut [u8]) -> Option<(u32, usize)> {
        let (mut kind, mut length) = (0, 0);
        // SAFETY: the set is alive and `node` of it; the buffer has the told length; all others are locals.
        let result = unsafe {
            SetupDiGetDevicePropertyW(
                self.0,
                node,
                key,
                &raw mut kind,
                buffer.as_mut_ptr(),
                length_u32(buffer.len()),
                &raw mut length,
                0,
            )
        };
        (result != 0).then_some((kind, length as usize))
    }

    /// The instance id, such as `ROOT\NETIOCTL\0000`.
    pub fn instance_id(&self, node: &Node) -> Result<String, SetupError> {
        let mut buffer = [0; MAX_ID];
        // SAFETY: the set is alive and `node` of it; the buffer has the told number of characters.
        let result = unsafe {
            SetupDiGetDeviceInstanceIdW(self.0, node, buffer.as_mut_ptr(), length_u32(MAX_ID), ptr::null_mut())
        };
        check("SetupDiGetDeviceInstanceIdW", result)?;
        Ok(from_wide(&buffer))
    }

    /// The published name of the INF that a device was installed with.
    pub fn inf(&self, node: &Node) -> Option<String> {
        // SAFETY: the set is alive and `node` of it.
        let key = unsafe { SetupDiOpenDevRegKey(self.0, node, DICS_FLAG_GLOBAL, 0, DIREG_DRV, KEY_READ) };
        if key == INVALID_HANDLE_VALUE {
            return None;
        }
        Key(key).string("InfPath").filter(|name| !name.is_empty())
    }

    /// A new device of the driver, not yet registered: it vanishes with the set until [`Self::register`] keeps it.
    pub fn create(&self, class: &GUID) -> Result<Node, SetupError> {
        let mut node = empty_node();
        let name = wide(DEVICE_NAME);
        // SAFETY: the set is alive, the name ends with a zero, the structure says its size; all outlive the call.
        let result = unsafe {
            SetupDiCreateDeviceInfoW(
                self.0,
                name.as_ptr(),
                class,
                ptr::null(),
                ptr::null_mut(),
                DICD_GENERATE_ID,
                &raw mut node,
            )
        };
        check("SetupDiCreateDeviceInfoW", result)?;
        let ids = multi_sz(HARDWARE_ID);
        let bytes = length_u32(mem::size_of_val(ids.as_slice()));
        // SAFETY: the set is alive and `node` of it; the buffer has the told number of bytes and two zeros at its end.
        let result = unsafe {
            SetupDiSetDeviceRegistryPropertyW(self.0, &raw mut node, SPDRP_HARDWAREID, ids.as_ptr().cast(), bytes)
        };
        check("SetupDiSetDeviceRegistryPropertyW", result)?;
        Ok(node)
    }

    /// Makes a new device last.
    pub fn register(&self, node: &Node) -> Result<(), SetupError> {
        self.call_installer("SetupDiCallClassInstaller(DIF_REGISTERDEVICE)", DIF_REGISTERDEVICE, node)
    }

    /// Stops and removes a device. `true`: Windows must be restarted before it is gone.
    pub fn remove(&self, node: &Node) -> Result<bool, SetupError> {
        self.call_installer("SetupDiCallClassInstaller(DIF_REMOVE)", DIF_REMOVE, node)?;
        // Not every system still knows the removed device: then there is no reason to restart either.
        Ok(self.install_params(node).is_ok_and(|params| params.Flags & (DI_NEEDREBOOT | DI_NEEDRESTART) != 0))
    }

    pub fn call_installer(&self, call: &'static str, function: DI_FUNCTION, node: &Node) -> Result<(), SetupError> {
        // SAFETY: the set is alive and `node` of it.
        let result = unsafe { SetupDiCallClassInstaller(function, self.0, node) };
        check(call, result)
    }

    pub fn install_params(&self, node: &Node) -> Result<SP_DEVINSTALL_PARAMS_W, SetupError> {
        let mut params =
            SP_DEVINSTALL_PARAMS_W { cbSize: size_of_u32::<SP_DEVINSTALL_PARAMS_W>(), ..Default::default() };
        // SAFETY: the set is alive and `node` of it; the structure, whose size it says itself, is a local.
        let result = unsafe { SetupDiGetDeviceInstallParamsW(self.0, node, &raw mut params) };
        check("SetupDiGetDeviceInstallParamsW", result)?;
        Ok(params)
    }

    /// The raw handle, for calls that belong to another module; valid while `self` lives.
    pub fn raw(&self) -> HDEVINFO {
        self.0
    }
}

fn empty_node() -> Node {
    Node { cbSize: size_of_u32::<Node>(), ..Default::default() }
}

/// Sizes of the structures of SetupAPI fit easily.
pub fn size_of_u32<T>() -> u32 {
    length_u32(mem::size_of::<T>())
}

/// A length as Windows takes it. One that 32 bits do not count, and there is none here, would be told as 0, so that
/// nothing is read or written.
pub fn length_u32(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(0)
}

/// A registry key; closed when dropped.
struct Key(HKEY);

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: the key came from a successful open and is closed here only. A failure leaves nothing to do.
        let _ = unsafe { RegCloseKey(self.0) };
    }
}

impl Key {
    fn string(&self, value: impl AsRef<OsStr>) -> Option<String> {
        let value = wide(value);
        let mut buffer = [0_u16; MAX_ID];
        let mut bytes = length_u32(mem::size_of_val(&buffer));
        // SAFETY: the key is open, the name ends with a zero, the buffer has the told number of bytes.
        let error = unsafe {
            RegGetValueW(
                self.0,
                ptr::null(),
                value.as_ptr(),
                RRF_RT_REG_SZ,
                ptr::null_mut(),
                buffer.as_mut_ptr().cast(),
                &raw mut bytes,
            )
        };
        (error == ERROR_SUCCESS).then(|| from_wide(&buffer))
    }
}
