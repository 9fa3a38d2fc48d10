//! Checks of the configuration structures of driver, queue, device and the other objects.

use core::mem::offset_of;
use netioctl_status::NtStatus;
use wdf_abi::IoQueueConfig;
use wdf_abi::constants::{
    WDF_DRIVER_INIT_NO_DISPATCH_OVERRIDE, WDF_DRIVER_INIT_NON_PNP_DRIVER, WDF_IO_QUEUE_DISPATCH_MANUAL,
    WDF_IO_QUEUE_DISPATCH_PARALLEL, WDF_IO_QUEUE_DISPATCH_SEQUENTIAL,
};

/// `WDF_DRIVER_CONFIG`.
#[derive(Clone, Copy, Debug)]
pub struct DriverConfig {
    /// The `Size` member.
    pub size: u32,
    /// `DriverInitFlags`.
    pub flags: u32,
    /// Whether `EvtDriverDeviceAdd` is set.
    pub device_add: bool,
}

/// `WdfDriverInitNonPnpDriver`.
pub const NON_PNP: u32 = WDF_DRIVER_INIT_NON_PNP_DRIVER.cast_unsigned();
/// `WdfDriverInitNoDispatchOverride`.
pub const NO_DISPATCH_OVERRIDE: u32 = WDF_DRIVER_INIT_NO_DISPATCH_OVERRIDE.cast_unsigned();

impl DriverConfig {
    /// Checks the structure as `WdfDriverCreate` does.
    ///
    /// # Errors
    /// The status of `WdfDriverCreate`.
    pub fn check(self) -> Result<(), NtStatus> {
        if self.size as usize != size_of::<wdf_abi::DriverConfig>() {
            return Err(NtStatus::INFO_LENGTH_MISMATCH);
        }
        if self.flags & !(NON_PNP | NO_DISPATCH_OVERRIDE) != 0 {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        if self.flags & NON_PNP != 0 && self.device_add {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        Ok(())
    }
}

/// How a queue hands its requests to the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dispatch {
    /// One at a time.
    Sequential,
    /// As many as the limit.
    Parallel(u32),
    /// Only when the driver asks.
    Manual,
}

/// `WDF_IO_QUEUE_CONFIG`, the part that is checked.
#[derive(Clone, Copy, Debug)]
pub struct QueueConfig {
    /// The `Size` member.
    pub size: u32,
    /// `DispatchType`, unchecked.
    pub dispatch_type: i32,
    /// Whether any of the five request callbacks is set.
    pub callbacks: bool,
    /// `NumberOfPresentedRequests`.
    pub presented: u32,
}

/// Sizes that `WDF_IO_QUEUE_CONFIG` has had: 1.33's own and the one without the `Driver` member.
const QUEUE_CONFIG_SIZES: [usize; 2] = [size_of::<IoQueueConfig>(), offset_of!(IoQueueConfig, driver)];

impl QueueConfig {
    /// Checks the structure as `WdfIoQueueCreate` does.
    ///
    /// # Errors
    /// The status of `WdfIoQueueCreate`.
    pub fn check(self) -> Result<Dispatch, NtStatus> {
        if !QUEUE_CONFIG_SIZES.contains(&(self.size as usize)) {
            return Err(NtStatus::INFO_LENGTH_MISMATCH);
        }
        let dispatch = match self.dispatch_type {
            WDF_IO_QUEUE_DISPATCH_SEQUENTIAL => Dispatch::Sequential,
            WDF_IO_QUEUE_DISPATCH_PARALLEL => Dispatch::Parallel(self.presented),
            WDF_IO_QUEUE_DISPATCH_MANUAL => Dispatch::Manual,
            _ => return Err(NtStatus::INVALID_PARAMETER),
        };
        match (dispatch, self.callbacks) {
            (Dispatch::Manual, true) => Err(NtStatus::INVALID_PARAMETER),
            (Dispatch::Sequential | Dispatch::Parallel(_), false) => Err(NtStatus::WDF_NO_CALLBACK),
            (Dispatch::Sequential, true) if self.presented != 0 => Err(NtStatus::INVALID_PARAMETER),
            _ => Ok(dispatch),
        }
    }
}

/// Checks a copy out of a memory object (`WdfMemoryCopyToBuffer`).
///
/// # Errors
/// The status of the function.
pub fn copy_to(size: usize, offset: usize, count: usize) -> Result<(), NtStatus> {
    in_range(size, offset, count, NtStatus::BUFFER_TOO_SMALL)
}

/// Checks a copy into a memory object (`WdfMemoryCopyFromBuffer`).
///
/// # Errors
/// The status of the function.
pub fn copy_from(size: usize, offset: usize, count: usize) -> Result<(), NtStatus> {
    in_range(size, offset, count, NtStatus::INVALID_BUFFER_SIZE)
}

fn in_range(size: usize, offset: usize, count: usize, too_long: NtStatus) -> Result<(), NtStatus> {
    if count == 0 {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    match offset.checked_add(count) {
        Some(end) if end <= size => Ok(()),
        _ => Err(too_long),
    }
}
