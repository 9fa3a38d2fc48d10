//! Change notifications.

use crate::check;
use core::{
    ffi::c_void,
    mem::ManuallyDrop,
    ptr::{self, NonNull},
};
use netio_sys::{
    ADDRESS_FAMILY, BOOLEAN, CancelMibChangeNotify2, MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW, NTSTATUS,
    NotifyIpInterfaceChange, NotifyUnicastIpAddressChange,
};
use netioctl_irql::{PassiveLevel, at_passive_level};

/// STATUS_UNSUCCESSFUL: NETIO reported success without giving a handle.
const NO_HANDLE: NTSTATUS = 0xc000_0001_u32.cast_signed();

/// Who is told of changes. NETIO calls at PASSIVE_LEVEL, one call of a registration at a time, from a thread of its own
/// that is not to be held up; the initial notification (MIB_NOTIFICATION_TYPE 3, no row) comes before the registering
/// call returns. Of a row only the keys are defined.
pub trait ChangeSink: 'static {
    /// An IP interface came, changed or went.
    fn interface_changed(context: usize, row: Option<&MIB_IPINTERFACE_ROW>, kind: i32);

    /// A unicast address came, changed or went.
    fn address_changed(context: usize, row: Option<&MIB_UNICASTIPADDRESS_ROW>, kind: i32);
}

/// A registration for changes; cancelled exactly once.
#[derive(Debug)]
pub struct Registration(NonNull<c_void>);

// SAFETY: the handle belongs to no thread.
unsafe impl Send for Registration {}

impl Registration {
    /// Ends the registration (CancelMibChangeNotify2), and waits until nobody is told any more. Not to be called by
    /// who is being told.
    pub fn cancel(self, at: PassiveLevel<'_>) {
        ManuallyDrop::new(self).end(at);
    }

    fn end(&self, _at: PassiveLevel<'_>) {
        // SAFETY: the handle is NETIO's, and both callers give it up with this call; the token proves PASSIVE_LEVEL.
        // The only documented failure is a handle that is none.
        unsafe { CancelMibChangeNotify2(self.0.as_ptr()) };
    }
}

impl Drop for Registration {
    /// For who forgets to cancel. Above PASSIVE_LEVEL the registration has to stay: that is a leak, but no crash.
    fn drop(&mut self) {
        let _ = at_passive_level(|at| self.end(at));
    }
}

/// Has the sink told of IP interfaces of `family` (AF_UNSPEC: both).
///
/// # Errors
/// STATUS_INVALID_PARAMETER for another family, STATUS_INVALID_HANDLE, STATUS_NO_MEMORY.
pub fn notify_ip_interface_change<S: ChangeSink>(
    _at: PassiveLevel<'_>,
    family: ADDRESS_FAMILY,
    context: usize,
    initial: bool,
) -> Result<Registration, NTSTATUS> {
    register(context, initial, |context, initial, handle| {
        // SAFETY: the callback lives as long as the image and takes any context; the handle is a local of our caller;
        // the token proves PASSIVE_LEVEL.
        unsafe { NotifyIpInterfaceChange(family, interface_changed::<S>, context, initial, handle) }
    })
}

/// Has the sink told of unicast addresses of `family` (AF_UNSPEC: both).
///
/// # Errors
/// As [`notify_ip_interface_change`].
pub fn notify_unicast_ip_address_change<S: ChangeSink>(
    _at: PassiveLevel<'_>,
    family: ADDRESS_FAMILY,
    context: usize,
    initial: bool,
) -> Result<Registration, NTSTATUS> {
    register(context, initial, |context, initial, handle| {
        // SAFETY: as above.
        unsafe { NotifyUnicastIpAddressChange(family, address_changed::<S>, context, initial, handle) }
    })
}

/// Turns our values into those of a registering call, and its handle into a guard.
fn register(
    context: usize,
    initial: bool,
    call: impl FnOnce(*mut c_void, BOOLEAN, &mut *mut c_void) -> NTSTATUS,
) -> Result<Registration, NTSTATUS> {
    let mut handle = ptr::null_mut();
    check(call(ptr::without_provenance_mut(context), BOOLEAN::from(initial), &mut handle))?;
    NonNull::new(handle).map(Registration).ok_or(NO_HANDLE)
}

/// PIPINTERFACE_CHANGE_CALLBACK.
unsafe extern "system" fn interface_changed<S: ChangeSink>(
    context: *mut c_void,
    row: *mut MIB_IPINTERFACE_ROW,
    kind: i32,
) {
    // SAFETY: NETIO gives NULL or a row of its own that is valid during the call; any bytes are a row.
    S::interface_changed(context.addr(), unsafe { row.as_ref() }, kind);
}

/// PUNICAST_IPADDRESS_CHANGE_CALLBACK.
unsafe extern "system" fn address_changed<S: ChangeSink>(
    context: *mut c_void,
    row: *mut MIB_UNICASTIPADDRESS_ROW,
    kind: i32,
) {
    // SAFETY: as above.
    S::address_changed(context.addr(), unsafe { row.as_ref() }, kind);
}
