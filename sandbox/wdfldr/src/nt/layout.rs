//! The layouts of the I/O manager's structures on x64, as far as they are used.

use super::{
    AddDevice, CancelRoutine, CompletionRoutine, DeviceObject, Dispatch, DriverObject, FileObject, Mdl, Pointer, Stack,
    Unload,
};
use core::mem::{offset_of, size_of};
use netioctl_status::NtStatus;
use wdf_abi::UnicodeString;
use wdf_model::irql::Irql;

#[repr(C)]
pub struct IrpLayout {
    pub kind: i16,
    pub size: u16,
    pub mdl: Option<Mdl>,
    pub flags: u32,
    pub system_buffer: Pointer,
    pub thread_list: [Pointer; 2],
    pub status: NtStatus,
    pub information: usize,
    pub requestor_mode: i8,
    pub pending_returned: u8,
    pub stack_count: i8,
    pub current_location: i8,
    pub cancel: u8,
    pub cancel_irql: Irql,
    pub apc_environment: i8,
    pub allocation_flags: u8,
    pub user_iosb: Pointer,
    pub user_event: Pointer,
    pub overlay: [usize; 2],
    pub cancel_routine: Option<CancelRoutine>,
    pub user_buffer: Pointer,
    pub driver_context: [usize; 4],
    pub thread: Pointer,
    pub auxiliary: Pointer,
    pub list: [usize; 2],
    pub current_stack: Stack,
    pub original_file: Pointer,
    pub completion_key: Pointer,
}
const _: () = assert!(size_of::<IrpLayout>() == 208 && offset_of!(IrpLayout, status) == 0x30);
const _: () = assert!(offset_of!(IrpLayout, cancel_routine) == 0x68 && offset_of!(IrpLayout, current_stack) == 0xB8);

#[repr(C)]
pub struct StackLayout {
    pub major: u8,
    pub minor: u8,
    pub flags: u8,
    pub control: u8,
    pub parameters: [usize; 4],
    pub device: Option<DeviceObject>,
    pub file: Option<FileObject>,
    pub completion: Option<CompletionRoutine>,
    pub context: Pointer,
}
const _: () = assert!(size_of::<StackLayout>() == 72 && offset_of!(StackLayout, device) == 0x28);

#[repr(C)]
pub struct DeviceLayout {
    pub kind: i16,
    pub size: u16,
    pub references: i32,
    pub driver: DriverObject,
    pub next: Option<DeviceObject>,
    pub attached: Option<DeviceObject>,
    pub current_irp: Pointer,
    pub timer: Pointer,
    pub flags: u32,
    pub characteristics: u32,
    pub vpb: Pointer,
    pub extension: Pointer,
    pub device_type: u32,
    pub stack_size: i8,
    pub queue: [usize; 9],
    pub alignment: u32,
}
const _: () = assert!(offset_of!(DeviceLayout, alignment) == 0x98);
const _: () = assert!(offset_of!(DeviceLayout, flags) == 0x30 && offset_of!(DeviceLayout, stack_size) == 0x4C);

#[repr(C)]
pub struct DriverLayout {
    pub kind: i16,
    pub size: u16,
    pub device: Option<DeviceObject>,
    pub flags: u32,
    pub start: Pointer,
    pub image_size: u32,
    pub section: Pointer,
    pub extension: *mut DriverExtension,
    pub name: UnicodeString,
    pub hardware_database: Pointer,
    pub fast_io: Pointer,
    pub init: Pointer,
    pub start_io: Pointer,
    pub unload: Option<Unload>,
    pub major: [Option<Dispatch>; 28],
}
const _: () = assert!(size_of::<DriverLayout>() == 336 && offset_of!(DriverLayout, unload) == 0x68);

#[repr(C)]
pub struct DriverExtension {
    pub driver: DriverObject,
    pub add_device: Option<AddDevice>,
    pub count: u32,
    pub service_key: UnicodeString,
}
const _: () = assert!(offset_of!(DriverExtension, add_device) == 8);

#[repr(C)]
pub struct FileLayout {
    pub kind: i16,
    pub size: i16,
    pub device: Option<DeviceObject>,
    pub before_name: [usize; 8],
    pub flags: u32,
    pub name: UnicodeString,
}
const _: () = assert!(offset_of!(FileLayout, name) == 0x58);

#[repr(C)]
pub struct MdlLayout {
    pub next: Option<Mdl>,
    pub size: i16,
    pub flags: i16,
    pub process: Pointer,
    pub system_address: Pointer,
    pub start: Pointer,
    pub byte_count: u32,
    pub byte_offset: u32,
}
const _: () = assert!(size_of::<MdlLayout>() == 48);
