//! `WDFDEVICE`: from what a driver says beforehand to plug and play and power.

pub mod ask;
pub mod create;
pub mod data;
pub mod filters;
pub mod init;
pub mod init_calls;
pub mod interface;
pub mod interface_calls;
pub mod lower;
pub mod pnp;
pub mod power;
pub mod preprocess;
pub mod problem;
pub mod property;
pub mod query;
pub mod query_interface;
pub mod removal;
pub mod serialization;
pub mod settings;
