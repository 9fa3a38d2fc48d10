//! Safe NETIO: takes proof of PASSIVE_LEVEL, frees tables exactly once.
#![no_std]
