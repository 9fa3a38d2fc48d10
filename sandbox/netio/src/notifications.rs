//! The functions that register and cancel callbacks. The last parameter of each is the address that its caller goes on at.

use crate::{
    caller::{status_of, write},
    notify::{self, Callback, Notice},
    running,
    verifier::Call,
};
use core::{
    ffi::c_void,
    ptr::{self, NonNull},
};
use netio_wire::Operation;
use netioctl_status::NtStatus;
use verifier_abi::Resource;

/// A call that registers a callback.
///
/// # Safety
/// Unless it is NULL, `handle` is valid for writes; the callback takes rows as `operation` gives them.
unsafe fn register(
    call: Call,
    operation: Operation,
    family: u16,
    notice: (Option<Callback>, *mut c_void),
    initial: u8,
    handle: *mut *mut c_void,
) -> NtStatus {
    let register = || {
        call.begin()?;
        if handle.is_null() {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        // SAFETY: It is not NULL, so the caller of this function vouches for it.
        unsafe { write(handle, ptr::null_mut()) };
        let (callback, context) = notice;
        let notice = Notice { call, callback: callback.ok_or(NtStatus::INVALID_PARAMETER)?, context };
        let registration = notify::register(notice, operation, family)?;
        if initial != 0 {
            registration.deliver_initial();
        }
        // From here on the registration may be cancelled, by its own callback's doing too.
        registration.hand_out(|raw| {
            call.track(Resource::Notification, raw);
            // SAFETY: As above.
            unsafe { write(handle, raw) };
        });
        Ok(())
    };
    status_of(register())
}

pub unsafe extern "system" fn notify_interfaces(
    family: u16,
    callback: Option<Callback>,
    context: *mut c_void,
    initial: u8,
    handle: *mut *mut c_void,
    caller: *const c_void,
) -> NtStatus {
    let call = Call::new("NotifyIpInterfaceChange", caller);
    // SAFETY: NETIO's contract: a place for a handle, or NULL, and a callback for these rows.
    unsafe { register(call, Operation::NotifyIpInterfaceChange, family, (callback, context), initial, handle) }
}

pub unsafe extern "system" fn notify_addresses(
    family: u16,
    callback: Option<Callback>,
    context: *mut c_void,
    initial: u8,
    handle: *mut *mut c_void,
    caller: *const c_void,
) -> NtStatus {
    let call = Call::new("NotifyUnicastIpAddressChange", caller);
    // SAFETY: NETIO's contract: a place for a handle, or NULL, and a callback for these rows.
    unsafe { register(call, Operation::NotifyUnicastIpAddressChange, family, (callback, context), initial, handle) }
}

pub extern "system" fn cancel(handle: *mut c_void, caller: *const c_void) -> NtStatus {
    let call = Call::new("CancelMibChangeNotify2", caller);
    let cancel = || {
        call.begin()?;
        let handle = NonNull::new(handle).ok_or(NtStatus::INVALID_PARAMETER)?;
        if running::on_this_thread(handle.as_ptr()) {
            call.bad_argument(format_args!("called from the callback that it would wait for"));
            return Err(NtStatus::INVALID_DEVICE_STATE);
        }
        if !call.untrack(Resource::Notification, handle.as_ptr()) {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        // SAFETY: It was tracked, so it was handed out and not cancelled since.
        unsafe { notify::cancel(handle, call) };
        Ok(())
    };
    status_of(cancel())
}
