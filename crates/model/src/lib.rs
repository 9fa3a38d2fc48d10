//! The neighbor table and the IP interfaces as they should be: a model in memory, small enough to be read, that a driver
//! is held against.
//!
//! [`agree`] makes random sequences of steps, carries each out through a device and in the model, and compares what comes
//! back and what the tables hold, after every step. Where the two differ it answers the shortest sequence that shows it.
//! The device may be the real driver, or the loopback: so the loopback is known to do what the driver does.
#![forbid(unsafe_code)]

mod step;
mod tables;
mod world;

pub use step::{Action, Address, Change, Name, Setting, Step, Who};
pub use tables::{Outcome, Tables};
pub use world::{Place, World};

use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};
use proptest_state_machine::ReferenceStateMachine;
use std::{cell::Cell, sync::atomic::Ordering};

/// Steps of a sequence, at most.
const STEPS: usize = 30;

/// The model as proptest drives it.
struct Model;

impl ReferenceStateMachine for Model {
    type State = Tables;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Tables> {
        Just(Tables::default()).boxed()
    }

    fn transitions(_: &Tables) -> BoxedStrategy<Step> {
        step::any().boxed()
    }

    fn apply(mut tables: Tables, step: &Step) -> Tables {
        tables.take(step);
        tables
    }
}

/// Holds a device against the model: so many random sequences, the same ones for the same seed. Answers how many steps
/// were taken.
///
/// # Errors
/// The shortest sequence found after which the two differ, and how.
pub fn agree(world: &World, sequences: u32, seed: u64) -> Result<u64, String> {
    let config = Config { cases: sequences, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let taken = Cell::new(0);
    let sequences = Model::sequential_strategy(1..=STEPS);
    let end = runner.run(&sequences, |(mut tables, steps, seen)| {
        world.reset(&tables).map_err(TestCaseError::fail)?;
        for step in steps {
            if let Some(seen) = &seen {
                seen.fetch_add(1, Ordering::SeqCst);
            }
            taken.set(taken.get() + 1);
            let (expected, got) = (tables.take(&step), world.take(&step));
            prop_assert_eq!(got, expected, "the device and the model, after {:?}", step);
            let now = world.look().map_err(TestCaseError::fail)?;
            prop_assert_eq!(now, tables.clone(), "the tables of the device and of the model, after {:?}", step);
        }
        Ok(())
    });
    end.map(|()| taken.get()).map_err(|error| error.to_string())
}
