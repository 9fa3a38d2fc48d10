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

// SAFETY: a handle of the service control manager belongs to no thread.
unsafe impl Send for Handle {}

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
    ///
    /// # Errors
    /// The service control manager's, or the driver's.
    pub fn start(name: &str, path: &str) -> Result<Self> {
        let service = Self::create(name, path)?;
        // SAFETY: the service is open; it takes no arguments.
        if unsafe { StartServiceW(service.0.0, 0, null()) } == 0 {
            return Err(Error::last_os_error());
        }
        Ok(service)
    }

    /// Creates (or finds) it; somebody else starts it.
    ///
    /// # Errors
    /// The service control manager's.
    pub fn create(name: &str, path: &str) -> Result<Self> {
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
        Ok(Self(service))
    }

    /// Sends it a control code.
    ///
    /// # Errors
    /// The service control manager's.
    pub fn control(&self, code: u32) -> Result<()> {
        let mut status = SERVICE_STATUS::default();
        // SAFETY: the service is open; the status is a local.
        let done = unsafe { ControlService(self.0.0, code, &raw mut status) };
        if done == 0 { Err(Error::last_os_error()) } else { Ok(()) }
    }

    /// Stops it, and leaves it there.
    pub fn halt(self) {
        self.stop();
        let Self(handle) = &self;
        // SAFETY: the handle is ours, and used no more: nothing of this is dropped.
        unsafe { CloseServiceHandle(handle.0) };
        std::mem::forget(self);
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
