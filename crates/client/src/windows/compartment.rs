//! The network compartment of a thread. Windows 8 has the functions; Wine 8 does not, nor would a program load there that
//! imports them by name.

use super::call::{address, system_library, win32_of};
use crate::{Failure, failure::ERROR_PROC_NOT_FOUND};
use netioctl_abi::NtStatus;
use std::{marker::PhantomData, mem, num::NonZeroU32, sync::OnceLock};
use windows_sys::{
    Win32::{
        Foundation::{ERROR_SUCCESS, WIN32_ERROR},
        NetworkManagement::Ndis::{NET_IF_COMPARTMENT_ID, NET_IF_COMPARTMENT_ID_UNSPECIFIED},
    },
    s,
};

/// `GetCurrentThreadCompartmentId`.
type Get = unsafe extern "system" fn() -> NET_IF_COMPARTMENT_ID;
/// `SetCurrentThreadCompartmentId`.
type Set = unsafe extern "system" fn(NET_IF_COMPARTMENT_ID) -> WIN32_ERROR;

#[derive(Clone, Copy)]
struct Functions {
    get: Get,
    set: Set,
}

static OF_SYSTEM: OnceLock<Option<Functions>> = OnceLock::new();

impl Functions {
    fn of_system() -> Option<Self> {
        let library = system_library("iphlpapi.dll")?;
        let get = address(library, s!("GetCurrentThreadCompartmentId"))?;
        let set = address(library, s!("SetCurrentThreadCompartmentId"))?;
        Some(Self {
            // SAFETY: the function of this name has this signature.
            get: unsafe { mem::transmute::<unsafe extern "system" fn() -> isize, Get>(get) },
            // SAFETY: the function of this name has this signature.
            set: unsafe { mem::transmute::<unsafe extern "system" fn() -> isize, Set>(set) },
        })
    }

    fn current(self) -> NET_IF_COMPARTMENT_ID {
        // SAFETY: has no preconditions.
        unsafe { (self.get)() }
    }

    fn set(self, compartment: NET_IF_COMPARTMENT_ID) -> Result<(), Failure> {
        // SAFETY: has no preconditions: the number of a compartment that is not there is refused.
        match unsafe { (self.set)(compartment) } {
            ERROR_SUCCESS => Ok(()),
            code => Err(failure(code)),
        }
    }
}

/// Windows SDKs declare the result as a Win32 code for user mode, its documentation speaks of an NTSTATUS.
fn failure(code: u32) -> Failure {
    let status = NtStatus::from_bits(code);
    if status.is_error() {
        Failure { win32: win32_of(status), ntstatus: Some(status), bytes: 0 }
    } else {
        Failure::from_win32(code)
    }
}

/// This thread is in the compartment until this is dropped, which brings it back, on the same thread.
pub struct Entered {
    /// `None`: it was there already.
    before: Option<(Functions, NET_IF_COMPARTMENT_ID)>,
    _of_thread: PhantomData<*const ()>,
}

/// Enters a compartment. `ERROR_PROC_NOT_FOUND` from a system that has none.
pub fn enter(compartment: NonZeroU32) -> Result<Entered, Failure> {
    let functions = *OF_SYSTEM.get_or_init(Functions::of_system);
    let functions = functions.ok_or(Failure::from_win32(ERROR_PROC_NOT_FOUND))?;
    let before = functions.current();
    if before == compartment.get() {
        return Ok(Entered { before: None, _of_thread: PhantomData });
    }
    functions.set(compartment.get())?;
    Ok(Entered { before: Some((functions, before)), _of_thread: PhantomData })
}

impl Drop for Entered {
    fn drop(&mut self) {
        let Some((functions, before)) = self.before else { return };
        // Should the compartment of before be gone by now, the thread goes back to that of its process.
        if functions.set(before).is_err() {
            let _ = functions.set(NET_IF_COMPARTMENT_ID_UNSPECIFIED);
        }
    }
}
