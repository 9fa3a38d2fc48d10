//! The loopback does what the model says; the harness holds the real driver against the same model.
#![forbid(unsafe_code)]

mod world;

use netioctl_client::Access;
use netioctl_model::agree;
use std::env;
use world::world;

#[test]
fn the_loopback_agrees_with_the_model_after_every_step() {
    let number = |name: &str| env::var(name).ok().and_then(|text| text.parse().ok());
    let sequences = number("MODEL_SEQUENCES").unwrap_or(if cfg!(miri) { 2 } else { 100 });
    let seed = number("MODEL_SEED").unwrap_or(1);
    let world = world(|driver| driver.open(Access::ReadWrite).unwrap());
    let taken = agree(&world, sequences, seed.into()).unwrap_or_else(|difference| panic!("{difference}"));
    assert!(taken >= u64::from(sequences), "{taken} steps");
}
