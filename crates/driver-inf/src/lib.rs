//! The INF of a driver package without the WDK: [`Stamp`] makes it from an INX, as stampinf does, and [`problems`] says
//! what is wrong with one, as `InfVerif` does, as far as it can be known without Windows.
//!
//! What an INF says is read by [`driver_catalog::inf`]; here is what it should say.
#![forbid(unsafe_code)]

mod rules;
mod stamp;

pub use rules::{BAD_DRIVER_VER, problems};
pub use stamp::{Stamp, StampError};
