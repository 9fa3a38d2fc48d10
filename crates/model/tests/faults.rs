//! Who holds drivers against the model is held against drivers that are wrong: it finds each of them.
#![forbid(unsafe_code)]

mod faulty;
mod world;

use faulty::{Fault, Faulty};
use netioctl_client::{Access, Device};
use netioctl_model::agree;
use world::world;

/// Sequences that find every fault. `cargo xtask test` runs ten times as many through the loopback.
const SEQUENCES: u32 = if cfg!(miri) { 1 } else { 10 };

#[test]
#[cfg_attr(miri, ignore = "many sequences")]
fn each_fault_is_found() {
    let mut missed = Vec::new();
    for fault in Fault::ALL {
        let world = world(|driver| Device::over(Faulty::new(driver.connect(Access::ReadWrite), *fault)).unwrap());
        match agree(&world, SEQUENCES, 1) {
            Ok(steps) => missed.push((fault, steps)),
            Err(difference) => assert!(difference.contains("after") || difference.contains("is "), "{difference}"),
        }
    }
    assert!(missed.is_empty(), "not found: {missed:?}");
}
