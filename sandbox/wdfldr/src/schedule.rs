//! A scheduler that is hard on the driver: it holds threads up at random, before and after callbacks, in calls of the
//! framework, of NETIO and of spin locks (`wdf_model::schedule` chooses; the seed is a setting).

use crate::lock::Mutex;
use crate::{irql, nt, settings};
use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use core::sync::atomic::{AtomicU64, Ordering};
use wdf_model::irql::DISPATCH_LEVEL;
use wdf_model::schedule::{Delay, choose};

/// The seed of the last driver that was bound. Zero: nobody is held up.
static SEED: AtomicU64 = AtomicU64::new(0);

/// How often each point has been passed.
static PASSES: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

/// A driver is bound: the choices begin anew.
pub fn begin() {
    PASSES.lock().clear();
    SEED.store(settings::current().seed, Ordering::Release);
}

/// A thread passes a point.
pub fn point(name: &str) {
    let seed = SEED.load(Ordering::Acquire);
    if seed != 0 {
        hold_up(choose(seed, name, pass(name)));
    }
}

fn pass(name: &str) -> u64 {
    let mut passes = PASSES.lock();
    if let Some(count) = passes.get_mut(name) {
        *count = count.wrapping_add(1);
        return *count;
    }
    passes.insert(name.to_owned(), 0);
    0
}

fn hold_up(delay: Delay) {
    let microseconds = match delay {
        Delay::None => return,
        // Who holds a spin lock on a processor of its own is quick.
        Delay::Sleep(time) if irql::current() < DISPATCH_LEVEL => time,
        Delay::Yield | Delay::Sleep(_) => 0,
    };
    let interval = i64::from(microseconds).saturating_mul(-10);
    // SAFETY: the interval is a local.
    unsafe { nt::NtDelayExecution(0, &raw const interval) };
}

/// # Safety
/// There are as many bytes as the length says.
#[unsafe(no_mangle)]
unsafe extern "system" fn SandboxPoint(name: *const u8, length: usize) {
    // SAFETY: the caller's promise.
    let name = unsafe { core::slice::from_raw_parts(name, length) };
    point(core::str::from_utf8(name).unwrap_or(""));
}

// What is exported is what the contract between the stand-ins says.
const _: verifier_abi::Point = SandboxPoint;
