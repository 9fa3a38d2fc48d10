//! `WDFDEVICE`: from what a driver says beforehand to plug and play and power.

pub mod create;
pub mod data;
pub mod init;
pub mod init_calls;
pub mod interface;
pub mod interface_calls;
pub mod lower;
pub mod pnp;
pub mod power;
pub mod problem;
pub mod query;
pub mod removal;
pub mod serialization;
