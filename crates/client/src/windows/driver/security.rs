//! Who may use the device, where that is to differ from what the INF says.

use super::super::{
    call::{check, from_wide, wide},
    device_info::{DeviceInfoSet, Node, length_u32, size_of_u32},
    token,
};
use crate::{
    Error,
    driver::{OperatorsAllowed, SECURITY_WITH_OPERATORS, SetupError},
};
use std::{mem, ptr};
use windows_sys::Win32::{
    Devices::DeviceAndDriverInstallation::{
        DI_NEEDREBOOT, DI_NEEDRESTART, DICS_FLAG_GLOBAL, DICS_PROPCHANGE, DIF_PROPERTYCHANGE, SP_CLASSINSTALL_HEADER,
        SP_PROPCHANGE_PARAMS, SPDRP_SECURITY_SDS, SetupDiGetDeviceRegistryPropertyW, SetupDiSetClassInstallParamsW,
        SetupDiSetDeviceRegistryPropertyW,
    },
    Foundation::{ERROR_NOT_SUPPORTED, SetLastError},
};

/// Longest security descriptor that is read, in characters.
const MAX_DESCRIPTOR: usize = 1024;

pub fn allow_operators() -> Result<OperatorsAllowed, Error> {
    token::require_installer()?;
    let set = DeviceInfoSet::root()?;
    let mut nodes = set.ours();
    for node in &mut nodes {
        write(&set, node, SECURITY_WITH_OPERATORS)?;
    }
    let node = nodes.first().ok_or(SetupError::NothingInstalled)?;
    let security = read(&set, node)?;
    // All or none: who may use the device shall not depend on which one is opened.
    let restarted = nodes.iter().all(|node| restart(&set, node).unwrap_or(false));
    Ok(OperatorsAllowed { security, restarted })
}

fn write(set: &DeviceInfoSet, node: &mut Node, descriptor: &str) -> Result<(), SetupError> {
    let text = wide(descriptor);
    let bytes = length_u32(mem::size_of_val(text.as_slice()));
    // SAFETY: only sets the thread's last error. Wine knows no such property, and fails without saying why.
    unsafe { SetLastError(ERROR_NOT_SUPPORTED) };
    // SAFETY: the set is alive and `node` of it; the buffer has the told number of bytes and a zero at its end.
    let result =
        unsafe { SetupDiSetDeviceRegistryPropertyW(set.raw(), node, SPDRP_SECURITY_SDS, text.as_ptr().cast(), bytes) };
    check("SetupDiSetDeviceRegistryPropertyW(SPDRP_SECURITY_SDS)", result)
}

fn read(set: &DeviceInfoSet, node: &Node) -> Result<String, SetupError> {
    let mut buffer = [0_u16; MAX_DESCRIPTOR];
    let bytes = length_u32(mem::size_of_val(&buffer));
    // SAFETY: the set is alive and `node` of it; the buffer has the told number of bytes.
    let result = unsafe {
        SetupDiGetDeviceRegistryPropertyW(
            set.raw(),
            node,
            SPDRP_SECURITY_SDS,
            ptr::null_mut(),
            buffer.as_mut_ptr().cast(),
            bytes,
            ptr::null_mut(),
        )
    };
    check("SetupDiGetDeviceRegistryPropertyW(SPDRP_SECURITY_SDS)", result)?;
    Ok(from_wide(&buffer))
}

/// Stops the device and starts it again, for the plug and play manager puts a security descriptor on a device that
/// starts. `false`: only Windows' own start will.
fn restart(set: &DeviceInfoSet, node: &Node) -> Result<bool, SetupError> {
    let parameters = SP_PROPCHANGE_PARAMS {
        ClassInstallHeader: SP_CLASSINSTALL_HEADER {
            cbSize: size_of_u32::<SP_CLASSINSTALL_HEADER>(),
            InstallFunction: DIF_PROPERTYCHANGE,
        },
        StateChange: DICS_PROPCHANGE,
        Scope: DICS_FLAG_GLOBAL,
        HwProfile: 0,
    };
    let bytes = size_of_u32::<SP_PROPCHANGE_PARAMS>();
    // SAFETY: the set is alive and `node` of it; the parameters begin with their header and have the told size.
    let result = unsafe {
        SetupDiSetClassInstallParamsW(set.raw(), node, (&raw const parameters).cast::<SP_CLASSINSTALL_HEADER>(), bytes)
    };
    check("SetupDiSetClassInstallParamsW", result)?;
    set.call_installer("SetupDiCallClassInstaller(DIF_PROPERTYCHANGE)", DIF_PROPERTYCHANGE, node)?;
    Ok(set.install_params(node)?.Flags & (DI_NEEDREBOOT | DI_NEEDRESTART) == 0)
}
