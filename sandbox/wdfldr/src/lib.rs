//! KMDF runtime stand-in and verifier for Wine.
//!
//! A driver built on KMDF 1.33 imports `WdfVersionBind` from `wdfldr.sys` and calls everything else through a table
//! of 458 functions. This library provides both over Wine's I/O manager and PnP manager, and watches the driver while
//! it does: each broken rule is a line in the log that `verifier-abi` describes.
//!
//! The rules are in `wdf-model` and the layouts in `wdf-abi`; this library acts on them.
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

extern crate alloc;

mod argument;
mod bind;
mod call;
mod caller;
mod census;
mod client;
mod collection;
mod compartment;
mod death;
mod debug_print;
mod deferred;
mod device;
mod disk;
mod dispatch;
mod dpc;
mod driver;
mod faults;
mod fence;
mod file;
mod functions;
mod imports;
mod inside;
mod interrupt;
mod irp;
mod irql;
mod lock;
mod locks;
mod log;
mod memory;
mod nt;
mod object;
mod pool;
mod queue;
mod registry;
mod request;
mod retained;
mod runtime;
mod schedule;
mod settings;
mod shutdown;
mod spin;
mod table;
mod target;
mod text;
mod timer;
mod trace;
mod unprovided;
mod verifier;
mod watch;
mod wmi;
mod work_item;
mod worker;
mod world;
