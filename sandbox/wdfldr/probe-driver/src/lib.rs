//! A driver that asks the KMDF stand-in what it answers, in Wine, for the probe client to compare.
//!
//! `\\.\WdfProbe` takes commands as text in an I/O control and answers with text. `\\.\WdfSubject` is a device made
//! by command, whose queues a test plays with.
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

extern crate alloc;

mod command;
mod deaths;
mod events;
mod files;
mod held;
mod late;
mod misuse;
mod objects;
mod probes;
mod runtime;
mod subject;
mod wdf;

use alloc::string::String;
use core::ptr::null;
use core::sync::atomic::{AtomicUsize, Ordering};
use wdf::{Pointer, wdf};
use wdf_abi::{BindInfo2, DriverConfig, DriverGlobals, Handle, UnicodeString};

static BIND: wdf::Shared<BindInfo2> = wdf::Shared::new(wdf::bind_info(33, COMPONENT.as_ptr()));
static COMPONENT: [u16; 12] = [75, 109, 100, 102, 76, 105, 98, 114, 97, 114, 121, 0];
static UNLOAD: AtomicUsize = AtomicUsize::new(0);
static DRIVER: AtomicUsize = AtomicUsize::new(0);

/// The driver object.
pub fn driver() -> Handle {
    DRIVER.load(Ordering::Acquire)
}

#[link(name = "wdfldr.sys", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    fn WdfVersionBind(
        driver: Pointer,
        path: *const UnicodeString,
        info: *mut BindInfo2,
        globals: *mut *mut DriverGlobals,
    ) -> i32;
    fn WdfVersionUnbind(path: *const UnicodeString, info: *mut BindInfo2, globals: *mut DriverGlobals);
}

/// Offset of `DriverUnload` in a driver object.
const DRIVER_UNLOAD: usize = 0x68;

fn unload_place(driver: Pointer) -> *mut usize {
    driver.wrapping_byte_add(DRIVER_UNLOAD).cast()
}

#[unsafe(no_mangle)]
extern "system" fn ProbeEntry(driver: Pointer, path: *const UnicodeString) -> i32 {
    // SAFETY: the arguments are those of the entry point and statics of this image.
    let status = unsafe { WdfVersionBind(driver, path, BIND.get(), wdf::globals_place()) };
    if status < 0 {
        return status;
    }
    let status = start(driver, path);
    // SAFETY: the loader passed a driver object.
    let unload = unsafe { unload_place(driver).read() };
    if status < 0 {
        unbind();
    } else {
        UNLOAD.store(unload, Ordering::Release);
        // SAFETY: as above; the routine has the signature of `DRIVER_UNLOAD`.
        unsafe { unload_place(driver).write(leave as *const () as usize) };
    }
    status
}

fn unbind() {
    // SAFETY: the binding is undone once, with what it was made with.
    unsafe { WdfVersionUnbind(null(), BIND.get(), wdf::globals().cast_mut()) };
}

extern "system" fn leave(driver: Pointer) {
    let unload = UNLOAD.load(Ordering::Acquire);
    // SAFETY: the framework's unload routine was stored there by `ProbeEntry`.
    let unload: extern "system" fn(Pointer) = unsafe { core::mem::transmute(unload) };
    unload(driver);
    events::forget();
    unbind();
}

extern "system" fn evt_unload(_driver: Handle) {
    events::add(String::from("EvtDriverUnload"));
}

fn start(driver: Pointer, path: *const UnicodeString) -> i32 {
    let config = DriverConfig {
        size: wdf_abi::size::<DriverConfig>(),
        device_add: None,
        unload: Some(evt_unload),
        init_flags: 1,
        pool_tag: 0,
    };
    let mut handle: Handle = 0;
    let status = wdf!(WdfDriverCreate(
        driver => Pointer,
        path => *const UnicodeString,
        null() => Pointer0,
        &raw const config => *const DriverConfig,
        &raw mut handle => *mut Handle
    ) -> i32);
    if status < 0 {
        return status;
    }
    DRIVER.store(handle, Ordering::Release);
    command::create()
}

/// A pointer that is null.
type Pointer0 = *const core::ffi::c_void;
