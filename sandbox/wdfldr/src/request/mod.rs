//! `WDFREQUEST`.

pub mod arrival;
pub mod buffers;
pub mod cancel;
pub mod cancel_calls;
pub mod completion;
pub mod data;
pub mod moves;
pub mod query;
pub mod user_memory;
