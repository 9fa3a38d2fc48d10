//! What showing a long table costs, beside what `ip` takes for the same one: user time, in one run.
//!
//! The whole way of our programs, natively: the core of the driver, the client library, and the command's JSON. What is
//! left out is what carries them in the sandbox (Wine, the stand-ins), and NETIO.
//!
//! `cargo bench -p netioctl-bench --bench show`, on Linux.
#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
#[path = "show/linux.rs"]
mod linux;

#[cfg(target_os = "linux")]
fn main() {
    linux::main();
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("this is measured on Linux, where `ip` is");
}
