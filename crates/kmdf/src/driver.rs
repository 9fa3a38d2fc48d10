//! The driver object.

use crate::{
    DeviceInit,
    framework::{DRIVER_OBJECT, Framework, PWDFDEVICE_INIT, UNICODE_STRING, WDFDRIVER, framework},
};
use core::marker::PhantomData;
use netioctl_irql::PassiveLevel;
use netioctl_status::{NtError, NtStatus};

/// The framework's driver object, while the entry point runs.
#[derive(Debug)]
pub struct DriverInit<'entry> {
    handle: WDFDRIVER,
    entry: PhantomData<&'entry ()>,
}

impl DriverInit<'_> {
    pub(crate) const fn handle(&self) -> WDFDRIVER {
        self.handle
    }
}

/// A plug and play function driver. [`driver_entry!`](crate::driver_entry) makes it the driver of the image.
///
/// ```
/// # use kmdf::*;
/// # struct Adapter;
/// # struct Control;
/// # struct Handle;
/// # impl Device for Adapter {
/// #     type File = Handle;
/// #     type Queue = Control;
/// #     type Request = ();
/// #     const INTERFACE: Guid = (0, 0, 0, [0; 8]);
/// #     fn removed(&self, _at: PassiveLevel<'_>) {}
/// #     fn canceled_on_queue(request: Request<Self>, _at: DispatchLevel<'_>) {
/// #         request.complete(NtStatus::CANCELLED, 0);
/// #     }
/// # }
/// # impl IoQueue for Control {
/// #     type Device = Adapter;
/// #     fn device_control(&self, request: Presented<'_, Adapter>, _at: PassiveLevel<'_>) {
/// #         request.complete(NtStatus::INVALID_DEVICE_REQUEST, 0);
/// #     }
/// # }
/// # impl File for Handle {
/// #     type Device = Adapter;
/// #     type Extension = ();
/// #     const EXTENSION: () = ();
/// #     fn create(_create: &Create<'_, Adapter>, _at: PassiveLevel<'_>) -> Result<Self, NtError> { Ok(Self) }
/// #     fn cleanup(_file: &OpenFile<'_, Self>, _at: PassiveLevel<'_>) {}
/// # }
/// struct Example;
///
/// impl Driver for Example {
///     fn start(_driver: &DriverInit<'_>, _at: PassiveLevel<'_>) -> Result<(), NtError> {
///         Ok(())
///     }
///
///     fn add_device(init: DeviceInit<'_>, at: PassiveLevel<'_>) -> Result<(), NtError> {
///         init.secure_open().create::<Adapter>(at, |_device| Ok(Adapter), Control)
///     }
///
///     fn unload(_at: PassiveLevel<'_>) {}
/// }
/// ```
pub trait Driver: Sync + Sized + 'static {
    /// Makes what lives as long as the driver does; there is no device yet ([DriverEntry]).
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`.
    ///
    /// # Errors
    /// What the entry point returns; the driver is then unloaded, without [`unload`](Self::unload).
    ///
    /// [DriverEntry]: https://learn.microsoft.com/en-us/windows-hardware/drivers/wdf/driverentry-for-kmdf-drivers
    fn start(driver: &DriverInit<'_>, at: PassiveLevel<'_>) -> Result<(), NtError>;

    /// Makes the device for a device node that the plug and play manager found ([EvtDriverDeviceAdd]).
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`.
    ///
    /// # Errors
    /// What fails the device node; the framework then deletes what was created for it.
    ///
    /// [EvtDriverDeviceAdd]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfdriver/nc-wdfdriver-evt_wdf_driver_device_add
    fn add_device(init: DeviceInit<'_>, at: PassiveLevel<'_>) -> Result<(), NtError>;

    /// The driver is about to be unloaded, and has no device any more ([EvtDriverUnload]).
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`.
    ///
    /// [EvtDriverUnload]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfdriver/nc-wdfdriver-evt_wdf_driver_unload
    fn unload(at: PassiveLevel<'_>);
}

/// Makes a type that implements [`Driver`] the driver of this image, once: it exports the entry point (`DriverEntry`),
/// which the framework's own entry (`FxDriverEntry`) calls at `PASSIVE_LEVEL`. There is no other way in.
#[macro_export]
macro_rules! driver_entry {
    ($driver:ty) => {
        // SAFETY: no other symbol of the image has this name, which the framework's entry asks for.
        #[unsafe(export_name = "DriverEntry")]
        #[allow(unsafe_code)]
        extern "system" fn driver_entry(
            driver: *mut $crate::entry::DRIVER_OBJECT,
            path: *const $crate::entry::UNICODE_STRING,
        ) -> i32 {
            // SAFETY: the framework's entry is the only caller, and hands on what the loader gave it.
            unsafe { $crate::entry::enter::<$driver>(driver, path) }
        }
    };
}

/// Makes the framework's driver object ([WdfDriverCreate]): the whole of an entry point, whose status it answers.
///
/// # Safety
/// The kernel's loader calls the driver's entry point with these arguments, at `PASSIVE_LEVEL`, for the first time.
///
/// [WdfDriverCreate]: https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdfdriver/nf-wdfdriver-wdfdrivercreate
pub unsafe fn enter<D: Driver>(driver: *mut DRIVER_OBJECT, path: *const UNICODE_STRING) -> i32 {
    // SAFETY: the arguments are the loader's.
    let created = unsafe { framework().create_driver(driver, path, device_add::<D>, unload::<D>) };
    let started = created.and_then(|handle| {
        // SAFETY: the loader calls at PASSIVE_LEVEL, and nothing here raises it.
        let at = unsafe { PassiveLevel::assume() };
        D::start(&DriverInit { handle, entry: PhantomData }, at)
    });
    status(started)
}

/// What a callback returns to the framework.
fn status(result: Result<(), NtError>) -> i32 {
    result.err().map_or(NtStatus::SUCCESS, NtError::status).0
}

/// `EvtDriverDeviceAdd`.
unsafe extern "C" fn device_add<D: Driver>(_driver: WDFDRIVER, init: PWDFDEVICE_INIT) -> i32 {
    // SAFETY: the framework calls this at PASSIVE_LEVEL.
    let at = unsafe { PassiveLevel::assume() };
    // SAFETY: the framework lends the initialisation to this callback alone.
    let init = unsafe { DeviceInit::from_raw(init) };
    status(D::add_device(init, at))
}

/// `EvtDriverUnload`.
unsafe extern "C" fn unload<D: Driver>(_driver: WDFDRIVER) {
    // SAFETY: the framework calls this at PASSIVE_LEVEL.
    D::unload(unsafe { PassiveLevel::assume() });
}
