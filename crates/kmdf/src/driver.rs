//! The driver object.

use crate::{DeviceInit, check, structure::structure_size, trampolines};
use core::{marker::PhantomData, ptr};
use wdk_sys::{
    DRIVER_OBJECT, NTSTATUS, STATUS_SUCCESS, UNICODE_STRING, WDF_DRIVER_CONFIG, WDF_NO_OBJECT_ATTRIBUTES, WDFDRIVER,
    WDFOBJECT, call_unsafe_wdf_function_binding,
};

/// The framework's driver object, while the entry point runs.
#[derive(Debug)]
pub struct DriverHandle<'entry> {
    handle: WDFDRIVER,
    entry: PhantomData<&'entry ()>,
}

impl DriverHandle<'_> {
    pub(crate) const fn handle(&self) -> WDFOBJECT {
        self.handle.cast()
    }
}

/// A plug and play function driver.
pub trait Driver: 'static {
    /// Makes what lives as long as the driver does; there is no device yet (DriverEntry, PASSIVE_LEVEL).
    ///
    /// # Errors
    /// The status that the entry point returns; the driver is then unloaded, without [`unload`](Self::unload).
    fn start(driver: &DriverHandle<'_>) -> Result<(), NTSTATUS>;

    /// Makes the device for a device node that the plug and play manager found (EvtDriverDeviceAdd, PASSIVE_LEVEL).
    ///
    /// # Errors
    /// The status that fails the device node; the framework then deletes what was created for it.
    fn add_device(init: DeviceInit<'_>) -> Result<(), NTSTATUS>;

    /// The driver is about to be unloaded, and has no device any more (EvtDriverUnload, PASSIVE_LEVEL).
    fn unload();
}

/// Makes the framework's driver object (`WdfDriverCreate`); the whole of a driver's entry point, at PASSIVE_LEVEL.
///
/// The answer is the status that the entry point returns.
pub fn create_driver<D: Driver>(driver: &mut DRIVER_OBJECT, registry_path: &UNICODE_STRING) -> NTSTATUS {
    let mut config = WDF_DRIVER_CONFIG {
        Size: structure_size::<WDF_DRIVER_CONFIG>(),
        EvtDriverDeviceAdd: Some(trampolines::device_add::<D>),
        EvtDriverUnload: Some(trampolines::unload::<D>),
        ..WDF_DRIVER_CONFIG::default()
    };
    let mut handle: WDFDRIVER = ptr::null_mut();
    // SAFETY: the loader gave object and path to the entry point; configuration and handle live through the call.
    let created = check(unsafe {
        call_unsafe_wdf_function_binding!(
            WdfDriverCreate,
            ptr::from_mut(driver),
            ptr::from_ref(registry_path),
            WDF_NO_OBJECT_ATTRIBUTES,
            &raw mut config,
            &raw mut handle,
        )
    });
    let started = created.and_then(|()| D::start(&DriverHandle { handle, entry: PhantomData }));
    started.err().unwrap_or(STATUS_SUCCESS)
}
