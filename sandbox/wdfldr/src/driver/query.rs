//! What the driver object answers about itself and about the framework.

use crate::call::Call;
use crate::driver::data::{Driver, of_driver_object};
use crate::nt::DriverObject;
use crate::{settings, text, world};
use alloc::format;
use alloc::vec::Vec;
use core::ptr::null_mut;
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::Handle;

/// `WdfDriverGetRegistryPath`.
pub fn registry_path(call: Call, driver: Handle) -> *mut u16 {
    world::with::<Driver, _>(call, driver, |data| data.registry_path.as_mut_ptr()).unwrap_or(null_mut())
}

/// `WdfDriverWdmGetDriverObject`.
pub fn wdm_driver_object(call: Call, driver: Handle) -> Option<DriverObject> {
    world::with::<Driver, _>(call, driver, |data| data.client.driver).ok()
}

/// `WdfWdmDriverGetWdfDriverHandle`.
pub fn driver_handle(_call: Call, driver: Option<DriverObject>) -> Handle {
    world::handle_or_null(driver.and_then(of_driver_object))
}

/// `WdfDriverRetrieveVersionString`.
pub fn version_string(call: Call, _driver: Handle, string: Handle) -> Result<(), NtStatus> {
    let minor = settings::release().minor;
    let text: Vec<u16> = format!("Kernel Mode Driver Framework version 1.{minor}").encode_utf16().collect();
    text::assign(call, string, text)
}

/// `WDF_DRIVER_VERSION_AVAILABLE_PARAMS`: size, major, minor.
pub fn is_version_available(call: Call, _driver: Handle, wanted: Option<[u32; 3]>) -> u8 {
    let Some([12, major, minor]) = wanted else {
        call.report(Violation::BadArgument, "wrong Size");
        return 0;
    };
    u8::from(major == 1 && minor <= settings::release().minor)
}
