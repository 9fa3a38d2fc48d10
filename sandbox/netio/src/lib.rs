//! NETIO stand-in for Wine, served by the Linux network stack.
#![no_std]
