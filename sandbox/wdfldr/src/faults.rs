//! The fault plan: calls that are refused or held up, and what is told of them (`FaultPlan` in `verifier-abi`).

use crate::disk::{self, Access};
use crate::lock::Mutex;
use crate::{caller, nt};
use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use core::sync::atomic::{AtomicBool, Ordering};
use netioctl_status::NtStatus;
use verifier_abi::{CALLS_PATH, FallibleCall, FaultPlan, PLAN_PATH, Violation};
use wdf_abi::{Function, Handle};

/// Whether there was a plan when the last driver was bound. Without one no call costs more than this question.
static PLANNED: AtomicBool = AtomicBool::new(false);

struct State {
    plan: FaultPlan,
    /// How often each function has been called since the plan was found.
    calls: BTreeMap<String, u32>,
    /// All of them together.
    draws: u64,
    /// The open file for what is told. Zero: not open.
    file: usize,
}

static STATE: Mutex<Option<State>> = Mutex::new(None);

/// More than any plan takes.
const ROOM: usize = 64 * 1024;

/// A driver is bound: is there a plan? Its calls are counted from 1, under a plan that is known too.
pub fn begin() {
    let found = read();
    PLANNED.store(found.is_some(), Ordering::Release);
    renew(&mut STATE.lock(), found.unwrap_or_default());
}

/// An IRP comes: the plan may be another one.
pub fn look() {
    if PLANNED.load(Ordering::Acquire) {
        adopt(read().unwrap_or_default());
    }
}

fn read() -> Option<FaultPlan> {
    let mut room = vec![0; ROOM];
    match serde_json::from_slice(disk::read(PLAN_PATH, &mut room)?) {
        Ok(plan) => Some(plan),
        Err(error) => {
            caller::report(Violation::StandInFailed, "FaultPlan", &format!("{PLAN_PATH}: {error}"));
            None
        }
    }
}

/// A plan with the number of the last one is the last one.
fn adopt(plan: FaultPlan) {
    let mut state = STATE.lock();
    if state.as_ref().is_none_or(|state| state.plan.number != plan.number) {
        renew(&mut state, plan);
    }
}

/// Counts from 1 again.
fn renew(state: &mut Option<State>, plan: FaultPlan) {
    let file = state.as_ref().map_or(0, |state| state.file);
    *state = Some(State { plan, calls: BTreeMap::new(), draws: 0, file });
}

/// The status with which the plan refuses this call of a function that may fail. Holds the call up first, if the plan
/// says so.
pub fn refusal(function: &str) -> Option<NtStatus> {
    if !PLANNED.load(Ordering::Acquire) {
        return None;
    }
    let (status, delay) = STATE.lock().as_mut()?.count(function);
    if delay > 0 {
        let interval = i64::from(delay).saturating_mul(-10_000);
        // SAFETY: the interval is a local.
        unsafe { nt::NtDelayExecution(0, &raw const interval) };
    }
    (status != NtStatus::SUCCESS).then_some(status)
}

/// The same for what the framework allocates on its own.
pub fn allocation(what: &str) -> Result<(), NtStatus> {
    refusal(what).map_or(Ok(()), Err)
}

impl State {
    /// Counts a call, and answers what is planned for it: a status, and milliseconds to hold it up.
    fn count(&mut self, function: &str) -> (NtStatus, u32) {
        let calls = self.calls.entry(function.to_owned()).or_default();
        *calls = calls.saturating_add(1);
        self.draws = self.draws.wrapping_add(1);
        let fault = self.plan.decide(function, *calls, self.draws);
        let (status, delay) = fault.map_or((0, 0), |fault| (fault.status, fault.delay));
        let call = FallibleCall { plan: self.plan.number, function: function.to_owned(), call: *calls, status };
        if fault.is_some() || self.plan.record {
            self.tell(&call);
        }
        (NtStatus(status), delay)
    }

    fn tell(&mut self, call: &FallibleCall) {
        if self.file == 0 {
            self.file = disk::open(CALLS_PATH, Access::APPEND);
        }
        if let Ok(mut text) = serde_json::to_vec(call) {
            text.push(b'\n');
            disk::append(self.file, &text);
        }
    }
}

/// What a function answers, as far as it can say that it has failed.
pub trait Refusable: Sized {
    /// The answer of a call that is refused; `None` if this function cannot fail.
    fn refused(function: Function, with: impl FnOnce() -> Option<NtStatus>) -> Option<Self>;
}

impl Refusable for NtStatus {
    fn refused(_: Function, with: impl FnOnce() -> Option<NtStatus>) -> Option<Self> {
        with()
    }
}

impl Refusable for Handle {
    /// Handles are answered by functions that look one up, which cannot fail, and by this one, which makes an object.
    fn refused(function: Function, with: impl FnOnce() -> Option<NtStatus>) -> Option<Self> {
        if function as usize == Function::WdfControlDeviceInitAllocate as usize { with().map(|_| 0) } else { None }
    }
}

macro_rules! cannot_fail {
    ($($type:ty),*) => {
        $(impl Refusable for $type {
            fn refused(_: Function, _: impl FnOnce() -> Option<NtStatus>) -> Option<Self> {
                None
            }
        })*
    };
}

cannot_fail!(u8, u32, i8, i32, nt::Pointer, *mut u16, *mut wdf_abi::UnicodeString);
cannot_fail!(Option<nt::DriverObject>, Option<nt::DeviceObject>, Option<nt::FileObject>, Option<nt::Irp>);
