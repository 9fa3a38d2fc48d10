//! `WDFDRIVER`.

pub mod data;
pub mod life;
pub mod query;
