//! The operation table, validation and dispatch of the netioctl driver.
#![no_std]
