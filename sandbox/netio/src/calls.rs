//! What the exported functions do. The last parameter of each is the address that its caller goes on at.

use crate::{
    notify::{self, Callback, Notice},
    remote::ask,
    running,
    table::Table,
    verifier::Call,
};
use core::{
    ffi::c_void,
    ptr::{self, NonNull},
};
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET};
use netio_wire::{FamilyRequest, FlushRequest, InterfaceId, MAX_ALIAS_CHARS, Operation, ResolveRequest, Row};
use netioctl_status::NtStatus;
use verifier_abi::Resource;
use zerocopy::IntoBytes;

/// The status that a function returns.
fn status_of(result: Result<(), NtStatus>) -> NtStatus {
    result.err().unwrap_or(NtStatus::SUCCESS)
}

/// Reads what a pointer of the caller's points to; NULL is `STATUS_INVALID_PARAMETER`.
///
/// # Safety
/// Unless it is NULL, the pointer is valid for reads.
unsafe fn read<T: Copy>(pointer: *const T) -> Result<T, NtStatus> {
    if pointer.is_null() {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    // SAFETY: It is not NULL, so the caller vouches for it; alignment is not asked for.
    Ok(unsafe { pointer.read_unaligned() })
}

/// Writes to where a pointer of the caller's points.
///
/// # Safety
/// The pointer is valid for writes.
unsafe fn write<T>(pointer: *mut T, value: T) {
    // SAFETY: The caller vouches for it; alignment is not asked for.
    unsafe { pointer.write_unaligned(value) }
}

/// Writes all bytes of a row, the poison of its padding too.
///
/// # Safety
/// The pointer is valid for writes.
unsafe fn write_image<R: Row>(row: *mut R, image: R::Image) {
    // SAFETY: The caller vouches for it.
    unsafe { write(row.cast(), image) }
}

pub extern "system" fn flush(family: u16, interface_index: u32, caller: *const c_void) -> NtStatus {
    let call = Call::new("FlushIpNetTable2", caller);
    let request = FlushRequest { family, reserved: 0, interface_index };
    status_of(call.require_passive().and_then(|()| ask(call, Operation::FlushIpNetTable2, &request).map(|_| ())))
}

/// A call that takes a neighbor and gives nothing back.
///
/// # Safety
/// Unless it is NULL, `row` is valid for reads.
unsafe fn change(call: Call, operation: Operation, row: *const MIB_IPNET_ROW2) -> NtStatus {
    let change = || {
        call.require_passive()?;
        // SAFETY: As the caller of this function says.
        let row = unsafe { read(row) }?;
        ask(call, operation, &row.image()).map(|_| ())
    };
    status_of(change())
}

pub unsafe extern "system" fn set(row: *mut MIB_IPNET_ROW2, caller: *const c_void) -> NtStatus {
    // SAFETY: NETIO's contract: a row, or NULL.
    unsafe { change(Call::new("SetIpNetEntry2", caller), Operation::SetIpNetEntry2, row) }
}

pub unsafe extern "system" fn create(row: *const MIB_IPNET_ROW2, caller: *const c_void) -> NtStatus {
    // SAFETY: NETIO's contract: a row, or NULL.
    unsafe { change(Call::new("CreateIpNetEntry2", caller), Operation::CreateIpNetEntry2, row) }
}

pub unsafe extern "system" fn delete(row: *const MIB_IPNET_ROW2, caller: *const c_void) -> NtStatus {
    // SAFETY: NETIO's contract: a row, or NULL.
    unsafe { change(Call::new("DeleteIpNetEntry2", caller), Operation::DeleteIpNetEntry2, row) }
}

pub unsafe extern "system" fn get(row: *mut MIB_IPNET_ROW2, caller: *const c_void) -> NtStatus {
    // SAFETY: NETIO's contract: a row, or NULL.
    unsafe { fill(Call::new("GetIpNetEntry2", caller), Operation::GetIpNetEntry2, row) }
}

pub unsafe extern "system" fn resolve(
    row: *mut MIB_IPNET_ROW2,
    source: *const SOCKADDR_INET,
    caller: *const c_void,
) -> NtStatus {
    let call = Call::new("ResolveIpNetEntry2", caller);
    let resolve = || {
        call.require_passive()?;
        // SAFETY: NETIO's contract: a row, or NULL.
        let key = unsafe { read(row) }?;
        // SAFETY: NETIO's contract: an address, or NULL.
        let source = unsafe { read(source) };
        let has_source = u32::from(source.is_ok());
        let source = source.unwrap_or_default().image();
        let request = ResolveRequest { row: key.image(), source, has_source };
        let filled = ask(call, Operation::ResolveIpNetEntry2, &request)?.read()?;
        // SAFETY: It was read above, and the contract makes it writable.
        unsafe { write_image(row, filled) };
        Ok(())
    };
    status_of(resolve())
}

/// A call that hands out a table.
///
/// # Safety
/// Unless it is NULL, `table` is valid for writes.
unsafe fn hand_out(call: Call, operation: Operation, family: u16, table: *mut *mut c_void) -> NtStatus {
    let hand_out = || {
        call.require_passive()?;
        if table.is_null() {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        let answer = ask(call, operation, &FamilyRequest { family, reserved: 0 })?;
        let block = Table::receive(answer)?.into_raw();
        call.track(Resource::Table, block);
        // SAFETY: It is not NULL, so the caller of this function vouches for it.
        unsafe { write(table, block) };
        Ok(())
    };
    status_of(hand_out())
}

pub unsafe extern "system" fn neighbor_table(family: u16, table: *mut *mut c_void, caller: *const c_void) -> NtStatus {
    // SAFETY: NETIO's contract: a place for a pointer, or NULL.
    unsafe { hand_out(Call::new("GetIpNetTable2", caller), Operation::GetIpNetTable2, family, table) }
}

pub unsafe extern "system" fn interface_table(family: u16, table: *mut *mut c_void, caller: *const c_void) -> NtStatus {
    // SAFETY: NETIO's contract: a place for a pointer, or NULL.
    unsafe { hand_out(Call::new("GetIpInterfaceTable", caller), Operation::GetIpInterfaceTable, family, table) }
}

pub unsafe extern "system" fn free(table: *mut c_void, caller: *const c_void) {
    let call = Call::new("FreeMibTable", caller);
    call.require_below_dispatch();
    let Some(block) = NonNull::new(table) else {
        return call.bad_argument(format_args!("NULL is not a table"));
    };
    if call.untrack(Resource::Table, table) {
        // SAFETY: It was tracked, so it was handed out and not freed since.
        drop(unsafe { Table::from_raw(block) });
    }
}

/// A call that takes a row and fills it.
///
/// # Safety
/// Unless it is NULL, `row` is valid for reads and writes.
unsafe fn fill<R: Row>(call: Call, operation: Operation, row: *mut R) -> NtStatus {
    let fill = || {
        call.require_passive()?;
        // SAFETY: As the caller of this function says.
        let key = unsafe { read(row) }?;
        let filled = ask(call, operation, &key.image())?.read()?;
        // SAFETY: It was read above, and the caller says that it can be written.
        unsafe { write_image(row, filled) };
        Ok(())
    };
    status_of(fill())
}

pub unsafe extern "system" fn interface(row: *mut MIB_IPINTERFACE_ROW, caller: *const c_void) -> NtStatus {
    // SAFETY: NETIO's contract: a row, or NULL.
    unsafe { fill(Call::new("GetIpInterfaceEntry", caller), Operation::GetIpInterfaceEntry, row) }
}

pub unsafe extern "system" fn set_interface(row: *mut MIB_IPINTERFACE_ROW, caller: *const c_void) -> NtStatus {
    // SAFETY: NETIO's contract: a row, or NULL.
    unsafe { fill(Call::new("SetIpInterfaceEntry", caller), Operation::SetIpInterfaceEntry, row) }
}

/// There is no status to return: without a server the row is left with zeros, as documented.
pub unsafe extern "system" fn initialize_interface(row: *mut MIB_IPINTERFACE_ROW, caller: *const c_void) {
    let call = Call::new("InitializeIpInterfaceEntry", caller);
    if row.is_null() {
        return call.bad_argument(format_args!("NULL is not a row"));
    }
    let initial = call.require_passive().and_then(|()| ask(call, Operation::InitializeIpInterfaceEntry, &())?.read());
    // SAFETY: It is not NULL; NETIO's contract makes it writable.
    unsafe { write_image(row, initial.unwrap_or_else(|_| MIB_IPINTERFACE_ROW::default().image())) };
}

pub unsafe extern "system" fn luid_to_index(luid: *const u64, index: *mut u32, caller: *const c_void) -> NtStatus {
    let call = Call::new("ConvertInterfaceLuidToIndex", caller);
    let convert = || {
        call.require_passive()?;
        if index.is_null() {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        // SAFETY: NETIO's contract: a LUID, or NULL.
        let luid = unsafe { read(luid) }?;
        let answer = ids(call, Operation::ConvertInterfaceLuidToIndex, luid, 0);
        // SAFETY: It is not NULL; NETIO's contract makes it writable.
        unsafe { write(index, answer.map_or(0, |id| id.index)) };
        answer.map(|_| ())
    };
    status_of(convert())
}

pub unsafe extern "system" fn index_to_luid(index: u32, luid: *mut u64, caller: *const c_void) -> NtStatus {
    let call = Call::new("ConvertInterfaceIndexToLuid", caller);
    let convert = || {
        call.require_passive()?;
        if luid.is_null() {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        let answer = ids(call, Operation::ConvertInterfaceIndexToLuid, 0, index);
        // SAFETY: It is not NULL; NETIO's contract makes it writable.
        unsafe { write(luid, answer.map_or(0, |id| id.luid)) };
        answer.map(|_| ())
    };
    status_of(convert())
}

pub unsafe extern "system" fn address(row: *mut MIB_UNICASTIPADDRESS_ROW, caller: *const c_void) -> NtStatus {
    // SAFETY: NETIO's contract: a row, or NULL.
    unsafe { fill(Call::new("GetUnicastIpAddressEntry", caller), Operation::GetUnicastIpAddressEntry, row) }
}

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
        call.require_passive()?;
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
        call.require_passive()?;
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

fn ids(call: Call, operation: Operation, luid: u64, index: u32) -> Result<InterfaceId, NtStatus> {
    ask(call, operation, &InterfaceId { luid, index, reserved: 0 })?.read()
}

pub unsafe extern "system" fn luid_to_alias(
    luid: *const u64,
    alias: *mut u16,
    length: usize,
    caller: *const c_void,
) -> NtStatus {
    let call = Call::new("ConvertInterfaceLuidToAlias", caller);
    let convert = || {
        call.require_passive()?;
        if alias.is_null() {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        // SAFETY: NETIO's contract: a LUID, or NULL.
        let luid = unsafe { read(luid) }?;
        let request = InterfaceId { luid, index: 0, reserved: 0 };
        let answer = ask(call, Operation::ConvertInterfaceLuidToAlias, &request)?;
        let mut name = [0_u16; MAX_ALIAS_CHARS];
        let units = answer.length() as usize / size_of::<u16>();
        // The name and its terminator must fit.
        let place = name.get_mut(..units).filter(|_| units < length).ok_or(NtStatus::NO_MEMORY)?;
        answer.read_into(place.as_mut_bytes())?;
        // SAFETY: The caller's buffer holds `length` units, more than `units`; ours holds as many.
        unsafe { ptr::copy_nonoverlapping(name.as_ptr(), alias, units + 1) };
        Ok(())
    };
    status_of(convert())
}
