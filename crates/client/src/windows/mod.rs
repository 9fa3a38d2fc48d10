//! Everything that calls Windows. All unsafe code of the crate is in here, one call to a block.

mod call;
pub mod compartment;
#[cfg(feature = "async")]
mod completion;
mod device_info;
pub mod driver;
mod event;
mod handle;
mod inf;
pub mod names;
mod overlapped;
mod problem;
pub mod removal;
mod request;
mod service;
mod token;

pub use event::Signal;
pub use handle::{device_path, open};
