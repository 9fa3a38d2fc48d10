//! Change notifications.

use crate::check;
use core::{
    ffi::c_void,
    marker::PhantomData,
    mem::ManuallyDrop,
    ptr::{self, NonNull},
};
use foreign::Foreign;
use netio_sys::{
    ADDRESS_FAMILY, BOOLEAN, CancelMibChangeNotify2, KeBugCheckEx, MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW,
    NTSTATUS, NotifyIpInterfaceChange, NotifyUnicastIpAddressChange,
};
use netioctl_irql::{PassiveLevel, at_passive_level};
use netioctl_status::NtError;

/// NETIO reported success without giving a handle.
const NO_HANDLE: NtError = NtError::UNSUCCESSFUL;

/// The bug check `DRIVER_VIOLATION`.
const DRIVER_VIOLATION: u32 = 0x121;

/// What is told of changes. It has no values: what it knows is in the context of the registration.
///
/// # IRQL
/// NETIO calls at `PASSIVE_LEVEL`, one call of a registration at a time, from a thread of its own that is not to be held up.
/// The initial notification (`MIB_NOTIFICATION_TYPE` 3, no row) comes before the registering call returns. Of a row only the
/// keys are defined.
pub trait Listener: 'static {
    /// What a registration keeps for its listener.
    type Context: Foreign + 'static;

    /// An IP interface came, changed or went.
    fn interface_changed(context: &Self::Context, row: Option<&MIB_IPINTERFACE_ROW>, kind: i32);

    /// A unicast address came, changed or went.
    fn address_changed(context: &Self::Context, row: Option<&MIB_UNICASTIPADDRESS_ROW>, kind: i32);
}

/// A registration for changes. It keeps the context of its listener as long as NETIO may call that.
///
/// It is ended by [`cancel`](Self::cancel), which has to wait and so needs proof of `PASSIVE_LEVEL`. One that is dropped ends
/// itself at that level; dropped above it, where it could neither wait nor stay without calling into an image that is no
/// longer there, it stops the machine (bug check `DRIVER_VIOLATION`).
#[derive(Debug)]
pub struct Registration<L: Listener> {
    handle: NonNull<c_void>,
    context: usize,
    of: PhantomData<fn() -> L>,
}

// SAFETY: the handle belongs to no thread, and a context may go to any.
unsafe impl<L: Listener> Send for Registration<L> {}

impl<L: Listener> Registration<L> {
    /// Ends the registration ([CancelMibChangeNotify2]), waits until nobody is told any more, and lets go of the context.
    /// Not to be called by a listener that is being told. Should NETIO refuse, the context is not let go of: NETIO may still
    /// use it.
    ///
    /// # IRQL
    /// `PASSIVE_LEVEL`.
    ///
    /// [CancelMibChangeNotify2]: https://learn.microsoft.com/en-us/windows/win32/api/netioapi/nf-netioapi-cancelmibchangenotify2
    pub fn cancel(self, at: PassiveLevel<'_>) {
        ManuallyDrop::new(self).end(at);
    }

    fn end(&self, _at: PassiveLevel<'_>) {
        // SAFETY: the handle is NETIO's, and both callers give it up with this call; the token proves PASSIVE_LEVEL.
        let cancelled = check(unsafe { CancelMibChangeNotify2(self.handle.as_ptr()) });
        // The only documented failure is a handle that is none, which ours is not. Whatever made NETIO say so, it may go
        // on calling: then the context stays for good.
        if cancelled.is_ok() {
            // SAFETY: `register` gave the context away; NETIO calls back no more, and nobody takes it back but we.
            drop(unsafe { L::Context::from_raw(self.context) });
        }
    }
}

impl<L: Listener> Drop for Registration<L> {
    fn drop(&mut self) {
        if at_passive_level(|at| self.end(at)).is_err() {
            // SAFETY: callable at any IRQL. It does not return.
            unsafe { KeBugCheckEx(DRIVER_VIOLATION, self.handle.addr().get(), self.context, 0, 0) };
        }
    }
}

/// Has the listener told of IP interfaces of `family` (`AF_UNSPEC`: both): [NotifyIpInterfaceChange].
///
/// # IRQL
/// `PASSIVE_LEVEL`.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER` for another family, `STATUS_INVALID_HANDLE`, `STATUS_NO_MEMORY`.
///
/// [NotifyIpInterfaceChange]: https://learn.microsoft.com/en-us/windows/win32/api/netioapi/nf-netioapi-notifyipinterfacechange
pub fn notify_ip_interface_change<L: Listener>(
    _at: PassiveLevel<'_>,
    family: ADDRESS_FAMILY,
    context: L::Context,
    initial: bool,
) -> Result<Registration<L>, NtError> {
    register::<L>(context, initial, |context, initial, handle| {
        // SAFETY: the callback lives as long as the image, which the registration does not outlive; the context is one
        // that the registration keeps; the handle is ours to be filled; the token proves PASSIVE_LEVEL.
        unsafe { NotifyIpInterfaceChange(family, interface_changed::<L>, context, initial, handle) }
    })
}

/// Has the listener told of unicast addresses of `family` (`AF_UNSPEC`: both): [NotifyUnicastIpAddressChange].
///
/// # IRQL
/// `PASSIVE_LEVEL`.
///
/// # Errors
/// As [`notify_ip_interface_change`].
///
/// [NotifyUnicastIpAddressChange]: https://learn.microsoft.com/en-us/windows/win32/api/netioapi/nf-netioapi-notifyunicastipaddresschange
pub fn notify_unicast_ip_address_change<L: Listener>(
    _at: PassiveLevel<'_>,
    family: ADDRESS_FAMILY,
    context: L::Context,
    initial: bool,
) -> Result<Registration<L>, NtError> {
    register::<L>(context, initial, |context, initial, handle| {
        // SAFETY: as above.
        unsafe { NotifyUnicastIpAddressChange(family, address_changed::<L>, context, initial, handle) }
    })
}

/// Turns our values into those of a registering call, and its handle into a guard.
fn register<L: Listener>(
    context: L::Context,
    initial: bool,
    call: impl FnOnce(*mut c_void, BOOLEAN, &mut *mut c_void) -> NTSTATUS,
) -> Result<Registration<L>, NtError> {
    let context = context.into_raw();
    let mut handle = ptr::null_mut();
    let registered = check(call(ptr::without_provenance_mut(context), BOOLEAN::from(initial), &mut handle));
    match registered.and_then(|()| NonNull::new(handle).ok_or(NO_HANDLE)) {
        Ok(handle) => Ok(Registration { handle, context, of: PhantomData }),
        Err(error) => {
            // SAFETY: it was given away above; nothing is registered, so NETIO does not call back.
            drop(unsafe { L::Context::from_raw(context) });
            Err(error)
        }
    }
}

/// `PIPINTERFACE_CHANGE_CALLBACK`.
unsafe extern "system" fn interface_changed<L: Listener>(
    context: *mut c_void,
    row: *mut MIB_IPINTERFACE_ROW,
    kind: i32,
) {
    // SAFETY: NETIO gives NULL or a row of its own that is valid during the call; any bytes are a row.
    let row = unsafe { row.as_ref() };
    // SAFETY: the context is the one that was registered, which stays until NETIO does not call any more.
    unsafe { L::Context::with_raw(context.addr(), |context| L::interface_changed(context, row, kind)) };
}

/// `PUNICAST_IPADDRESS_CHANGE_CALLBACK`.
unsafe extern "system" fn address_changed<L: Listener>(
    context: *mut c_void,
    row: *mut MIB_UNICASTIPADDRESS_ROW,
    kind: i32,
) {
    // SAFETY: as above.
    let row = unsafe { row.as_ref() };
    // SAFETY: as above.
    unsafe { L::Context::with_raw(context.addr(), |context| L::address_changed(context, row, kind)) };
}
