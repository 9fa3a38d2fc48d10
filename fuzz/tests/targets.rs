//! Every target over its seeds, and over damaged ones: the same on each run.
#![forbid(unsafe_code)]

use netioctl_fuzz::{Random, TARGETS, damaged};

/// Damaged seeds of a target.
const CASES: u64 = if cfg!(miri) { 2 } else { 400 };

#[test]
fn every_target_stands_its_seeds_and_damaged_ones() {
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{}", target.name);
        for seed in &seeds {
            (target.run)(seed);
        }
        for number in 0..CASES {
            (target.run)(&damaged(&seeds, &mut Random::new(number)));
        }
    }
}

#[test]
fn random_requests_break_no_rule_of_the_core() {
    let count = if cfg!(miri) { 100 } else { 20_000 };
    let refused = netioctl_fuzz::dispatch::random(count, 1);
    assert!((count / 10..count).contains(&refused), "{refused} of {count} were refused before NETIO was asked");
}
