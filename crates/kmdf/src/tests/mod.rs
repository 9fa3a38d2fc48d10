//! This crate over a framework of the host.

mod driver;
mod one_thread;
mod orders;
