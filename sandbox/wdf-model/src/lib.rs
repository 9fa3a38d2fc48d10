//! The rules of the Kernel-Mode Driver Framework that the runtime stand-in follows.
//!
//! Everything here decides and nothing here acts: no pointer, no callback and no call of the operating system. The
//! stand-in (`sandbox/wdfldr`) holds one instance of these types behind its lock, asks, and then does what it was
//! told outside the lock. That makes the rules testable on any host.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod attributes;
pub mod buffer;
pub mod config;
pub mod execution;
pub mod fault;
pub mod irql;
pub mod queue;
pub mod request;
pub mod tree;
