//! The sandbox: a Windows test machine in Wine and two Linux network stacks, in namespaces of their own.
//!
//! [`Sandbox::start`] makes a user namespace (unless it runs as root) and private network, mount and process
//! namespaces. In them live
//!
//! - the *main* network stack: two links, `lan0` and `lan1`, each with an IPv4 and an IPv6 address;
//! - the *neighbor* network stack at the other end of both links, which answers ARP and Neighbor Discovery
//!   (see [`network`]);
//! - Wine, on a copy-on-write instance of a prefix that is made once (see [`prefix`]).
//!
//! What they write is the sandbox's own: everything else of the host is read-only there, `/tmp`, `/run`, `/home`, `/root`
//! and `/dev` are private, but for what [`Options::visible`] names.
//!
//! Nothing outlives the sandbox. Its first process is process 1 of its process namespace. It ends as soon as the control
//! socket closes: when [`Sandbox`] is dropped, or when the process that holds it is killed. The kernel then ends every
//! other process of the namespace; the mounts, the links and the network stacks go with the last one.
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]
#![cfg(target_os = "linux")]

mod command;
mod control;
mod exec;
mod files;
mod host;
mod lock;
mod mounts;
mod namespaces;
pub mod network;
mod options;
pub mod prefix;
mod protocol;
pub mod reach;
mod read_only;
mod start;
pub mod terminal;
mod verdict;
pub mod warden;
pub mod wine;

pub use command::{Command, Output, Service, Stop};
pub use host::Sandbox;
pub use namespaces::check;
pub use options::Options;
pub use protocol::{Outcome, Place};
pub use verdict::{Record, Verdict};
