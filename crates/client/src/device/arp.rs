//! The contract of the older `FlushIpNetTable` (`iphlpapi.h`): IPv4 only, one interface, Win32 codes.

use super::{Access, Device};
use crate::{
    Error, Family, InterfaceKey,
    failure::{ERROR_FILE_NOT_FOUND, ERROR_NOT_FOUND},
};

/// `ERROR_GEN_FAILURE`.
const ERROR_GEN_FAILURE: u32 = 31;
/// `ERROR_INVALID_PARAMETER`.
const ERROR_INVALID_PARAMETER: u32 = 87;

impl Device {
    /// Flushes the IPv4 neighbors of one interface, with the contract of `FlushIpNetTable`: no index means "all".
    ///
    /// # Errors
    /// A Win32 code: `ERROR_INVALID_PARAMETER` (87) for an index that no interface has, 0 included;
    /// `ERROR_ACCESS_DENIED` (5) for a device that was opened for looking only; `ERROR_NOT_SUPPORTED` (50) without
    /// IPv4; otherwise the code with which the request failed.
    pub fn flush_ip_net_table(&self, index: u32) -> Result<(), u32> {
        if index == 0 {
            return Err(ERROR_INVALID_PARAMETER);
        }
        self.flush_neighbors(Family::Ipv4, Some(InterfaceKey::Index(index))).map_err(|error| match win32(&error) {
            ERROR_FILE_NOT_FOUND | ERROR_NOT_FOUND => ERROR_INVALID_PARAMETER,
            code => code,
        })
    }
}

/// `FlushIpNetTable` (`iphlpapi.h`) through the driver: opens the device and flushes the IPv4 neighbors of the
/// interface with this index.
///
/// # Errors
/// As [`Device::flush_ip_net_table`]; `ERROR_ACCESS_DENIED` (5) for a caller who may not change neighbors;
/// `ERROR_FILE_NOT_FOUND` (2) if the driver is not there.
pub fn flush_ip_net_table(index: u32) -> Result<(), u32> {
    if index == 0 {
        return Err(ERROR_INVALID_PARAMETER);
    }
    let device = Device::open(Access::ReadWrite).map_err(|error| match error {
        Error::NotWindows | Error::DriverNotFound => ERROR_FILE_NOT_FOUND,
        error => win32(&error),
    })?;
    device.flush_ip_net_table(index)
}

/// The code of a failed call; replies that make no sense have none.
fn win32(error: &Error) -> u32 {
    error.failure().map_or(ERROR_GEN_FAILURE, |failure| failure.win32)
}
