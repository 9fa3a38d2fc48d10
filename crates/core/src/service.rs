//! The driver without the kernel: from a control code to a completed request.

use crate::{Circumstances, Output, Statistics, table::Entry};
use core::sync::atomic::{AtomicU64, Ordering};
use netioctl_abi::{NtError, NtStatus, Operation};
use netioctl_irql::PassiveLevel;
use write_only::WriteOnly;

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The status that the caller gets.
    pub status: NtStatus,
    /// Bytes of the output that hold an answer; 0 for an error.
    pub information: usize,
}

impl Completion {
    /// A request that succeeded with so many bytes of output.
    #[must_use]
    pub const fn success(information: usize) -> Self {
        Self { status: NtStatus::SUCCESS, information }
    }

    /// A request that failed without output.
    #[must_use]
    pub const fn failed(error: NtError) -> Self {
        Self { status: error.status(), information: 0 }
    }
}

/// What the core needs of the driver around it, besides NETIO.
pub trait Shell {
    /// Runs `body` while nobody else runs one: under a lock that is waited for at `PASSIVE_LEVEL`, and under which NETIO
    /// may be called. It must not come back to this lock.
    ///
    /// # Errors
    /// The lock is not there; `body` has not run.
    fn alone<R>(&self, at: PassiveLevel<'_>, body: impl FnOnce() -> R) -> Result<R, NtError>;

    /// What has been counted.
    fn statistics(&self) -> &Statistics;

    /// The number of the processor that this thread runs on, from 0.
    fn processor(&self) -> usize;
}

/// Serves requests over a NETIO.
///
/// It may be shared by any number of threads. Requests do not wait for one another, but for changes of interfaces,
/// which come one after the other ([`Shell::alone`]).
#[derive(Debug)]
pub struct Service<N, S> {
    pub(crate) netio: N,
    pub(crate) shell: S,
    pub(crate) driver_version: [u16; 3],
    generation: AtomicU64,
}

impl<N, S> Service<N, S> {
    /// A service over this NETIO, within this shell; the version (major, minor, patch) is what the version query
    /// answers.
    pub const fn new(netio: N, shell: S, driver_version: [u16; 3]) -> Self {
        Self { netio, shell, driver_version, generation: AtomicU64::new(0) }
    }

    /// Serves one request. Who completes it [`count`](Self::count)s it.
    ///
    /// `input` is a copy that the caller of the driver cannot change any more, and may end one byte after
    /// [`MAX_INPUT`](netioctl_abi::operation::MAX_INPUT). `output` may be the memory that the input came in. The checks
    /// come in the order control code (`STATUS_INVALID_DEVICE_REQUEST` for no entry), input length
    /// (`STATUS_INFO_LENGTH_MISMATCH`), output length (`STATUS_BUFFER_TOO_SMALL`), version and reserved fields
    /// ([`Request::read`](netioctl_abi::Request::read)), then those of [`validate`](crate::validate); NETIO is not
    /// called before all hold.
    pub fn dispatch(
        &self,
        entry: Option<Entry<Self>>,
        under: Circumstances<'_>,
        input: &[u8],
        output: WriteOnly<'_>,
    ) -> Completion {
        let Some(entry) = entry else { return Completion::failed(NtError::INVALID_DEVICE_REQUEST) };
        match entry.admit(input.len(), output.len()) {
            Ok(()) => entry.run(self, under, input, &mut Output::new(output)),
            Err(error) => Completion::failed(error),
        }
    }

    /// The number of a new snapshot; the first is 1.
    pub(crate) fn next_generation(&self) -> u64 {
        self.generation.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }
}

impl<N, S: Shell> Service<N, S> {
    /// Counts a request that has ended, once; `None` is one of an unknown control code.
    pub fn count(&self, operation: Option<Operation>, input: usize, end: Completion) {
        self.shell.statistics().count(self.shell.processor(), operation, input, end);
    }
}
