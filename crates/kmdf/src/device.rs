//! The device object.

use crate::{check, parking::PLACE, structure::structure_size};
use core::{marker::PhantomData, ptr};
use wdk_sys::{
    _WDF_EXECUTION_LEVEL, _WDF_SYNCHRONIZATION_SCOPE, FILE_DEVICE_SECURE_OPEN, GUID, NTSTATUS, PWDFDEVICE_INIT, ULONG,
    WDF_OBJECT_ATTRIBUTES, WDFDEVICE, call_unsafe_wdf_function_binding,
};

/// A device interface class: the fields of a Windows GUID.
pub type Guid = (u32, u16, u16, [u8; 8]);

/// A device about to be created. Lives no longer than the callback that got it.
#[derive(Debug)]
pub struct DeviceInit<'callback> {
    init: PWDFDEVICE_INIT,
    callback: PhantomData<&'callback mut ()>,
}

impl DeviceInit<'_> {
    /// Takes charge of what the framework handed to the callback.
    ///
    /// # Safety
    /// `init` is the framework's, valid during the callback, and not used by anybody else.
    pub(crate) const unsafe fn from_raw(init: PWDFDEVICE_INIT) -> Self {
        Self { init, callback: PhantomData }
    }

    pub(crate) const fn handle(&self) -> PWDFDEVICE_INIT {
        self.init
    }

    /// Makes the device's security descriptor govern opens with a trailing path too
    /// (`WdfDeviceInitSetCharacteristics`, FILE_DEVICE_SECURE_OPEN).
    pub fn secure_open(&mut self) {
        // SAFETY: the initialisation is alive until `create` consumes it.
        unsafe {
            call_unsafe_wdf_function_binding!(
                WdfDeviceInitSetCharacteristics,
                self.init,
                FILE_DEVICE_SECURE_OPEN as ULONG,
                1,
            );
        };
    }

    /// Creates the device (`WdfDeviceCreate`). Its callbacks run at PASSIVE_LEVEL (ExecutionLevel Passive), side by
    /// side (SynchronizationScope None).
    ///
    /// # Errors
    /// What the framework answers; the device node then fails.
    pub fn create(mut self) -> Result<Device, NTSTATUS> {
        let mut attributes = WDF_OBJECT_ATTRIBUTES { ContextTypeInfo: PLACE.info(), ..passive_attributes() };
        let mut device: WDFDEVICE = ptr::null_mut();
        // SAFETY: the initialisation is alive and consumed here; attributes and handle live through the call.
        check(unsafe {
            call_unsafe_wdf_function_binding!(WdfDeviceCreate, &raw mut self.init, &raw mut attributes, &raw mut device,)
        })?;
        Ok(Device { handle: device })
    }
}

/// Attributes of an object whose callbacks run at PASSIVE_LEVEL and do not wait for one another.
pub fn passive_attributes() -> WDF_OBJECT_ATTRIBUTES {
    WDF_OBJECT_ATTRIBUTES {
        Size: structure_size::<WDF_OBJECT_ATTRIBUTES>(),
        ExecutionLevel: _WDF_EXECUTION_LEVEL::WdfExecutionLevelPassive,
        SynchronizationScope: _WDF_SYNCHRONIZATION_SCOPE::WdfSynchronizationScopeNone,
        ..WDF_OBJECT_ATTRIBUTES::default()
    }
}

/// A device that was created in the running EvtDriverDeviceAdd.
#[derive(Debug)]
pub struct Device {
    handle: WDFDEVICE,
}

impl Device {
    pub(crate) const fn handle(&self) -> WDFDEVICE {
        self.handle
    }

    /// Registers a device interface (`WdfDeviceCreateDeviceInterface`): enabled when the device starts, disabled when
    /// it is removed.
    ///
    /// # Errors
    /// What the framework answers.
    pub fn create_interface(&self, class: Guid) -> Result<(), NTSTATUS> {
        let class = GUID { Data1: class.0, Data2: class.1, Data3: class.2, Data4: class.3 };
        // SAFETY: the device lives during EvtDriverDeviceAdd; the class lives through the call; no reference string.
        check(unsafe {
            call_unsafe_wdf_function_binding!(
                WdfDeviceCreateDeviceInterface,
                self.handle,
                &raw const class,
                ptr::null(),
            )
        })
    }
}
