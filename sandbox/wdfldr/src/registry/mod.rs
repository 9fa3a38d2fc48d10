//! Keys of the registry (`WDFKEY`), and their values.

pub mod key;
pub mod open;
pub mod raw;
pub mod read;
pub mod write;
