//! The registry.

use crate::argument::{Answer, Argument, Counted, Given, InOut, Out};
use crate::call::Call;
use crate::faults::{self, Refusable};
use crate::nt::Pointer;
use crate::registry::{key, open, read, write};
use netioctl_status::NtStatus;
use wdf_abi::{DriverGlobals, Function, Handle, MemoryOffset, UnicodeString};
use wdf_model::irql::PASSIVE_LEVEL;

functions! {
    WdfRegistryOpenKey(
        parent: Handle, name: Option<Counted<'_>>, access: u32, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => open::open;
    WdfRegistryCreateKey(
        parent: Handle, name: Option<Counted<'_>>, access: u32, options: u32, disposition: Out<u32>,
        attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => open::create;
    WdfDriverOpenParametersRegistryKey(
        driver: Handle, access: u32, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => open::parameters;
    WdfDeviceOpenRegistryKey(
        device: Handle, kind: u32, access: u32, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => open::of_device;
    WdfFdoInitOpenRegistryKey(
        init: Handle, kind: u32, access: u32, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => open::of_init;
    WdfRegistryClose(key: Handle), PASSIVE_LEVEL => key::close;
    WdfRegistryWdmGetHandle(key: Handle) -> Pointer, PASSIVE_LEVEL => key::handle;
    WdfRegistryRemoveKey(key: Handle) -> NtStatus, PASSIVE_LEVEL => key::remove_key;
    WdfRegistryRemoveValue(key: Handle, name: Option<Counted<'_>>) -> NtStatus, PASSIVE_LEVEL => write::remove_value;

    WdfRegistryQueryValue(
        key: Handle, name: Option<Counted<'_>>, room: u32, buffer: Pointer, length: Out<u32>, kind: Out<u32>
    ) -> NtStatus, PASSIVE_LEVEL => read::query_value;
    WdfRegistryQueryMemory(
        key: Handle, name: Option<Counted<'_>>, pool: i32, attributes: Option<Given>, out: Out<Handle>, kind: Out<u32>
    ) -> NtStatus, PASSIVE_LEVEL => read::query_memory;
    WdfRegistryQueryULong(key: Handle, name: Option<Counted<'_>>, out: Out<u32>) -> NtStatus, PASSIVE_LEVEL =>
        read::query_number;
    WdfRegistryQueryString(key: Handle, name: Option<Counted<'_>>, string: Handle) -> NtStatus, PASSIVE_LEVEL =>
        read::query_string;
    WdfRegistryQueryUnicodeString(
        key: Handle, name: Option<Counted<'_>>, needed: Out<u16>, out: InOut<UnicodeString>
    ) -> NtStatus, PASSIVE_LEVEL => read::query_unicode_string;
    WdfRegistryQueryMultiString(
        key: Handle, name: Option<Counted<'_>>, attributes: Option<Given>, collection: Handle
    ) -> NtStatus, PASSIVE_LEVEL => read::query_strings;

    WdfRegistryAssignValue(
        key: Handle, name: Option<Counted<'_>>, kind: u32, length: u32, value: Pointer
    ) -> NtStatus, PASSIVE_LEVEL => write::assign_value;
    WdfRegistryAssignMemory(
        key: Handle, name: Option<Counted<'_>>, kind: u32, memory: Handle, offset: Option<MemoryOffset>
    ) -> NtStatus, PASSIVE_LEVEL => write::assign_memory;
    WdfRegistryAssignULong(key: Handle, name: Option<Counted<'_>>, value: u32) -> NtStatus, PASSIVE_LEVEL =>
        write::assign_number;
    WdfRegistryAssignUnicodeString(
        key: Handle, name: Option<Counted<'_>>, value: Option<Counted<'_>>
    ) -> NtStatus, PASSIVE_LEVEL => write::assign_unicode_string;
    WdfRegistryAssignString(key: Handle, name: Option<Counted<'_>>, value: Handle) -> NtStatus, PASSIVE_LEVEL =>
        write::assign_string;
    WdfRegistryAssignMultiString(key: Handle, name: Option<Counted<'_>>, collection: Handle) -> NtStatus, PASSIVE_LEVEL =>
        write::assign_strings;
}
