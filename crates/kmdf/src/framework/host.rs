//! The framework on a host: the one that a test provides.
#![allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "the names of the kernel's headers")]

use super::Framework;
use core::cell::Cell;
extern crate std;
use std::thread_local;

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident $object:ident;)*) => {
        $(
            /// What the handle stands for.
            #[derive(Debug)]
            pub enum $object {}
            $(#[$doc])*
            pub type $name = *mut $object;
        )*
    };
}

handles! {
    /// A driver.
    WDFDRIVER Driver;
    /// A device.
    WDFDEVICE Device;
    /// A device that is about to be created.
    PWDFDEVICE_INIT DeviceInit;
    /// A file object.
    WDFFILEOBJECT File;
    /// A queue.
    WDFQUEUE Queue;
    /// A request.
    WDFREQUEST Request;
    /// A work item.
    WDFWORKITEM WorkItem;
    /// A wait lock.
    WDFWAITLOCK WaitLock;
    /// A device object of the kernel.
    PDEVICE_OBJECT DeviceObject;
}

/// Any object.
pub type WDFOBJECT = *mut core::ffi::c_void;

/// The kernel's driver object.
#[derive(Debug)]
pub struct DRIVER_OBJECT(());

/// A counted string of the kernel.
#[derive(Debug)]
pub struct UNICODE_STRING(());

thread_local! {
    static FRAMEWORK: Cell<Option<&'static dyn Framework>> = const { Cell::new(None) };
    static STEP: Cell<fn()> = const { Cell::new(|| ()) };
}

/// The framework of this thread.
///
/// # Panics
/// If no test has set one.
pub fn framework() -> &'static (impl Framework + ?Sized) {
    FRAMEWORK.get().expect("outside of the kernel there is no framework")
}

/// Lets other threads go first, if a test wants that.
pub fn step() {
    (STEP.get())();
}

/// Puts a framework in place for the calling thread, and what to do between two steps of ours.
#[cfg(any(test, feature = "machine"))]
pub fn install(framework: &'static dyn Framework, step: fn()) {
    FRAMEWORK.set(Some(framework));
    STEP.set(step);
}

/// Takes it away again, so that it can go.
#[cfg(any(test, feature = "machine"))]
pub fn uninstall() {
    FRAMEWORK.set(None);
    STEP.set(|| ());
}
