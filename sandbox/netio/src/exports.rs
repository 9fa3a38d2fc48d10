//! The exported functions, by the names and with the parameters of `netioapi.h`.
//!
//! Each is a thunk that passes the address it returns to as one argument more, then goes on in the function that does the
//! work ([`calls`], [`routes`], [`notifications`]), which returns straight to the caller. (Where that argument is no register's, it is
//! a call.)

use crate::{calls, compartment, notifications, notify::Callback, routes};
use core::ffi::c_void;
use netio_sys::{MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET};
use netio_wire::Operation;
use netioctl_status::NtStatus;

macro_rules! export {
    ($($name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? = $target:path, $extra:literal;)+) => {$(
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        unsafe extern "system" fn $name($($argument: $type),*) $(-> $result)? {
            core::arch::naked_asm!(
                concat!("mov ", $extra, ", [rsp]"),
                "jmp {target}",
                target = sym $target,
            )
        }
    )+};
}

/// The functions that hand out a table.
macro_rules! export_tables {
    ($($name:ident)+) => {
        export! {
            $($name(family: u16, table: *mut *mut c_void) -> NtStatus =
                calls::table::<{ Operation::$name as u16 }>, "r8";)+
        }
    };
}

export_tables! { GetIpNetTable2 GetIpInterfaceTable GetUnicastIpAddressTable GetIpForwardTable2 }

// The register is that of the first argument that the function does not have: rcx, rdx, r8, r9.
export! {
    FlushIpNetTable2(family: u16, index: u32) -> NtStatus = calls::flush, "r8";
    SetIpNetEntry2(row: *mut MIB_IPNET_ROW2) -> NtStatus = calls::set, "rdx";
    CreateIpNetEntry2(row: *const MIB_IPNET_ROW2) -> NtStatus = calls::create, "rdx";
    DeleteIpNetEntry2(row: *const MIB_IPNET_ROW2) -> NtStatus = calls::delete, "rdx";
    GetIpNetEntry2(row: *mut MIB_IPNET_ROW2) -> NtStatus = calls::get, "rdx";
    ResolveIpNetEntry2(row: *mut MIB_IPNET_ROW2, source: *const SOCKADDR_INET) -> NtStatus = calls::resolve, "r8";
    GetIpInterfaceEntry(row: *mut MIB_IPINTERFACE_ROW) -> NtStatus = calls::interface, "rdx";
    SetIpInterfaceEntry(row: *mut MIB_IPINTERFACE_ROW) -> NtStatus = calls::set_interface, "rdx";
    InitializeIpInterfaceEntry(row: *mut MIB_IPINTERFACE_ROW) = calls::initialize_interface, "rdx";
    ConvertInterfaceLuidToIndex(luid: *const u64, index: *mut u32) -> NtStatus = calls::luid_to_index, "r8";
    ConvertInterfaceIndexToLuid(index: u32, luid: *mut u64) -> NtStatus = calls::index_to_luid, "r8";
    ConvertInterfaceLuidToAlias(luid: *const u64, alias: *mut u16, length: usize) -> NtStatus = calls::luid_to_alias, "r9";
    GetIfTable2(table: *mut *mut c_void) -> NtStatus = calls::links, "rdx";
    FreeMibTable(table: *mut c_void) = calls::free, "rdx";
    GetUnicastIpAddressEntry(row: *mut MIB_UNICASTIPADDRESS_ROW) -> NtStatus = calls::address, "rdx";
    NdisGetThreadObjectCompartmentId(thread: *mut c_void) -> u32 = compartment::get, "rdx";
    NdisSetThreadObjectCompartmentId(thread: *mut c_void, id: u32) -> NtStatus = compartment::set, "r8";
    CancelMibChangeNotify2(handle: *mut c_void) -> NtStatus = notifications::cancel, "rdx";
}

/// The registrations have five arguments. The sixth of the function that does the work, the address returned to, lies
/// in memory, where the caller's own data is; so this calls with a frame of its own: 32 bytes for the callee to use, the
/// fifth and the sixth argument, and 8 bytes to keep the stack aligned. The directives tell a debugger of it.
macro_rules! export_registration {
    ($($name:ident = $target:path;)+) => {$(
        #[unsafe(naked)]
        #[unsafe(no_mangle)]
        unsafe extern "system" fn $name(
            family: u16,
            callback: Option<Callback>,
            context: *mut c_void,
            initial: u8,
            handle: *mut *mut c_void,
        ) -> NtStatus {
            core::arch::naked_asm!(
                concat!(".seh_proc ", stringify!($name)),
                "sub rsp, 0x38",
                ".seh_stackalloc 0x38",
                ".seh_endprologue",
                "mov rax, [rsp + 0x60]",
                "mov [rsp + 0x20], rax",
                "mov rax, [rsp + 0x38]",
                "mov [rsp + 0x28], rax",
                "call {target}",
                "add rsp, 0x38",
                "ret",
                ".seh_endproc",
                target = sym $target,
            )
        }
    )+};
}

export_registration! {
    NotifyIpInterfaceChange = notifications::notify_interfaces;
    NotifyUnicastIpAddressChange = notifications::notify_addresses;
}

/// Seven arguments: as above, with room for the fifth to the eighth.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "system" fn GetBestRoute2(
    luid: *const u64,
    index: u32,
    source: *const SOCKADDR_INET,
    destination: *const SOCKADDR_INET,
    options: u32,
    route: *mut MIB_IPFORWARD_ROW2,
    from: *mut SOCKADDR_INET,
) -> NtStatus {
    core::arch::naked_asm!(
        ".seh_proc GetBestRoute2",
        "sub rsp, 0x48",
        ".seh_stackalloc 0x48",
        ".seh_endprologue",
        "mov rax, [rsp + 0x70]",
        "mov [rsp + 0x20], rax",
        "mov rax, [rsp + 0x78]",
        "mov [rsp + 0x28], rax",
        "mov rax, [rsp + 0x80]",
        "mov [rsp + 0x30], rax",
        "mov rax, [rsp + 0x48]",
        "mov [rsp + 0x38], rax",
        "call {target}",
        "add rsp, 0x48",
        "ret",
        ".seh_endproc",
        target = sym routes::best,
    )
}
