//! An open handle: the way of a request from the client to the core.

use crate::{
    Loopback,
    driver::Core,
    lock,
    queue::{End, Parked, Spin},
};
use netio_sys::MibInitialNotification;
use netioctl_abi::{
    self as abi, ControlCode, NtError, NtStatus,
    wire::{MAX_HANDLE_RESOLUTIONS, MAX_WAITING_REQUESTS},
};
use netioctl_client::{Access, Canceller, Device, Error, Failure, Transport};
use netioctl_core::{
    Ask, Circumstances, Client, Completion, Entry, Limit, Serving, Wait,
    watch::{Notifier, Source, State, Watch, address_event, interface_event},
};
use netioctl_irql::{PassiveLevel, in_process};
use std::{
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};
use write_only::WriteOnly;

/// How often a waiting request checks whether it is cancelled.
const LOOK: Duration = Duration::from_millis(1);

/// What Windows makes of an NTSTATUS that it has no Win32 code for: `ERROR_MR_MID_NOT_FOUND`.
const NO_WIN32: u32 = 317;

/// A handle that a client has opened; closed when it is dropped.
pub struct Handle {
    driver: Loopback,
    access: Access,
    waiting: Arc<Limit>,
    resolving: Arc<Limit>,
    watching: Arc<Watching>,
    /// The client of the watch that there is.
    watch: Mutex<Option<Client>>,
}

/// What listeners know of a handle.
struct Watching {
    watch: Watch<Spin<State<u64>>>,
    queue: Parked,
}

impl Loopback {
    /// Opens a handle of its own.
    ///
    /// # Errors
    /// As [`Device::over`].
    pub fn open(&self, access: Access) -> Result<Device, Error> {
        Device::over(self.connect(access))
    }

    /// A handle as [`open`](Self::open) makes it, before anything has been asked through it.
    #[must_use]
    pub fn connect(&self, access: Access) -> Handle {
        Handle::new(self.clone(), access)
    }
}

impl Handle {
    fn new(driver: Loopback, access: Access) -> Self {
        Self {
            driver,
            access,
            waiting: Arc::new(Limit::new(MAX_WAITING_REQUESTS)),
            resolving: Arc::new(Limit::new(MAX_HANDLE_RESOLUTIONS)),
            watching: Arc::new(Watching { watch: Watch::new(Spin::new(State::new())), queue: Parked::default() }),
            watch: Mutex::default(),
        }
    }
}

impl Transport for Handle {
    fn control(
        &self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        canceller: Option<&Canceller>,
    ) -> Result<usize, Failure> {
        if canceller.is_some_and(Canceller::is_cancelled) {
            return Err(Failure::cancelled());
        }
        let entry = Core::find(ControlCode::from_raw(code));
        let (end, answer) = if self.driver.is_removed() {
            failed(NtError::DEVICE_REMOVED)
        } else if !self.may(ControlCode::from_raw(code)) {
            // The I/O manager's answer: the driver sees and counts nothing.
            return Err(failure(Completion::failed(NtError::ACCESS_DENIED)));
        } else {
            let ended = self.serve(entry, input, output.len(), canceller);
            self.driver.0.service.count(entry.map(|entry| entry.operation), input.len(), ended.0);
            ended
        };
        // As much as the request ended with, of what was written for it.
        for (to, from) in output.iter_mut().zip(&answer).take(end.information) {
            *to = *from;
        }
        if end.status.is_success() { Ok(end.information) } else { Err(failure(end)) }
    }
}

impl Handle {
    /// What the I/O manager looks at.
    fn may(&self, code: ControlCode) -> bool {
        code.access() != Some(abi::Access::Write) || self.access == Access::ReadWrite
    }

    fn serve(&self, entry: Option<Entry<Core>>, input: &[u8], room: usize, canceller: Option<&Canceller>) -> End {
        match entry {
            Some(entry @ Entry { serving: Serving::Waits(_), .. }) => self.defer(entry, input, room, canceller),
            Some(entry @ Entry { serving: Serving::Parks(ask), .. }) => {
                self.park(entry, ask, input, room, canceller).unwrap_or_else(failed)
            }
            Some(Entry { serving: Serving::AtOnce(_), .. }) | None => dispatch(&self.driver, entry, input, room),
        }
    }

    /// Serves a request in a thread of its own, which goes on with it when the client does not wait any longer.
    fn defer(&self, entry: Entry<Core>, input: &[u8], room: usize, canceller: Option<&Canceller>) -> End {
        if let Err(error) = entry.admit(input.len(), room) {
            return failed(error);
        }
        let places = Place::enter(&self.resolving)
            .and_then(|own| Place::enter(&self.driver.0.resolutions).map(|of_all| (own, of_all)));
        let places = match places {
            Ok(places) => places,
            Err(error) => return failed(error),
        };
        let (driver, input) = (self.driver.clone(), input.to_vec());
        let (answer, answers) = mpsc::channel();
        thread::spawn(move || {
            let end = dispatch(&driver, Some(entry), &input, room);
            drop(places);
            // Nobody may be there any more.
            let _ = answer.send(end);
        });
        loop {
            match answers.recv_timeout(LOOK) {
                Ok(end) => return end,
                Err(mpsc::RecvTimeoutError::Disconnected) => return failed(NtError::UNSUCCESSFUL),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
            }
            if let Some(error) = self.given_up(canceller) {
                return failed(error);
            }
        }
    }

    /// Why a request need not wait any longer.
    fn given_up(&self, canceller: Option<&Canceller>) -> Option<NtError> {
        if self.driver.is_removed() {
            return Some(NtError::DEVICE_REMOVED);
        }
        canceller.is_some_and(Canceller::is_cancelled).then_some(NtError::CANCELLED)
    }

    /// Lets a request wait for what it asks for.
    fn park(
        &self,
        entry: Entry<Core>,
        ask: Ask<Core>,
        input: &[u8],
        room: usize,
        canceller: Option<&Canceller>,
    ) -> Result<End, NtError> {
        entry.admit(input.len(), room)?;
        let _place = Place::enter(&self.waiting)?;
        in_process(|at| {
            let Wait::Change(wish) = ask(&self.driver.0.service, Circumstances::new(at), input)?;
            self.count_watch()?;
            self.watching.watch.begin(at, &Notifications(self), &self.watching.queue, wish)
        })?;
        let slot = self.watching.queue.park(room);
        self.watching.watch.deliver(&self.watching.queue);
        if let Some(end) = slot.wait(Duration::ZERO) {
            return Ok(end);
        }
        self.driver.somebody_waits();
        loop {
            if let Some(error) = self.given_up(canceller) {
                self.watching.queue.cancel(&slot);
                // It has ended meanwhile, or is about to.
                let (end, answer) = slot.wait(Duration::MAX).ok_or(NtError::UNSUCCESSFUL)?;
                let end = if end.status == NtStatus::CANCELLED { Completion::failed(error) } else { end };
                return Ok((end, answer));
            }
            if let Some(end) = slot.wait(LOOK) {
                return Ok(end);
            }
        }
    }

    /// The first watch of a handle takes a place of the quota.
    fn count_watch(&self) -> Result<(), NtError> {
        let mut watch = lock(&self.watch);
        if watch.is_none() {
            let client = match self.access {
                Access::ReadWrite => Client::Writer,
                Access::Read => Client::Reader(None),
            };
            lock(&self.driver.0.watches).enter(client)?;
            *watch = Some(client);
        }
        Ok(())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        in_process(|at| self.watching.watch.end(at, &Notifications(self), &self.watching.queue));
        if let Some(client) = lock(&self.watch).take() {
            lock(&self.driver.0.watches).leave(client);
        }
    }
}

/// NETIO's notifications for a handle.
struct Notifications<'handle>(&'handle Handle);

impl Notifier for Notifications<'_> {
    type Registration = u64;

    fn notify(&self, _: PassiveLevel<'_>, source: Source, family: u16, initial: bool) -> Result<u64, NtError> {
        let Self(Handle { driver, watching, .. }) = self;
        let told = Arc::clone(watching);
        let listener = move |event| told.watch.record(&told.queue, event);
        let registration = driver.netio().register(source, family, Arc::new(listener))?;
        if initial {
            let event = match source {
                Source::Interfaces => interface_event(None, MibInitialNotification),
                Source::Addresses => address_event(None, MibInitialNotification),
            };
            watching.watch.record(&watching.queue, event);
        }
        Ok(registration)
    }

    fn is_closed(&self) -> bool {
        // A request that comes borrows the handle, which is closed when nobody has it any more.
        self.0.driver.is_removed()
    }

    fn cancel(&self, _: PassiveLevel<'_>, registration: u64) {
        self.0.driver.netio().cancel(registration);
    }
}

/// Serves a request in this thread.
fn dispatch(driver: &Loopback, entry: Option<Entry<Core>>, input: &[u8], room: usize) -> End {
    let mut output = vec![0; room];
    let end = in_process(|at| {
        driver.0.service.dispatch(entry, Circumstances::new(at), input, WriteOnly::from(&mut output[..]))
    });
    (end, output)
}

/// A place within a limit; given back when it is dropped.
struct Place(Arc<Limit>);

impl Place {
    fn enter(limit: &Arc<Limit>) -> Result<Self, NtError> {
        if limit.enter() { Ok(Self(Arc::clone(limit))) } else { Err(NtError::QUOTA_EXCEEDED) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.leave();
    }
}

fn failed(error: NtError) -> End {
    (Completion::failed(error), Vec::new())
}

/// What the client gets to see of a request that has not succeeded.
fn failure(end: Completion) -> Failure {
    let win32 = end.status.info().map_or(NO_WIN32, |info| info.win32);
    Failure { win32, ntstatus: Some(end.status), bytes: end.information }
}
