//! What is there from time to time, for tests that look whether it grows: a line of a file for each count.

use crate::disk::{self, Access};
use crate::{nt, retained, settings, verifier, worker, world};
use core::sync::atomic::{AtomicBool, Ordering};
use verifier_abi::{CENSUS_PATH, Census, Resource};

/// Whether somebody counts already.
static BEGUN: AtomicBool = AtomicBool::new(false);

/// A driver is bound: from now on it is counted, if the settings say so.
pub fn begin() {
    if settings::current().census == 0 || BEGUN.swap(true, Ordering::AcqRel) {
        return;
    }
    // SAFETY: it makes nothing of its context, and counts for ever. Without a thread nobody counts.
    let _ = unsafe { worker::start(run) };
}

unsafe extern "system" fn run(_context: nt::Pointer) {
    let file = disk::open(CENSUS_PATH, Access::APPEND);
    loop {
        if let Ok(mut text) = serde_json::to_vec(&count()) {
            text.push(b'\n');
            disk::append(file, &text);
        }
        let interval = i64::from(settings::current().census.max(1)).saturating_mul(-10_000);
        // SAFETY: the interval is a local.
        unsafe { nt::NtDelayExecution(0, &raw const interval) };
    }
}

fn count() -> Census {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let (objects, requests) = {
        let world = world::lock();
        (world.objects.iter().count(), world.irps.len())
    };
    let held = |resource| number(verifier::held(resource));
    Census {
        time: nt::milliseconds(),
        objects: number(objects),
        requests: number(requests),
        irps: number(retained::count()),
        pool: held(Resource::Pool),
        tables: held(Resource::Table),
        notifications: held(Resource::Notification),
    }
}
