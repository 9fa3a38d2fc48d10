//! The exports of `netio.sys`, called as a driver calls them.

use anyhow::{Context, Result, ensure};
use netio_sys::{MIB_IPFORWARD_ROW2, MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET};
use netioctl_status::NtStatus;
use std::{
    ffi::c_void,
    mem::transmute,
    ptr::{self, null, null_mut},
};
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
type BestRoute = unsafe extern "system" fn(
    *const u64,
    u32,
    *const SOCKADDR_INET,
    *const SOCKADDR_INET,
    u32,
    *mut MIB_IPFORWARD_ROW2,
    *mut SOCKADDR_INET,
) -> NtStatus;
type GetLinks = unsafe extern "system" fn(*mut *mut c_void) -> NtStatus;
type Free = unsafe extern "system" fn(*mut c_void);

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
    best_route: BestRoute,
    get_links: GetLinks,
    free: Free,
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
        let (best, links, free) =
            (find(module, s!("GetBestRoute2"))?, find(module, s!("GetIfTable2"))?, find(module, s!("FreeMibTable"))?);
        Ok(Self {
            // SAFETY: The export has this signature.
            interfaces: unsafe { transmute::<Export, Notify>(interfaces) },
            // SAFETY: As above.
            addresses: unsafe { transmute::<Export, Notify>(addresses) },
            // SAFETY: As above.
            cancel: unsafe { transmute::<Export, Cancel>(cancel) },
            // SAFETY: As above.
            get_address: unsafe { transmute::<Export, GetAddress>(get) },
            // SAFETY: As above.
            best_route: unsafe { transmute::<Export, BestRoute>(best) },
            // SAFETY: As above.
            get_links: unsafe { transmute::<Export, GetLinks>(links) },
            // SAFETY: As above.
            free: unsafe { transmute::<Export, Free>(free) },
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

    /// The route to an address, or to nowhere, and its source; the places that are missing are NULL.
    pub fn best_route(
        &self,
        to: Option<&SOCKADDR_INET>,
        route: Option<&mut MIB_IPFORWARD_ROW2>,
        from: Option<&mut SOCKADDR_INET>,
    ) -> NtStatus {
        let to = to.map_or(null(), ptr::from_ref);
        let (route, from) = (route.map_or(null_mut(), ptr::from_mut), from.map_or(null_mut(), ptr::from_mut));
        // SAFETY: What is not NULL is a reference; LUID and source may be NULL.
        unsafe { (self.best_route)(null(), 0, null(), to, 0, route, from) }
    }

    /// The table of links, to be freed; NULL is not a place for one.
    pub fn get_links(&self, table: Option<&mut *mut c_void>) -> NtStatus {
        // SAFETY: What is not NULL is a reference.
        unsafe { (self.get_links)(table.map_or(null_mut(), ptr::from_mut)) }
    }

    /// Frees a table. The stand-in looks it up and does not trust it.
    pub fn free(&self, table: *mut c_void) {
        // SAFETY: See above.
        unsafe { (self.free)(table) }
    }
}

type Export = unsafe extern "system" fn() -> isize;

fn find(module: HMODULE, name: PCSTR) -> Result<Export> {
    // SAFETY: The name ends with a zero.
    let export = unsafe { GetProcAddress(module, name) };
    // SAFETY: The name ends with a zero.
    export.with_context(|| format!("no export {}", unsafe { std::ffi::CStr::from_ptr(name.cast()) }.to_string_lossy()))
}
