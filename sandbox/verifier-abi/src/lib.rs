//! What the stand-ins of the sandbox tell the verifier.
//!
//! The KMDF stand-in (`wdfldr.sys`) is the verifier: it owns the notion of IRQL, which Wine lacks, and the list of
//! everything the driver under test holds. The NETIO stand-in (`netio.sys`) imports the functions declared here from
//! `wdfldr.sys` and reports what it hands out and takes back. Whatever is still tracked when the driver unloads is a
//! violation that names the code that asked for it.
#![no_std]
#![forbid(clippy::multiple_unsafe_ops_per_block, clippy::undocumented_unsafe_blocks)]

#[cfg(feature = "settings")]
extern crate alloc;

#[cfg(feature = "settings")]
mod census;
mod compartments;
#[cfg(feature = "settings")]
mod faults;
#[cfg(feature = "settings")]
mod settings;

#[cfg(feature = "settings")]
pub use census::{CENSUS_PATH, Census};
pub use compartments::{COMPARTMENTS_SECTION, ThreadCompartments};
#[cfg(feature = "settings")]
pub use faults::{ALLOCATIONS, CALLS_PATH, FallibleCall, Fault, FaultPlan, PLAN_PATH, RandomFaults};
#[cfg(feature = "settings")]
pub use settings::{CALLER_PATH, Caller, SETTINGS_PATH, Settings};

use core::ffi::c_void;

/// The control code with which the service of any driver in a process is told that the system goes down: the devices in the
/// process that asked for it get `IRP_MJ_SHUTDOWN`. Windows needs no such code, and Wine tells no device.
pub const SHUT_DOWN: u32 = 129;

/// A rule that the driver under test broke. The name is what the log and the test report show.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// A request was completed a second time.
    RequestCompletedTwice = 1,
    /// A request was neither completed, forwarded nor kept when its owner went away.
    RequestNeverCompleted = 2,
    /// `Information` is larger than the output buffer.
    InformationTooLarge = 3,
    /// A framework handle is not of the type that the function takes.
    WrongHandleType = 4,
    /// A callback returned at another IRQL than it was called at.
    IrqlChanged = 5,
    /// A function was called above the IRQL that its contract allows.
    IrqlTooHigh = 6,
    /// A pool block was not freed before unload.
    PoolLeaked = 7,
    /// A pool block was freed twice, or was never allocated.
    PoolFreedTwice = 8,
    /// A framework object outlived its driver.
    HandleLeaked = 9,
    /// A MIB table was not given back with `FreeMibTable` before unload.
    TableLeaked = 10,
    /// A MIB table was freed twice, or was never allocated.
    TableFreedTwice = 11,
    /// A change notification was still registered at unload.
    NotificationLeaked = 12,
    /// A change notification was cancelled twice, or was never registered.
    NotificationCancelledTwice = 13,
    /// The driver called a function that the stand-in does not have.
    MissingFunction = 14,
    /// An argument breaks the function's contract in another way; the detail says how.
    BadArgument = 15,
    /// A lock was released that is not held, or taken recursively.
    BadLock = 16,
    /// A stand-in could not do its work, which is no fault of the driver's: the NETIO server cannot be reached, say.
    StandInFailed = 17,
    /// The framework would have stopped the machine; the detail has the bug check's code and parameters.
    BugCheck = 18,
    /// The process that runs the driver ended while the driver was loaded: a bug check, on Windows. The function is the
    /// exception, the caller the code in which it happened, and the detail has the calls that led there.
    DriverDied = 19,
    /// A callback left its thread in another network compartment than it was called in.
    CompartmentChanged = 20,
    /// Bytes behind a pool block were written.
    PoolOverrun = 21,
}

impl Violation {
    /// Every rule.
    pub const ALL: [Self; 21] = [
        Self::RequestCompletedTwice,
        Self::RequestNeverCompleted,
        Self::InformationTooLarge,
        Self::WrongHandleType,
        Self::IrqlChanged,
        Self::IrqlTooHigh,
        Self::PoolLeaked,
        Self::PoolFreedTwice,
        Self::HandleLeaked,
        Self::TableLeaked,
        Self::TableFreedTwice,
        Self::NotificationLeaked,
        Self::NotificationCancelledTwice,
        Self::MissingFunction,
        Self::BadArgument,
        Self::BadLock,
        Self::StandInFailed,
        Self::BugCheck,
        Self::DriverDied,
        Self::CompartmentChanged,
        Self::PoolOverrun,
    ];

    /// The rule with this number, if there is one.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|violation| *violation as u32 == number)
    }

    /// The name in the log, in kebab case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RequestCompletedTwice => "request-completed-twice",
            Self::RequestNeverCompleted => "request-never-completed",
            Self::InformationTooLarge => "information-too-large",
            Self::WrongHandleType => "wrong-handle-type",
            Self::IrqlChanged => "irql-changed",
            Self::IrqlTooHigh => "irql-too-high",
            Self::PoolLeaked => "pool-leaked",
            Self::PoolFreedTwice => "pool-freed-twice",
            Self::HandleLeaked => "handle-leaked",
            Self::TableLeaked => "table-leaked",
            Self::TableFreedTwice => "table-freed-twice",
            Self::NotificationLeaked => "notification-leaked",
            Self::NotificationCancelledTwice => "notification-cancelled-twice",
            Self::MissingFunction => "missing-function",
            Self::BadArgument => "bad-argument",
            Self::BadLock => "bad-lock",
            Self::StandInFailed => "stand-in-failed",
            Self::BugCheck => "bug-check",
            Self::DriverDied => "driver-died",
            Self::CompartmentChanged => "compartment-changed",
            Self::PoolOverrun => "pool-overrun",
        }
    }
}

/// A kind of resource that must be given back before the driver unloads.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Memory from a pool function of ntoskrnl.
    Pool = 1,
    /// A framework object.
    Handle = 2,
    /// A table that a `Get…Table` function of NETIO allocated.
    Table = 3,
    /// A registration made by a `Notify…Change` function of NETIO.
    Notification = 4,
}

impl Resource {
    /// The rule broken when such a resource is still held at unload.
    #[must_use]
    pub const fn leaked(self) -> Violation {
        match self {
            Self::Pool => Violation::PoolLeaked,
            Self::Handle => Violation::HandleLeaked,
            Self::Table => Violation::TableLeaked,
            Self::Notification => Violation::NotificationLeaked,
        }
    }

    /// The rule broken when such a resource is given back without being held.
    #[must_use]
    pub const fn returned_twice(self) -> Violation {
        match self {
            Self::Pool => Violation::PoolFreedTwice,
            Self::Handle => Violation::WrongHandleType,
            Self::Table => Violation::TableFreedTwice,
            Self::Notification => Violation::NotificationCancelledTwice,
        }
    }
}

/// Where the violations go, one JSON object a line, as Windows sees the path.
///
/// Fields of a violation: `violation` (a [`Violation::name`]), `function` (the framework or NETIO function), `caller`
/// (`module+0xoffset`), `detail` (text). The file exists, possibly empty, once the verifier has been loaded.
///
/// Fields of another line: `event` ([`EVENT_BOUND`] or [`EVENT_UNBOUND`]) and `driver` (its file name). A driver that
/// was bound and not unbound is loaded, or its process was ended in a way that left the verifier no time for a line.
pub const LOG_PATH: &str = r"C:\windows\temp\kmdf-verifier.jsonl";

/// Where the texts go that drivers print with `DbgPrint` and its relatives, as Windows sees the path. There is no file
/// before the first of them.
pub const DEBUG_PRINT_PATH: &str = r"C:\windows\temp\kmdf-debug-print.txt";

/// The event of a driver that is loaded and gets the framework.
pub const EVENT_BOUND: &str = "driver-bound";

/// The event of a driver that was unloaded in good order.
pub const EVENT_UNBOUND: &str = "driver-unbound";

/// `SandboxCurrentIrql`, exported by `wdfldr.sys`: the IRQL of the calling thread, 0 (`PASSIVE_LEVEL`) to 31.
pub type CurrentIrql = unsafe extern "system" fn() -> u8;

/// `SandboxRetained`, exported by `wdfldr.sys`: IRPs that Wine's kernel has freed and the stand-in keeps for a while.
pub type Retained = unsafe extern "system" fn() -> usize;

/// A thread that acts for a caller who has entered no network compartment: it acts in the one that callers begin in, which
/// the server of the NETIO stand-in knows.
pub const COMPARTMENT_OF_CALLER: u32 = u32::MAX;

/// `SandboxCompartment`, exported by `wdfldr.sys`: the network compartment of the calling thread: its own; or, while the
/// thread presents a request, the one that the caller's thread has entered ([`ThreadCompartments`]), or
/// [`COMPARTMENT_OF_CALLER`]; or 1, the primary one.
pub type Compartment = unsafe extern "system" fn() -> u32;

/// `SandboxSetCompartment`, exported by `wdfldr.sys`: gives the calling thread a network compartment of its own, or
/// none (0).
pub type SetCompartment = unsafe extern "system" fn(u32);

/// `SandboxTrack`, exported by `wdfldr.sys`: `object` of kind `resource` (a [`Resource`] value) is now held by the
/// code at `caller`, which got it from the function named by the UTF-8 text `function[..length]`.
pub type Track = unsafe extern "system" fn(
    resource: u32,
    object: *const c_void,
    function: *const u8,
    length: usize,
    caller: *const c_void,
);

/// `SandboxUntrack`, exported by `wdfldr.sys`: `object` has been given back. Answers 1 if it was held; otherwise 0,
/// after the violation has been logged, and the caller must leave the object alone.
pub type Untrack = unsafe extern "system" fn(
    resource: u32,
    object: *const c_void,
    function: *const u8,
    length: usize,
    caller: *const c_void,
) -> u32;

/// `SandboxPoint`, exported by `wdfldr.sys`: the calling thread passes the point named by the UTF-8 text `name[..length]`,
/// where the scheduler may hold it up ([`Settings::seed`]).
pub type Point = unsafe extern "system" fn(name: *const u8, length: usize);

/// `SandboxFault`, exported by `wdfldr.sys`: the NTSTATUS with which the fault plan refuses this call of the function
/// named by the UTF-8 text `function[..length]`, or 0. Comes back later if the plan holds the call up.
pub type RefusedBy = unsafe extern "system" fn(function: *const u8, length: usize) -> i32;

/// `SandboxReport`, exported by `wdfldr.sys`: logs a violation (a [`Violation`] value) with a UTF-8 detail text.
pub type Report = unsafe extern "system" fn(
    violation: u32,
    function: *const u8,
    function_length: usize,
    detail: *const u8,
    detail_length: usize,
    caller: *const c_void,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_number_and_its_name() {
        for (index, violation) in Violation::ALL.into_iter().enumerate() {
            assert_eq!(violation as usize, index + 1);
            assert_eq!(Violation::from_number(violation as u32), Some(violation));
            assert_eq!(Violation::ALL.iter().filter(|other| other.name() == violation.name()).count(), 1);
        }
        assert_eq!(Violation::from_number(0), None);
    }
}
