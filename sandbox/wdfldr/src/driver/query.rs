//! What the driver object answers about itself and about the framework.

use crate::call::Call;
use crate::driver::data::{Driver, of_driver_object};
use crate::nt::DriverObject;
use crate::{nt, settings, text, world};
use alloc::format;
use alloc::vec::Vec;
use core::ptr::null_mut;
use verifier_abi::Violation;
use wdf_abi::{DriverGlobals, Function, Handle};
use wdf_model::irql::{DISPATCH_LEVEL, PASSIVE_LEVEL};
use wdf_model::status::Status;

/// `WdfDriverGetRegistryPath`.
pub extern "system" fn registry_path(_globals: *const DriverGlobals, driver: Handle) -> *mut u16 {
    let call = Call::enter(Function::WdfDriverGetRegistryPath, PASSIVE_LEVEL);
    world::with::<Driver, _>(call, driver, |data| data.registry_path.as_mut_ptr()).unwrap_or(null_mut())
}

/// `WdfDriverWdmGetDriverObject`.
pub extern "system" fn wdm_driver_object(_globals: *const DriverGlobals, driver: Handle) -> DriverObject {
    let call = Call::enter(Function::WdfDriverWdmGetDriverObject, DISPATCH_LEVEL);
    world::with::<Driver, _>(call, driver, |data| data.client.driver).unwrap_or(DriverObject::NULL)
}

/// `WdfWdmDriverGetWdfDriverHandle`.
pub extern "system" fn driver_handle(_globals: *const DriverGlobals, driver: DriverObject) -> Handle {
    Call::enter(Function::WdfWdmDriverGetWdfDriverHandle, DISPATCH_LEVEL);
    world::handle_or_null(of_driver_object(driver))
}

/// `WdfDriverRetrieveVersionString`.
pub extern "system" fn version_string(_globals: *const DriverGlobals, _driver: Handle, string: Handle) -> Status {
    let call = Call::enter(Function::WdfDriverRetrieveVersionString, PASSIVE_LEVEL);
    let minor = settings::release().minor;
    let text: Vec<u16> = format!("Kernel Mode Driver Framework version 1.{minor}").encode_utf16().collect();
    text::assign(call, string, text)
}

/// `WDF_DRIVER_VERSION_AVAILABLE_PARAMS`: size, major, minor.
pub extern "system" fn is_version_available(
    _globals: *const DriverGlobals,
    _driver: Handle,
    wanted: *const [u32; 3],
) -> u8 {
    let call = Call::enter(Function::WdfDriverIsVersionAvailable, PASSIVE_LEVEL);
    match nt::read(wanted) {
        Some([12, major, minor]) => u8::from(major == 1 && minor <= settings::release().minor),
        _ => {
            call.report(Violation::BadArgument, "wrong Size");
            0
        }
    }
}
