//! How everything ended that the clients did.

use netioctl_client::{Error, ErrorKind, abi::NtStatus};
use std::{
    collections::BTreeMap,
    fmt::{self, Display},
    io,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Statuses with which a request may end that was right: somebody gave up, was too many, or was first.
const REFUSALS: [NtStatus; 7] = [
    NtStatus::CANCELLED,
    NtStatus::QUOTA_EXCEEDED,
    NtStatus::NOT_FOUND,
    NtStatus::DUPLICATE_OBJECTID,
    NtStatus::OBJECTID_EXISTS,
    // The handle watches something else.
    NtStatus::INVALID_DEVICE_STATE,
    // Of a neighbor that does not answer.
    NtStatus::BAD_NETWORK_NAME,
];

/// What a request ends with, too, that comes while the device goes: the driver's answer, what the framework says of a queue
/// that has been purged, and the I/O manager of a device that has lost its driver.
const GOING: [NtStatus; 4] =
    [NtStatus::DEVICE_REMOVED, NtStatus::INVALID_DEVICE_STATE, NtStatus::WDF_BUSY, NtStatus::INVALID_DEVICE_REQUEST];

/// Endings that are wrong are told up to so many.
const TOLD: usize = 20;

/// What was done, and how that ended, with how often.
type Ends = BTreeMap<(&'static str, String), u64>;

/// Counts how everything ended, and keeps what must not have ended so.
#[derive(Default)]
pub struct Tally {
    ends: Mutex<Ends>,
    wrong: Mutex<Vec<String>>,
    /// The driver comes and goes, so there may be none.
    pub absent: AtomicBool,
}

impl Tally {
    /// Notes an end. An error is handed back.
    pub fn note<T>(&self, what: &'static str, end: Result<T, Error>) -> Result<T, Error> {
        match &end {
            Ok(_) => self.count(what, "done"),
            Err(error) => {
                self.count(what, name(error));
                if !self.admits(error) {
                    self.is_wrong(what, error);
                }
            }
        }
        end
    }

    /// Notes an end. After a refusal the client goes on; any other error is handed back.
    pub fn pass(&self, what: &'static str, end: Result<(), Error>) -> Result<(), Error> {
        self.note(what, end).or_else(|error| if is_refusal(&error) { Ok(()) } else { Err(error) })
    }

    /// Notes how a request ended whose handle was closed under it.
    pub fn ended(&self, what: &'static str, end: NtStatus) {
        self.count(what, end);
        let gone = self.absent.load(Ordering::Relaxed) && GOING.contains(&end);
        if !gone && !end.is_success() && !REFUSALS.contains(&end) {
            self.is_wrong(what, end);
        }
    }

    /// Notes that something was not even begun, or has not come to an end.
    pub fn broken(&self, what: &'static str, error: &anyhow::Error) {
        self.count(what, "not done");
        let system = error.downcast_ref::<io::Error>().is_some();
        if !(system && self.absent.load(Ordering::Relaxed)) {
            self.is_wrong(what, format_args!("{error:#}"));
        }
    }

    fn count(&self, what: &'static str, how: impl Display) {
        *lock(&self.ends).entry((what, how.to_string())).or_default() += 1;
    }

    fn is_wrong(&self, what: &str, how: impl Display) {
        lock(&self.wrong).push(format!("{what}: {how}"));
    }

    fn admits(&self, error: &Error) -> bool {
        let going = || {
            error.kind() == ErrorKind::DriverMissing || error.ntstatus().is_some_and(|status| GOING.contains(&status))
        };
        is_refusal(error) || self.absent.load(Ordering::Relaxed) && going()
    }

    /// Endings of all kinds.
    pub fn total(&self) -> u64 {
        lock(&self.ends).values().sum()
    }

    /// What must not have ended as it did.
    pub fn wrong(&self) -> Vec<String> {
        lock(&self.wrong).iter().take(TOLD).cloned().collect()
    }
}

/// One line for each thing that was done.
impl Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ends = lock(&self.ends);
        let mut last = "";
        for ((what, how), times) in ends.iter() {
            let (before, label) = if *what == last { (", ", "") } else { ("\n", *what) };
            let colon = if label.is_empty() { "" } else { ": " };
            write!(f, "{before}{label}{colon}{times} {how}")?;
            last = what;
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_refusal(error: &Error) -> bool {
    error.kind() == ErrorKind::AccessDenied || error.ntstatus().is_some_and(|status| REFUSALS.contains(&status))
}

fn name(error: &Error) -> String {
    match (error.ntstatus(), error.failure()) {
        (Some(status), _) => status.to_string(),
        (None, Some(failure)) => failure.to_string(),
        (None, None) => format!("{:?}", error.kind()),
    }
}
