//! Functions of Wine's kernel, ntdll and kernel32 that the stand-in calls.

use super::{DeviceObject, DriverObject, FileObject, IoStatusBlock, Irp, Mdl, NtObjectAttributes, Pointer};
use crate::device::problem::PropertyKey;
use core::ffi::c_void;
use netioctl_status::NtStatus;
use verifier_abi::ThreadCompartments;
use wdf_abi::{Guid, UnicodeString};
use wdf_model::irql::Irql;

#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "system" {
    pub fn ExAllocatePoolWithTag(kind: i32, size: usize, tag: u32) -> Pointer;
    pub fn ExFreePoolWithTag(block: Pointer, tag: u32);
    pub fn IoCreateDevice(
        driver: DriverObject,
        extension: u32,
        name: *const UnicodeString,
        kind: u32,
        characteristics: u32,
        exclusive: u8,
        device: *mut Option<DeviceObject>,
    ) -> NtStatus;
    pub fn _vsnprintf(text: *mut u8, length: usize, format: *const u8, arguments: *const c_void) -> i32;
    pub fn IoDeleteDevice(device: DeviceObject);
    pub fn IoAttachDeviceToDeviceStack(source: DeviceObject, target: DeviceObject) -> Option<DeviceObject>;
    pub fn IoGetAttachedDevice(device: DeviceObject) -> DeviceObject;
    pub fn IoDetachDevice(target: DeviceObject);
    pub fn IoCreateSymbolicLink(link: *const UnicodeString, target: *const UnicodeString) -> NtStatus;
    pub fn IoDeleteSymbolicLink(link: *const UnicodeString) -> NtStatus;
    pub fn IoRegisterDeviceInterface(
        pdo: DeviceObject,
        class: *const Guid,
        reference: *const UnicodeString,
        link: *mut UnicodeString,
    ) -> NtStatus;
    pub fn IoOpenDeviceRegistryKey(pdo: DeviceObject, kind: u32, access: u32, key: *mut Pointer) -> NtStatus;
    pub fn IoSetDeviceInterfaceState(link: *const UnicodeString, enable: u8) -> NtStatus;
    pub fn IoGetDeviceProperty(
        pdo: DeviceObject,
        property: i32,
        length: u32,
        buffer: Pointer,
        needed: *mut u32,
    ) -> NtStatus;
    pub fn IoSetDevicePropertyData(
        pdo: DeviceObject,
        key: *const PropertyKey,
        locale: u32,
        flags: u32,
        kind: u32,
        size: u32,
        data: Pointer,
    ) -> NtStatus;
    pub fn IofCompleteRequest(irp: Irp, boost: i8);
    pub fn IofCallDriver(device: DeviceObject, irp: Irp) -> NtStatus;
    pub fn IoReleaseCancelSpinLock(irql: Irql);
    pub fn IoAllocateIrp(stack: i8, quota: u8) -> Option<Irp>;
    pub fn IoReuseIrp(irp: Irp, status: NtStatus);
    pub fn IoFreeIrp(irp: Irp);
    pub fn IoCancelIrp(irp: Irp) -> u8;
    pub fn IoGetRequestorProcessId(irp: Irp) -> u32;
    pub fn IoAllocateMdl(address: Pointer, length: u32, secondary: u8, quota: u8, irp: Option<Irp>) -> Option<Mdl>;
    pub fn IoFreeMdl(mdl: Mdl);
    pub fn MmBuildMdlForNonPagedPool(mdl: Mdl);
    pub fn MmMapLockedPagesSpecifyCache(
        mdl: Mdl,
        mode: i8,
        cache: i32,
        base: Pointer,
        bug_check: u32,
        priority: u32,
    ) -> Pointer;
    pub fn ObReferenceObjectByHandle(
        handle: Pointer,
        access: u32,
        kind: Pointer,
        mode: i8,
        object: *mut Pointer,
        information: Pointer,
    ) -> NtStatus;
    pub fn ObReferenceObjectByName(
        name: *const UnicodeString,
        attributes: u32,
        state: *const c_void,
        access: u32,
        kind: *const c_void,
        mode: i8,
        context: Pointer,
        object: *mut Pointer,
    ) -> NtStatus;
    pub fn ZwLoadDriver(service: *const UnicodeString) -> NtStatus;
    pub fn ZwUnloadDriver(service: *const UnicodeString) -> NtStatus;
    pub fn ObDereferenceObject(object: Pointer);
    pub fn ObfReferenceObject(object: FileObject) -> isize;
    pub fn ObfDereferenceObject(object: FileObject) -> isize;
    pub fn PsCreateSystemThread(
        thread: *mut Pointer,
        access: u32,
        attributes: Pointer,
        process: Pointer,
        client: Pointer,
        start: unsafe extern "system" fn(Pointer),
        context: Pointer,
    ) -> NtStatus;
    pub fn PsGetCurrentThreadId() -> Pointer;
}

#[link(name = "ntdll", kind = "raw-dylib")]
unsafe extern "system" {
    pub fn NtCreateFile(
        handle: *mut Pointer,
        access: u32,
        attributes: *const NtObjectAttributes,
        status: *mut IoStatusBlock,
        allocation: *const i64,
        file_attributes: u32,
        share: u32,
        disposition: u32,
        options: u32,
        ea: Pointer,
        ea_length: u32,
    ) -> NtStatus;
    pub fn NtWriteFile(
        handle: Pointer,
        event: Pointer,
        apc: Pointer,
        context: Pointer,
        status: *mut IoStatusBlock,
        buffer: *const c_void,
        length: u32,
        offset: *const i64,
        key: *const u32,
    ) -> NtStatus;
    pub fn NtReadFile(
        handle: Pointer,
        event: Pointer,
        apc: Pointer,
        context: Pointer,
        status: *mut IoStatusBlock,
        buffer: *mut c_void,
        length: u32,
        offset: *const i64,
        key: *const u32,
    ) -> NtStatus;
    pub fn NtCreateEvent(
        event: *mut Pointer,
        access: u32,
        attributes: *const NtObjectAttributes,
        kind: i32,
        state: u8,
    ) -> NtStatus;
    pub fn NtOpenKey(key: *mut Pointer, access: u32, attributes: *const NtObjectAttributes) -> NtStatus;
    pub fn NtCreateKey(
        key: *mut Pointer,
        access: u32,
        attributes: *const NtObjectAttributes,
        title: u32,
        class: *const UnicodeString,
        options: u32,
        disposition: *mut u32,
    ) -> NtStatus;
    pub fn NtQueryValueKey(
        key: Pointer,
        name: *const UnicodeString,
        class: i32,
        information: Pointer,
        length: u32,
        needed: *mut u32,
    ) -> NtStatus;
    pub fn NtSetValueKey(
        key: Pointer,
        name: *const UnicodeString,
        title: u32,
        kind: u32,
        data: *const c_void,
        size: u32,
    ) -> NtStatus;
    pub fn NtDeleteValueKey(key: Pointer, name: *const UnicodeString) -> NtStatus;
    pub fn NtDeleteKey(key: Pointer) -> NtStatus;
    pub fn NtAllocateVirtualMemory(
        process: Pointer,
        base: *mut Pointer,
        zero_bits: usize,
        size: *mut usize,
        kind: u32,
        protection: u32,
    ) -> NtStatus;
    pub fn NtFreeVirtualMemory(process: Pointer, base: *mut Pointer, size: *mut usize, kind: u32) -> NtStatus;
    pub fn LdrRegisterDllNotification(
        flags: u32,
        callback: *const c_void,
        context: Pointer,
        cookie: *mut Pointer,
    ) -> NtStatus;
    pub fn NtClose(handle: Pointer) -> NtStatus;
    pub fn RtlAcquireSRWLockExclusive(lock: *mut Pointer);
    pub fn RtlTryAcquireSRWLockExclusive(lock: *mut Pointer) -> u8;
    pub fn RtlReleaseSRWLockExclusive(lock: *mut Pointer);
    pub fn RtlSleepConditionVariableSRW(
        condition: *mut Pointer,
        lock: *mut Pointer,
        timeout: *const i64,
        flags: u32,
    ) -> NtStatus;
    pub fn RtlWakeAllConditionVariable(condition: *mut Pointer);
    pub fn RtlCaptureStackBackTrace(skip: u32, count: u32, frames: *mut usize, hash: *mut u32) -> u16;
    pub fn RtlLookupFunctionEntry(place: usize, base: *mut usize, history: Pointer) -> Pointer;
    pub fn RtlVirtualUnwind(
        kind: u32,
        base: usize,
        place: usize,
        entry: Pointer,
        context: Pointer,
        data: *mut Pointer,
        frame: *mut usize,
        pointers: Pointer,
    ) -> Pointer;
    pub fn NtTerminateProcess(process: Pointer, code: NtStatus) -> NtStatus;
    pub fn NtDelayExecution(alertable: u8, interval: *const i64) -> NtStatus;
    pub fn RtlPcToFileHeader(address: Pointer, base: *mut Pointer) -> Pointer;
    pub fn RtlFreeUnicodeString(text: *mut UnicodeString);
}

#[link(name = "kernel32", kind = "raw-dylib")]
unsafe extern "system" {
    pub fn TlsAlloc() -> u32;
    pub fn TlsGetValue(slot: u32) -> Pointer;
    pub fn TlsSetValue(slot: u32, value: Pointer) -> i32;
    pub fn GetCurrentThreadId() -> u32;
    pub fn GetTickCount64() -> u64;
    pub fn GetModuleFileNameW(module: Pointer, name: *mut u16, size: u32) -> u32;
    pub fn GetModuleHandleExW(flags: u32, name: *const c_void, module: *mut Pointer) -> i32;
    pub fn GetProcAddress(module: Pointer, name: *const u8) -> Pointer;
    pub fn VirtualProtect(address: Pointer, size: usize, protection: u32, before: *mut u32) -> i32;
    pub fn SetUnhandledExceptionFilter(filter: unsafe extern "system" fn(*const c_void) -> i32) -> Pointer;
    pub fn HeapSize(heap: Pointer, flags: u32, block: *const c_void) -> usize;
    pub fn GetModuleHandleA(name: *const u8) -> Pointer;
    pub fn CreateFileMappingW(
        file: Pointer,
        attributes: Pointer,
        protection: u32,
        size_high: u32,
        size_low: u32,
        name: *const u16,
    ) -> Pointer;
    pub fn MapViewOfFile(
        mapping: Pointer,
        access: u32,
        offset_high: u32,
        offset_low: u32,
        size: usize,
    ) -> *const ThreadCompartments;
}
