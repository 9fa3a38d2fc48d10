//! The contract between the netioctl driver and user mode.
#![no_std]
