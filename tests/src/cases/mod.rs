//! The tests, by subject.

mod asynchronous;
mod backlog;
mod batch;
mod command;
mod compartments;
mod ends;
mod errors;
mod faults;
mod flush;
mod fuzz;
mod interfaces;
mod lifecycle;
mod machine;
mod many;
mod many_neighbors;
pub mod model;
mod neighbors;
mod packages;
mod quota;
mod removal;
mod routes;
mod set;
mod stress;
mod tables;
mod versions;
mod watch;
mod watching;

pub use ends::Hold;

use crate::lab::{Lab, Needs};
use anyhow::Result;

/// One test.
#[derive(Clone, Copy)]
pub struct Case {
    /// Subject and claim.
    pub name: &'static str,
    /// What it cannot do without.
    pub needs: Needs,
    /// The test.
    pub run: fn(&Lab) -> Result<()>,
}

/// Every test.
pub fn all() -> Vec<Case> {
    [
        tables::CASES,
        routes::CASES,
        set::CASES,
        flush::CASES,
        neighbors::CASES,
        batch::CASES,
        compartments::CASES,
        interfaces::CASES,
        machine::CASES,
        watch::CASES,
        asynchronous::CASES,
        backlog::CASES,
        watching::CASES,
        ends::CASES,
        quota::CASES,
        removal::CASES,
        fuzz::CASES,
        model::CASES,
        stress::CASES,
        errors::CASES,
        command::CASES,
        many::CASES,
        many_neighbors::CASES,
        versions::CASES,
        packages::CASES,
        lifecycle::CASES,
        faults::CASES,
    ]
    .concat()
}

/// Names each test after its function.
macro_rules! cases {
    ($subject:literal: $($needs:ident $function:ident,)+) => {
        /// The tests of this subject.
        pub const CASES: &[super::Case] = &[$(super::Case {
            name: concat!($subject, "::", stringify!($function)),
            needs: crate::lab::Needs::$needs,
            run: $function,
        }),+];
    };
}
use cases;
