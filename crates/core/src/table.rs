//! The driver's table: for each operation of the contract what serves it.

use crate::{Answer, Call, Circumstances, Completion, Netio, Output, Service, Shell, validate::Subscription};
use netioctl_abi::{
    Contract, ControlCode, NtError, Operation, OutputSize, Request,
    operation::{self, course},
    wire::MAX_WATCH_OUTPUT,
};

/// Serves an operation: gets a request whose length, version and reserved fields have been checked, and answers its
/// reply.
pub trait Serve<O: Contract> {
    /// Serves one request.
    ///
    /// # Errors
    /// The status that the request ends with.
    fn serve(&self, call: Call<'_, O>) -> Result<impl Answer<O::Reply>, NtError>;
}

/// What serves an operation, by its course.
#[derive(Debug)]
pub enum Serving<S> {
    /// Is called in the thread that brings the request.
    AtOnce(Run<S>),
    /// Is called in a worker thread, on copies of input and output.
    Waits(Run<S>),
    /// Is asked what the request waits for; the request is kept until that happens.
    Parks(Ask<S>),
}

/// Says what the requests of an operation wait for.
pub trait Park<O: Contract> {
    /// What this request waits for.
    ///
    /// # Errors
    /// The status that the request ends with.
    fn park(&self, call: Call<'_, O>) -> Result<Wait, NtError>;
}

/// What a request waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// A change that NETIO tells of.
    Change(Subscription),
}

/// Reads the input and asks what the request waits for.
pub type Ask<S> = fn(&S, Circumstances<'_>, &[u8]) -> Result<Wait, NtError>;

/// Reads the input, has it served and writes the answer.
pub type Run<S> = fn(&S, Circumstances<'_>, &[u8], &mut Output<'_>) -> Result<(), NtError>;

/// One row of the driver's table.
#[derive(Debug)]
pub struct Entry<S> {
    /// The operation.
    pub operation: Operation,
    /// What serves it.
    pub serving: Serving<S>,
}

// Not derived: a copy of a function pointer asks nothing of the service.
impl<S> Clone for Serving<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Serving<S> {}

impl<S> Clone for Entry<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Entry<S> {}

impl<S> Entry<S> {
    /// Checks what can be said of a request without looking into it.
    ///
    /// # Errors
    /// `STATUS_INFO_LENGTH_MISMATCH`; `STATUS_BUFFER_TOO_SMALL`; `STATUS_QUOTA_EXCEEDED` for a request that would keep
    /// more memory while it waits than it can use.
    pub const fn admit(&self, input: usize, output: usize) -> Result<(), NtError> {
        if !self.operation.input().fits(input) {
            return Err(NtError::INFO_LENGTH_MISMATCH);
        }
        if output < self.operation.output().minimum() {
            return Err(NtError::BUFFER_TOO_SMALL);
        }
        match self.operation.output() {
            OutputSize::Events { .. } if output > MAX_WATCH_OUTPUT as usize => Err(NtError::QUOTA_EXCEEDED),
            _ => Ok(()),
        }
    }

    /// Serves a request. One that parks has no handle here to wait for, and fails.
    pub(crate) fn run(
        &self,
        service: &S,
        under: Circumstances<'_>,
        input: &[u8],
        output: &mut Output<'_>,
    ) -> Completion {
        let end = match self.serving {
            Serving::AtOnce(run) | Serving::Waits(run) => run(service, under, input, output),
            Serving::Parks(ask) => ask(service, under, input).and(Err(NtError::INVALID_DEVICE_STATE)),
        };
        match end {
            Ok(()) => Completion::success(output.written()),
            Err(error) if error.status().is_error() => Completion::failed(error),
            Err(warning) => Completion { status: warning.status(), information: output.written() },
        }
    }
}

/// Chooses what serves an operation: its course asks for the right kind of handler.
trait Route<S, O: Contract> {
    const SERVING: Serving<S>;
}

impl<S: Serve<O>, O: Contract> Route<S, O> for course::AtOnce {
    const SERVING: Serving<S> = Serving::AtOnce(run::<S, O>);
}

impl<S: Serve<O>, O: Contract> Route<S, O> for course::Waits {
    const SERVING: Serving<S> = Serving::Waits(run::<S, O>);
}

impl<S: Park<O>, O: Contract> Route<S, O> for course::Parks {
    const SERVING: Serving<S> =
        Serving::Parks(|service, under, input| service.park(Call::new(under, O::Request::read(input)?)));
}

fn run<S: Serve<O>, O: Contract>(
    service: &S,
    under: Circumstances<'_>,
    input: &[u8],
    output: &mut Output<'_>,
) -> Result<(), NtError> {
    service.serve(Call::new(under, O::Request::read(input)?))?.put_into(output)
}

const fn entry<S, O: Contract<Course: Route<S, O>>>() -> Entry<S> {
    Entry { operation: O::OPERATION, serving: <O::Course as Route<S, O>>::SERVING }
}

macro_rules! table {
    ($($operation:ident)+) => {
        impl<N: Netio, S: Shell> Service<N, S> {
            /// In the order of [`Operation::ALL`].
            const TABLE: [Entry<Self>; Operation::ALL.len()] = [$(entry::<Self, operation::$operation>()),+];
        }
    };
}

netioctl_abi::for_each_operation! { table }

impl<N: Netio, S: Shell> Service<N, S> {
    /// The entry with exactly this control code, if there is one.
    #[must_use]
    pub fn find(code: ControlCode) -> Option<Entry<Self>> {
        let operation = Operation::find(code)?;
        Self::TABLE.get(operation as usize).copied()
    }
}
