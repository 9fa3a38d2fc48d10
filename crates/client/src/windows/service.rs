//! The service of the driver, through the service control manager.

use super::call::{check, failed, from_wide_pointer, last_error, wide};
use crate::{
    Failure,
    driver::{STOP_TIMEOUT, ServiceState, SetupError},
};
use std::{
    mem, ptr, thread,
    time::{Duration, Instant},
};
use windows_sys::Win32::{
    Foundation::{ERROR_SERVICE_ALREADY_RUNNING, ERROR_SERVICE_DOES_NOT_EXIST, ERROR_SERVICE_MARKED_FOR_DELETE},
    System::Services::{
        ChangeServiceConfigW, CloseServiceHandle, ControlService, DeleteService, OpenSCManagerW, OpenServiceW,
        QUERY_SERVICE_CONFIGW, QueryServiceConfigW, QueryServiceStatus, SC_HANDLE, SC_MANAGER_CONNECT,
        SERVICE_CHANGE_CONFIG, SERVICE_CONTROL_STOP, SERVICE_NO_CHANGE, SERVICE_QUERY_CONFIG, SERVICE_QUERY_STATUS,
        SERVICE_START, SERVICE_STATUS, SERVICE_STOP, StartServiceW,
    },
};

/// The standard right DELETE.
const DELETE: u32 = 0x0001_0000;

/// Time between two looks at a service that is about to stop.
const POLL: Duration = Duration::from_millis(20);

/// A handle of the manager or of a service; closed when dropped.
struct Guard(SC_HANDLE);

impl Drop for Guard {
    fn drop(&mut self) {
        // SAFETY: the handle came from a successful open and is closed here only. A failure leaves nothing to do.
        let _ = unsafe { CloseServiceHandle(self.0) };
    }
}

/// An existing service.
pub struct Service {
    name: String,
    handle: Guard,
}

impl Service {
    /// Opens a service to look at it; `None` if there is none of this name.
    pub fn find(name: &str) -> Result<Option<Self>, SetupError> {
        Self::open(name, SERVICE_QUERY_STATUS)
    }

    /// Opens a service to stop and delete it; `None` if there is none of this name.
    pub fn find_to_remove(name: &str) -> Result<Option<Self>, SetupError> {
        Self::open(name, SERVICE_QUERY_STATUS | SERVICE_STOP | DELETE)
    }

    /// Opens a service to start it; `None` if there is none of this name.
    pub fn find_to_start(name: &str) -> Result<Option<Self>, SetupError> {
        Self::open(name, SERVICE_QUERY_STATUS | SERVICE_START)
    }

    /// Opens a service to read its configuration; `None` if there is none of this name.
    pub fn find_to_query(name: &str) -> Result<Option<Self>, SetupError> {
        Self::open(name, SERVICE_QUERY_CONFIG)
    }

    /// Whether a service of this name was deleted, but is still there because something holds it.
    pub fn is_marked(name: &str) -> Result<bool, SetupError> {
        let Some(service) = Self::open(name, SERVICE_CHANGE_CONFIG)? else { return Ok(false) };
        let keep = SERVICE_NO_CHANGE;
        // SAFETY: the service is open with the right to change it; nothing is changed, so that all pointers are null.
        let result = unsafe {
            ChangeServiceConfigW(
                service.handle.0,
                keep,
                keep,
                keep,
                ptr::null(),
                ptr::null(),
                ptr::null_mut(),
                ptr::null(),
                ptr::null(),
                ptr::null(),
                ptr::null(),
            )
        };
        Ok(result == 0 && last_error() == ERROR_SERVICE_MARKED_FOR_DELETE)
    }

    /// The `ImagePath` of the service, as it is kept.
    pub fn image_path(&self) -> Result<String, SetupError> {
        let mut needed = 0;
        // SAFETY: the service is open with the right to be read; without a buffer the call only writes the size needed.
        let _ = unsafe { QueryServiceConfigW(self.handle.0, ptr::null_mut(), 0, &raw mut needed) };
        // Pairs of words, for the alignment of the structure.
        let mut buffer = vec![0_u64; (needed as usize).div_ceil(8).max(mem::size_of::<QUERY_SERVICE_CONFIGW>() / 8)];
        let config = buffer.as_mut_ptr().cast::<QUERY_SERVICE_CONFIGW>();
        // SAFETY: the buffer is aligned for the structure and has at least the `needed` bytes that are told.
        let result = unsafe { QueryServiceConfigW(self.handle.0, config, needed, &raw mut needed) };
        check("QueryServiceConfigW", result)?;
        // SAFETY: the call has filled the structure in the buffer, which is alive.
        let path = unsafe { (*config).lpBinaryPathName };
        // SAFETY: the path is a string in the buffer, and ends with a zero.
        Ok(unsafe { from_wide_pointer(path) })
    }

    fn open(name: &str, access: u32) -> Result<Option<Self>, SetupError> {
        // SAFETY: null means this machine and its active database.
        let manager = unsafe { OpenSCManagerW(ptr::null(), ptr::null(), SC_MANAGER_CONNECT) };
        if manager.is_null() {
            return Err(failed("OpenSCManagerW"));
        }
        let manager = Guard(manager);
        let wide_name = wide(name);
        // SAFETY: the manager is open, the name ends with a zero and outlives the call.
        let service = unsafe { OpenServiceW(manager.0, wide_name.as_ptr(), access) };
        if !service.is_null() {
            return Ok(Some(Self { name: name.to_owned(), handle: Guard(service) }));
        }
        match last_error() {
            ERROR_SERVICE_DOES_NOT_EXIST => Ok(None),
            win32 => Err(SetupError::Call { call: "OpenServiceW", failure: Failure::from_win32(win32) }),
        }
    }

    pub fn state(&self) -> Result<ServiceState, SetupError> {
        let mut status = SERVICE_STATUS::default();
        // SAFETY: the service is open; the pointer is to a local.
        let result = unsafe { QueryServiceStatus(self.handle.0, &raw mut status) };
        check("QueryServiceStatus", result)?;
        Ok(ServiceState::from_raw(status.dwCurrentState))
    }

    /// Starts the service: loads the driver, unless it is loaded. The error is the loader's own.
    pub fn start(&self) -> Result<(), SetupError> {
        // SAFETY: the service is open with the right to start it; a driver takes no arguments.
        let result = unsafe { StartServiceW(self.handle.0, 0, ptr::null()) };
        if result == 0 && last_error() != ERROR_SERVICE_ALREADY_RUNNING {
            return Err(failed("StartServiceW"));
        }
        Ok(())
    }

    /// Stops the service and waits until it is stopped: only then has the driver's image been unloaded.
    ///
    /// A driver whose last device is gone may take no order to stop, since it is on its way out by itself: what counts
    /// is the state. The refusal is reported only if the service is still there in the end.
    pub fn stop(&self) -> Result<(), SetupError> {
        let refusal = self.order_stop().err();
        let deadline = Instant::now() + STOP_TIMEOUT;
        loop {
            let state = self.state()?;
            if state == ServiceState::Stopped {
                return Ok(());
            }
            if Instant::now() >= deadline {
                let seconds = STOP_TIMEOUT.as_secs();
                let late = SetupError::DoesNotStop { service: self.name.clone(), state, seconds };
                return Err(refusal.unwrap_or(late));
            }
            thread::sleep(POLL);
        }
    }

    fn order_stop(&self) -> Result<(), SetupError> {
        let mut status = SERVICE_STATUS::default();
        // SAFETY: the service is open with the right to stop it; the pointer is to a local.
        let result = unsafe { ControlService(self.handle.0, SERVICE_CONTROL_STOP, &raw mut status) };
        check("ControlService", result)
    }

    /// Deletes the service; it is gone when the last handle is closed, which dropping `self` does for this one. `true`:
    /// it was deleted already, and something else still holds it.
    pub fn delete(self) -> Result<bool, SetupError> {
        // SAFETY: the service is open with the right DELETE.
        let result = unsafe { DeleteService(self.handle.0) };
        match result {
            0 if last_error() == ERROR_SERVICE_MARKED_FOR_DELETE => Ok(true),
            0 => Err(failed("DeleteService")),
            _ => Ok(false),
        }
    }
}
