//! What the exported functions do. The last parameter of each is the address that its caller goes on at.

use crate::{
    caller::{read, status_of, write, write_image},
    remote::ask,
    table::Table,
    verifier::Call,
};
use core::{
    ffi::c_void,
    ptr::{self, NonNull},
};
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET};
use netio_wire::{
    AF_UNSPEC, FamilyRequest, FlushRequest, InterfaceId, MAX_ALIAS_CHARS, Operation, ResolveRequest, Row,
};
use netioctl_status::NtStatus;
use verifier_abi::Resource;
use zerocopy::IntoBytes;

pub extern "system" fn flush(family: u16, interface_index: u32, caller: *const c_void) -> NtStatus {
    let call = Call::new("FlushIpNetTable2", caller);
    let request = FlushRequest { family, reserved: 0, interface_index };
    status_of(call.begin().and_then(|()| ask(call, Operation::FlushIpNetTable2, &request).map(|_| ())))
}

/// A call that takes a neighbor and gives nothing back.
///
/// # Safety
/// Unless it is NULL, `row` is valid for reads.
unsafe fn change(call: Call, operation: Operation, row: *const MIB_IPNET_ROW2) -> NtStatus {
    let change = || {
        call.begin()?;
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
        call.begin()?;
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

/// A call that hands out a table: the function with this number ([`Operation`]).
pub unsafe extern "system" fn table<const FUNCTION: u16>(
    family: u16,
    table: *mut *mut c_void,
    caller: *const c_void,
) -> NtStatus {
    let Some(operation) = Operation::from_number(FUNCTION) else { return NtStatus::NOT_IMPLEMENTED };
    // SAFETY: NETIO's contract: a place for a pointer, or NULL.
    status_of(unsafe { hand_out(operation, family, table, caller) })
}

/// The interfaces have no family.
pub unsafe extern "system" fn links(table: *mut *mut c_void, caller: *const c_void) -> NtStatus {
    // SAFETY: NETIO's contract: a place for a pointer, or NULL.
    status_of(unsafe { hand_out(Operation::GetIfTable2, AF_UNSPEC, table, caller) })
}

/// # Safety
/// Unless it is NULL, `table` is valid for writes.
unsafe fn hand_out(
    operation: Operation,
    family: u16,
    table: *mut *mut c_void,
    caller: *const c_void,
) -> Result<(), NtStatus> {
    let call = Call::new(operation.name(), caller);
    call.begin()?;
    if table.is_null() {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    let row = operation.row().ok_or(NtStatus::NOT_IMPLEMENTED)?;
    let answer = ask(call, operation, &FamilyRequest { family, reserved: 0 })?;
    let block = Table::receive(answer, row)?.into_raw();
    call.track(Resource::Table, block);
    // SAFETY: It is not NULL, so the caller of this function vouches for it.
    unsafe { write(table, block) };
    Ok(())
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
        call.begin()?;
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
        call.begin()?;
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
        call.begin()?;
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
        call.begin()?;
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
