//! The probe driver as a kernel service, for as long as the tests run.

use std::io::{Error, Result};
use std::ptr::null;
use std::time::{Duration, Instant};
use windows_sys::Win32::System::Services::{
    CloseServiceHandle, ControlService, CreateServiceW, DeleteService, OpenSCManagerW, OpenServiceW,
    QueryServiceStatus, SC_HANDLE, SC_MANAGER_ALL_ACCESS, SERVICE_ALL_ACCESS, SERVICE_CONTROL_STOP,
    SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, SERVICE_KERNEL_DRIVER, SERVICE_STATUS, SERVICE_STOPPED, StartServiceW,
};

struct Handle(SC_HANDLE);

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle was opened by us and is closed once.
        unsafe { CloseServiceHandle(self.0) };
    }
}

fn checked(handle: SC_HANDLE) -> Result<Handle> {
    if handle.is_null() { Err(Error::last_os_error()) } else { Ok(Handle(handle)) }
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// A started service; dropping stops and deletes it.
pub struct Service(Handle);

impl Service {
    /// Creates (or finds) and starts it.
    pub fn start(name: &str, path: &str) -> Result<Self> {
        let (name, path) = (wide(name), wide(path));
        // SAFETY: null names the local machine and the default database.
        let manager = checked(unsafe { OpenSCManagerW(null(), null(), SC_MANAGER_ALL_ACCESS) })?;
        // SAFETY: all strings are terminated and outlive the call.
        let made = unsafe {
            CreateServiceW(
                manager.0,
                name.as_ptr(),
                null(),
                SERVICE_ALL_ACCESS,
                SERVICE_KERNEL_DRIVER,
                SERVICE_DEMAND_START,
                SERVICE_ERROR_NORMAL,
                path.as_ptr(),
                null(),
                std::ptr::null_mut(),
                null(),
                null(),
                null(),
            )
        };
        let service = if made.is_null() {
            // SAFETY: as above.
            checked(unsafe { OpenServiceW(manager.0, name.as_ptr(), SERVICE_ALL_ACCESS) })?
        } else {
            Handle(made)
        };
        // SAFETY: the service is open; it takes no arguments.
        if unsafe { StartServiceW(service.0, 0, null()) } == 0 {
            return Err(Error::last_os_error());
        }
        Ok(Self(service))
    }

    fn stop(&self) {
        let mut status = SERVICE_STATUS::default();
        // SAFETY: the service is open; the status is a local.
        unsafe { ControlService(self.0.0, SERVICE_CONTROL_STOP, &raw mut status) };
        let until = Instant::now() + Duration::from_secs(20);
        while status.dwCurrentState != SERVICE_STOPPED && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
            // SAFETY: as above.
            unsafe { QueryServiceStatus(self.0.0, &raw mut status) };
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
        // SAFETY: the service is open and not used any more.
        unsafe { DeleteService(self.0.0) };
    }
}
