//! `WDFQUEUE`.

pub mod control;
pub mod create;
pub mod data;
pub mod placement;
pub mod retrieve;
pub mod run;
pub mod teardown;
