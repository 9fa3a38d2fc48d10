//! Threads and locks: those of the concurrency checker, which tries orders of their steps; under Miri, which cannot run
//! it, those of the standard library.

#[cfg(not(miri))]
pub use shuttle::{
    sync::{Condvar, Mutex, MutexGuard},
    thread::{JoinHandle, ThreadId, current, spawn, yield_now},
};
#[cfg(miri)]
pub use std::{
    sync::{Condvar, Mutex, MutexGuard},
    thread::{JoinHandle, ThreadId, current, spawn, yield_now},
};

/// How many orders are tried of each test, at random and with at most [`CHANGES`] preemptions.
#[cfg(not(miri))]
const ORDERS: usize = 200;
#[cfg(not(miri))]
const CHANGES: usize = 3;

/// Runs a test in many orders of the steps of its threads.
pub fn in_many_orders(test: fn()) {
    #[cfg(not(miri))]
    {
        shuttle::check_random(test, ORDERS);
        shuttle::check_pct(test, ORDERS, CHANGES);
    }
    #[cfg(miri)]
    test();
}

/// Runs a test of one thread.
pub fn once(test: fn()) {
    #[cfg(not(miri))]
    shuttle::check_random(test, 1);
    #[cfg(miri)]
    test();
}
