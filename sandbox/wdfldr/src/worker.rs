//! The threads on which requests are handed to the driver: as many as are needed at once, up to a bound.
//!
//! Wine calls a driver from a single thread; handing the work over is what makes requests run concurrently.

use crate::lock::Monitor;
use crate::{nt, schedule};
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use core::ptr::null_mut;

/// More threads than this are never started; further work waits.
const MOST_THREADS: usize = 64;
const THREAD_ALL_ACCESS: u32 = 0x001F_FFFF;

struct Job(Box<dyn FnOnce()>);

// SAFETY: jobs hold handles and pointers to objects that belong to no thread.
unsafe impl Send for Job {}

struct Pool {
    jobs: VecDeque<Job>,
    idle: usize,
    threads: usize,
}

static POOL: Monitor<Pool> = Monitor::new(Pool { jobs: VecDeque::new(), idle: 0, threads: 0 });

/// Runs a job on a thread of the pool at `PASSIVE_LEVEL`.
pub fn submit(job: impl FnOnce() + 'static) {
    let grow = POOL.change(|pool| {
        pool.jobs.push_back(Job(Box::new(job)));
        let grow = pool.idle < pool.jobs.len() && pool.threads < MOST_THREADS;
        pool.threads = pool.threads.saturating_add(usize::from(grow));
        grow
    });
    // SAFETY: it makes nothing of its context, and takes jobs for ever.
    if grow && !unsafe { start(run) } {
        let alone = POOL.change(|pool| {
            pool.threads = pool.threads.saturating_sub(1);
            pool.threads == 0
        });
        let job = if alone { POOL.lock().jobs.pop_front() } else { None };
        if let Some(job) = job {
            schedule::point("worker");
            (job.0)();
        }
    }
}

/// Starts a thread of the system's. False: there is none.
///
/// # Safety
/// The routine makes nothing of its context, and never returns.
pub unsafe fn start(routine: unsafe extern "system" fn(nt::Pointer)) -> bool {
    let mut thread = null_mut();
    // SAFETY: the handle goes to a local; the routine runs forever, as promised, and the module is never unloaded.
    let status = unsafe {
        nt::PsCreateSystemThread(
            &raw mut thread,
            THREAD_ALL_ACCESS,
            null_mut(),
            null_mut(),
            null_mut(),
            routine,
            null_mut(),
        )
    };
    if !status.is_success() {
        return false;
    }
    // SAFETY: the handle was just created and is used no more.
    unsafe { nt::NtClose(thread) };
    true
}

unsafe extern "system" fn run(_context: nt::Pointer) {
    loop {
        POOL.lock().idle += 1;
        let job = POOL.wait(None, |pool| {
            let job = pool.jobs.pop_front();
            if job.is_some() {
                pool.idle = pool.idle.saturating_sub(1);
            }
            job
        });
        if let Some(job) = job {
            (job.0)();
        }
    }
}
