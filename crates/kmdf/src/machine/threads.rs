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

/// How many orders are tried of each test, at random and with at most `CHANGES` preemptions.
#[cfg(all(test, not(miri)))]
const ORDERS: usize = 200;
#[cfg(not(miri))]
const CHANGES: usize = 3;

/// Runs a test in many orders of the steps of its threads.
#[cfg(test)]
pub fn in_many_orders(test: fn()) {
    #[cfg(not(miri))]
    in_orders(test, ORDERS);
    #[cfg(miri)]
    test();
}

/// Runs a test in so many orders at random, and in so many with few preemptions.
#[cfg(not(miri))]
pub fn in_orders(test: fn(), orders: usize) {
    shuttle::check_random(test, orders);
    shuttle::check_pct(test, orders, CHANGES);
}

/// Runs a test of one thread.
#[cfg(test)]
pub fn once(test: fn()) {
    #[cfg(not(miri))]
    shuttle::check_random(test, 1);
    #[cfg(miri)]
    test();
}
