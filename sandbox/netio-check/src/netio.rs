//! The exports of `netio.sys`, called as a driver calls them.

use anyhow::{Context, Result, ensure};
use netio_sys::MIB_UNICASTIPADDRESS_ROW;
use netioctl_status::NtStatus;
use std::{ffi::c_void, mem::transmute, ptr::null_mut};
use windows_sys::{
    Win32::{
        Foundation::{GetLastError, HMODULE},
        System::LibraryLoader::{GetProcAddress, LOAD_WITH_ALTERED_SEARCH_PATH, LoadLibraryExW},
    },
    core::PCSTR,
    s, w,
};

/// A callback: context, row or null, type.
pub type Callback = unsafe extern "system" fn(*mut c_void, *mut c_void, i32);
type Notify = unsafe extern "system" fn(u16, Option<Callback>, *mut c_void, u8, *mut *mut c_void) -> NtStatus;
type Cancel = unsafe extern "system" fn(*mut c_void) -> NtStatus;
type GetAddress = unsafe extern "system" fn(*mut MIB_UNICASTIPADDRESS_ROW) -> NtStatus;

/// What a registration is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Interfaces,
    Addresses,
}

/// The loaded image.
pub struct Netio {
    interfaces: Notify,
    addresses: Notify,
    cancel: Cancel,
    get_address: GetAddress,
}

impl Netio {
    pub fn load() -> Result<Self> {
        let path = w!(r"C:\windows\system32\drivers\netio.sys");
        // SAFETY: The path ends with a zero.
        let module = unsafe { LoadLibraryExW(path, null_mut(), LOAD_WITH_ALTERED_SEARCH_PATH) };
        // SAFETY: Has no preconditions.
        ensure!(!module.is_null(), "netio.sys cannot be loaded: {}", unsafe { GetLastError() });
        let (interfaces, addresses) =
            (find(module, s!("NotifyIpInterfaceChange"))?, find(module, s!("NotifyUnicastIpAddressChange"))?);
        let (cancel, get) =
            (find(module, s!("CancelMibChangeNotify2"))?, find(module, s!("GetUnicastIpAddressEntry"))?);
        Ok(Self {
            // SAFETY: The export has this signature.
            interfaces: unsafe { transmute::<Export, Notify>(interfaces) },
            // SAFETY: As above.
            addresses: unsafe { transmute::<Export, Notify>(addresses) },
            // SAFETY: As above.
            cancel: unsafe { transmute::<Export, Cancel>(cancel) },
            // SAFETY: As above.
            get_address: unsafe { transmute::<Export, GetAddress>(get) },
        })
    }

    /// Registers a callback.
    ///
    /// # Safety
    /// The context suits the callback, and the handle can be written, both until the registration is cancelled.
    pub unsafe fn notify(
        &self,
        subject: Subject,
        family: u16,
        callback: Option<Callback>,
        context: *mut c_void,
        initial: u8,
        handle: *mut *mut c_void,
    ) -> NtStatus {
        let function = if subject == Subject::Interfaces { self.interfaces } else { self.addresses };
        // SAFETY: As the caller says.
        unsafe { function(family, callback, context, initial, handle) }
    }

    /// Cancels a registration. The stand-in looks the handle up and does not trust it.
    pub fn cancel(&self, handle: *mut c_void) -> NtStatus {
        // SAFETY: See above.
        unsafe { (self.cancel)(handle) }
    }

    pub fn get_address(&self, row: &mut MIB_UNICASTIPADDRESS_ROW) -> NtStatus {
        // SAFETY: The row can be read and written.
        unsafe { (self.get_address)(row) }
    }
}

type Export = unsafe extern "system" fn() -> isize;

fn find(module: HMODULE, name: PCSTR) -> Result<Export> {
    // SAFETY: The name ends with a zero.
    let export = unsafe { GetProcAddress(module, name) };
    // SAFETY: The name ends with a zero.
    export.with_context(|| format!("no export {}", unsafe { std::ffi::CStr::from_ptr(name.cast()) }.to_string_lossy()))
}
