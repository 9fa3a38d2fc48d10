//! `WDFFILEOBJECT`.

pub mod close;
pub mod create;
pub mod data;
pub mod end;
pub mod opener;
pub mod query;
pub mod refused;
