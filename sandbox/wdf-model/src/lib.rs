//! The rules of the Kernel-Mode Driver Framework that the runtime stand-in follows.
//!
//! This crate decides and does not act: it has no pointer, no callback and no call of the operating system. The
//! stand-in (`sandbox/wdfldr`) keeps these types behind its lock, asks them what to do, and does it outside the lock.
//! So the rules can be tested on any host.
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
pub mod registry;
pub mod request;
pub mod schedule;
pub mod target;
pub mod tree;
