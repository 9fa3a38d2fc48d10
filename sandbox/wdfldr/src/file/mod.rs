//! `WDFFILEOBJECT`.

pub mod close;
pub mod create;
pub mod data;
pub mod end;
pub mod query;
