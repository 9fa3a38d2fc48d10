//! Messages between the NETIO stand-in and its Linux server.
#![no_std]
