//! Dispatch: from a control code to a completed request.

use crate::{
    Netio, Output, WaitLock, batch, handlers,
    operation::{self, Action, Operation},
    statistics::Statistics,
    validate::{self, read},
};
use core::sync::atomic::{AtomicU64, Ordering};
use netioctl_abi::{ControlCode, NtStatus};
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
    /// A request that failed without output.
    #[must_use]
    pub const fn failed(status: NtStatus) -> Self {
        Self { status, information: 0 }
    }
}

/// Tells whether somebody wants the request cancelled. Asked between the parts of a long one.
pub type Cancelled<'a> = &'a dyn Fn() -> bool;

/// The driver without the kernel: serves requests over a NETIO.
///
/// It may be shared by any number of threads. Requests do not wait for one another, but for changes of interfaces,
/// which come one after the other ([`WaitLock`]).
#[derive(Debug)]
pub struct Service<N> {
    netio: N,
    driver_version: [u16; 3],
    generation: AtomicU64,
    statistics: Statistics,
}

impl<N: Netio + WaitLock> Service<N> {
    /// A service over this NETIO; the version (major, minor, patch) is what the version query answers.
    pub const fn new(netio: N, driver_version: [u16; 3]) -> Self {
        Self { netio, driver_version, generation: AtomicU64::new(0), statistics: Statistics::new() }
    }

    /// Serves one request. Who completes it [`count`](Self::count)s it.
    ///
    /// `input` is a copy that the caller of the driver cannot change any more, and may end one byte after
    /// [`MAX_INPUT`](crate::MAX_INPUT). `output` may be the memory that the input came in. The checks come in the
    /// order control code (STATUS_INVALID_DEVICE_REQUEST), input length (STATUS_INFO_LENGTH_MISMATCH), output length
    /// (STATUS_BUFFER_TOO_SMALL), then those of [`validate`](crate::validate); NETIO is not called before all hold.
    pub fn dispatch(
        &self,
        at: PassiveLevel<'_>,
        code: ControlCode,
        input: &[u8],
        output: WriteOnly<'_>,
        cancelled: Cancelled<'_>,
    ) -> Completion {
        let operation = match Self::admit(code, input.len(), output.len()) {
            Ok(operation) => operation,
            Err(status) => return Completion::failed(status),
        };
        let mut output = Output::new(output);
        match self.run(at, operation, input, &mut output, cancelled) {
            Ok(()) => Completion { status: NtStatus::SUCCESS, information: output.written() },
            Err(status) if status.is_error() => Completion::failed(status),
            Err(status) => Completion { status, information: output.written() },
        }
    }

    /// Counts a request that has ended, once.
    pub fn count(&self, code: ControlCode, input: usize, end: Completion) {
        self.statistics.count(code, input, end);
    }

    /// Checks what can be said of a request without looking into it.
    ///
    /// # Errors
    /// STATUS_INVALID_DEVICE_REQUEST for an unknown control code, STATUS_INFO_LENGTH_MISMATCH,
    /// STATUS_BUFFER_TOO_SMALL.
    pub fn admit(code: ControlCode, input: usize, output: usize) -> Result<&'static Operation, NtStatus> {
        let operation = operation::find(code).ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
        if !operation.input.fits(input) {
            return Err(NtStatus::INFO_LENGTH_MISMATCH);
        }
        if output < operation.output.minimum() {
            return Err(NtStatus::BUFFER_TOO_SMALL);
        }
        Ok(operation)
    }

    fn run(
        &self,
        at: PassiveLevel<'_>,
        operation: &Operation,
        input: &[u8],
        output: &mut Output<'_>,
        cancelled: Cancelled<'_>,
    ) -> Result<(), NtStatus> {
        match operation.action {
            Action::GetVersion => handlers::get_version(self, output),
            Action::FlushNeighbors => handlers::flush_neighbors(&self.netio, at, input),
            Action::SetNeighbor => handlers::set(&self.netio, at, &read(input)?),
            Action::GetInterfaceTable => handlers::get_interface_table(self, at, input, output),
            Action::GetNeighborTable => handlers::get_neighbor_table(self, at, input, output),
            Action::CreateNeighbor => handlers::create(&self.netio, at, &read(input)?),
            Action::ReplaceNeighbor => handlers::replace(&self.netio, at, &read(input)?),
            Action::DeleteNeighbor => handlers::delete(&self.netio, at, &read(input)?),
            Action::GetNeighbor => handlers::get_neighbor(&self.netio, at, input, output),
            Action::GetInterface => handlers::get_interface(&self.netio, at, input, output),
            Action::SetInterface => handlers::set_interface(&self.netio, at, input),
            Action::ResolveNeighbor => handlers::resolve(&self.netio, at, input, output),
            Action::BatchNeighbors => batch::run(&self.netio, at, input, output, cancelled),
            Action::GetStatistics => handlers::get_statistics(self, input, output),
            Action::ResetStatistics => handlers::reset_statistics(self, input),
            // Requests of this operation are parked (see `watch`); one that comes here has no handle to watch for.
            Action::WatchChanges => validate::subscription(&read(input)?).and(Err(NtStatus::INVALID_DEVICE_STATE)),
        }
    }

    pub(crate) const fn netio(&self) -> &N {
        &self.netio
    }

    pub(crate) const fn driver_version(&self) -> [u16; 3] {
        self.driver_version
    }

    pub(crate) const fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// The number of a new snapshot; the first is 1.
    pub(crate) fn next_generation(&self) -> u64 {
        self.generation.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }
}
