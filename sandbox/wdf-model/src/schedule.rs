//! Which points of a run are held up, and for how long: the choices of a scheduler that is hard on a driver.
//!
//! A choice depends on the seed, on the point, and on how often that point has been passed before, and on nothing else. So
//! a seed makes the same choices again, as far as the threads come by in the same order.

use core::hash::BuildHasher;
use foldhash::fast::FixedState;

/// What happens to a thread that passes a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// It goes on.
    None,
    /// It lets others go first.
    Yield,
    /// It sleeps for so many microseconds.
    Sleep(u32),
}

/// Of a thousand passes so many go on, so many only yield, and so many sleep shortly; the others sleep long.
const GO_ON: u64 = 600;
const YIELD: u64 = 250;
const SHORT: u64 = 120;

/// The longest sleeps, in microseconds. The long ones are longer than most of what others do meanwhile.
const SHORTLY: u64 = 1_000;
const LONG: u64 = 12_000;

/// The choice for one pass of a point, counted from 0.
#[must_use]
pub fn choose(seed: u64, point: &str, pass: u64) -> Delay {
    let random = FixedState::with_seed(seed).hash_one((point, pass));
    // The upper half says what, the lower half how long.
    let (what, how_long) = ((random >> 32).wrapping_rem(1000), random & u64::from(u32::MAX));
    let sleep = |most: u64| Delay::Sleep(u32::try_from(how_long.wrapping_rem(most)).unwrap_or(0));
    match what {
        _ if what < GO_ON => Delay::None,
        _ if what < GO_ON + YIELD => Delay::Yield,
        _ if what < GO_ON + YIELD + SHORT => sleep(SHORTLY),
        _ => sleep(LONG),
    }
}
