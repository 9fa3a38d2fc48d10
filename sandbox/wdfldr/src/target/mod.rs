//! I/O targets (`WDFIOTARGET`), and the requests that are sent to them.

pub mod cancel;
pub mod create;
pub mod data;
pub mod format;
pub mod format_calls;
pub mod query;
pub mod requests;
pub mod send;
pub mod source;
pub mod state;
pub mod synchronous;
