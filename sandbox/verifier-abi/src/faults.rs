//! Fault plans: which calls of a driver the stand-ins refuse or hold up, and what they tell of its calls.

use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// Where the stand-in finds its fault plan, a [`FaultPlan`] in JSON, as Windows sees the path. If there is one when a
/// driver binds, the stand-in looks at it again before each IRP of that driver, so that it can change while the driver is
/// loaded. A file to be replaced is best written beside it and renamed.
pub const PLAN_PATH: &str = r"C:\windows\temp\kmdf-faults.json";

/// Where the stand-in tells of calls: a [`FallibleCall`] in JSON a line, as Windows sees the path.
pub const CALLS_PATH: &str = r"C:\windows\temp\kmdf-calls.jsonl";

/// Which calls go wrong. Only those that may fail count: framework functions and NETIO functions that answer a status,
/// and what the framework allocates for the driver on its own ([`ALLOCATIONS`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FaultPlan {
    /// Calls are counted from 1 anew whenever a plan of another number is found, and whenever a driver is bound.
    pub number: u32,
    /// Whether every call is told of. If not, only those that were refused or held up are.
    pub record: bool,
    /// What happens to which call.
    pub faults: Vec<Fault>,
    /// Faults at random, beside those.
    pub random: Option<RandomFaults>,
}

/// What happens to a call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fault {
    /// The function.
    pub function: String,
    /// Which of its calls, counted from 1; 0 for each.
    pub call: u32,
    /// The NTSTATUS that it answers, before anything is done. A success (0) lets it go on.
    pub status: i32,
    /// Milliseconds for which it is held up first.
    pub delay: u32,
}

/// Faults at random.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RandomFaults {
    /// The same seed makes the same choices, call by call.
    pub seed: u64,
    /// How many calls of a thousand are refused.
    pub per_mille: u32,
    /// What may happen: one of those for the function is picked. Their `call` has no meaning.
    pub faults: Vec<Fault>,
}

/// A call that could have failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FallibleCall {
    /// The number of the plan.
    pub plan: u32,
    /// The function.
    pub function: String,
    /// Which of its calls since the plan was found, counted from 1.
    pub call: u32,
    /// The status with which it was refused; 0 if it was not.
    pub status: i32,
}

/// What the framework allocates for a driver without being called: the request and the file object of an IRP, the
/// initialisation of a device that is about to be added, and the resource lists of one that is started.
pub const ALLOCATIONS: [&str; 4] = ["WDFREQUEST", "WDFFILEOBJECT", "WDFDEVICE_INIT", "WDFCMRESLIST"];

impl FaultPlan {
    /// What happens to a call of a function: its `call`th, and the `draw`th of all.
    #[must_use]
    pub fn decide(&self, function: &str, call: u32, draw: u64) -> Option<&Fault> {
        let planned = |fault: &&Fault| fault.function == function && (fault.call == 0 || fault.call == call);
        self.faults.iter().find(planned).or_else(|| self.random.as_ref()?.pick(function, draw))
    }
}

impl RandomFaults {
    fn pick(&self, function: &str, draw: u64) -> Option<&Fault> {
        let mut numbers = Numbers(self.seed ^ draw.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        if numbers.below(1000) >= u64::from(self.per_mille) {
            return None;
        }
        let mine: Vec<_> = self.faults.iter().filter(|fault| fault.function == function).collect();
        let one = numbers.below(mine.len().try_into().ok()?);
        mine.get(usize::try_from(one).ok()?).copied()
    }
}

/// `SplitMix64`, which needs no memory between two draws.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).checked_rem(bound).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(function: &str, call: u32, status: i32) -> Fault {
        Fault { function: function.into(), call, status, delay: 0 }
    }

    #[test]
    fn a_plan_hits_the_call_that_it_names() {
        let faults = [fault("A", 2, -1), fault("B", 0, -2)].into();
        let plan = FaultPlan { number: 1, faults, ..FaultPlan::default() };
        let decided = |function, call| plan.decide(function, call, 0).map(|fault| fault.status);
        assert_eq!([decided("A", 1), decided("A", 2), decided("A", 3)], [None, Some(-1), None]);
        assert_eq!([decided("B", 1), decided("B", 7), decided("C", 1)], [Some(-2), Some(-2), None]);
    }

    #[test]
    fn random_faults_are_as_frequent_as_wanted_and_the_same_for_the_same_seed() {
        let faults: Vec<_> = [fault("A", 0, -1), fault("A", 0, -2), fault("B", 0, -3)].into();
        let hits = |seed| {
            let random = Some(RandomFaults { seed, per_mille: 100, faults: faults.clone() });
            let plan = FaultPlan { random, ..FaultPlan::default() };
            (0..10_000).map(|draw| plan.decide("A", 1, draw).map(|fault| fault.status)).collect::<Vec<_>>()
        };
        let (first, again, other) = (hits(1), hits(1), hits(2));
        assert!(first == again && first != other);
        let count = |status| first.iter().filter(|hit| **hit == Some(status)).count();
        assert!((400..600).contains(&count(-1)) && (400..600).contains(&count(-2)) && count(-3) == 0);
    }
}
