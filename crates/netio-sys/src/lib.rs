//! Raw FFI of netioapi.h: functions of Netio.lib, types with asserted layouts.
#![no_std]
