//! One handler for each operation: what it checks of a request, and which functions of NETIO it calls.
#![allow(refining_impl_trait, reason = "a handler whose reply is one structure names it")]

mod batch;
mod driver;
mod interface;
mod neighbor;
mod watch;
