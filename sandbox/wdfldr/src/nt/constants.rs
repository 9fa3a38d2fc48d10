//! Flags of IRPs, devices and memory descriptor lists, and the functions of IRPs.

pub const IO_TYPE_IRP: i16 = 6;
pub const SL_PENDING_RETURNED: u8 = 0x01;
pub const SL_INVOKE_ON_ANY: u8 = 0xE0;
pub const IRP_BUFFERED_IO: u32 = 0x10;
pub const DO_BUFFERED_IO: u32 = 0x04;
pub const DO_EXCLUSIVE: u32 = 0x08;
pub const DO_DIRECT_IO: u32 = 0x10;
pub const DO_DEVICE_INITIALIZING: u32 = 0x80;
pub const DO_POWER_PAGABLE: u32 = 0x2000;
pub const MDL_MAPPED_TO_SYSTEM_VA: i16 = 0x01;
pub const MDL_SOURCE_IS_NONPAGED_POOL: i16 = 0x04;

pub const IRP_MJ_CREATE: u8 = 0x00;
pub const IRP_MJ_CLOSE: u8 = 0x02;
pub const IRP_MJ_READ: u8 = 0x03;
pub const IRP_MJ_WRITE: u8 = 0x04;
pub const IRP_MJ_DEVICE_CONTROL: u8 = 0x0E;
pub const IRP_MJ_INTERNAL_DEVICE_CONTROL: u8 = 0x0F;
pub const IRP_MJ_SHUTDOWN: u8 = 0x10;
pub const IRP_MJ_CLEANUP: u8 = 0x12;
pub const IRP_MJ_POWER: u8 = 0x16;
pub const IRP_MJ_SYSTEM_CONTROL: u8 = 0x17;
pub const IRP_MJ_PNP: u8 = 0x1B;

pub const IRP_MN_START_DEVICE: u8 = 0x00;
pub const IRP_MN_QUERY_REMOVE_DEVICE: u8 = 0x01;
pub const IRP_MN_REMOVE_DEVICE: u8 = 0x02;
pub const IRP_MN_CANCEL_REMOVE_DEVICE: u8 = 0x03;
pub const IRP_MN_STOP_DEVICE: u8 = 0x04;
pub const IRP_MN_QUERY_STOP_DEVICE: u8 = 0x05;
pub const IRP_MN_CANCEL_STOP_DEVICE: u8 = 0x06;
pub const IRP_MN_QUERY_INTERFACE: u8 = 0x08;
pub const IRP_MN_QUERY_ID: u8 = 0x13;
pub const IRP_MN_SURPRISE_REMOVAL: u8 = 0x17;
