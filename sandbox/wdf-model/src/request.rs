//! Who owns a request, and what that allows.

use netioctl_status::NtStatus;

/// The framework's own verifier (`VerifierOn`), which checks more and answers otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verifier {
    /// Off, as for users.
    Off,
    /// On, as for who tests a driver.
    On,
}

/// Where a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<Q> {
    /// In a queue, out of the driver's reach.
    Waiting(Q),
    /// With the driver, delivered by a queue (none for a create request).
    Owned(Option<Q>),
    /// Sent to an I/O target, by the driver that had it from a queue (none for one that it made itself).
    Sent(Option<Q>),
    /// Completed; only references keep the object.
    Completed,
}

/// Whether a request can be cancelled while the driver owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelable {
    /// The driver did not allow it.
    No,
    /// The driver has a callback for it.
    Yes,
    /// The callback has been called or is about to be.
    Called,
}

/// The life of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life<Q> {
    /// Where it is.
    pub place: Place<Q>,
    /// Cancellation as the driver set it.
    pub cancelable: Cancelable,
    /// Whether the driver has had it before, which is what `EvtIoCanceledOnQueue` is for.
    pub delivered: bool,
}

/// What to do when the I/O manager cancels a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnCancel<Q> {
    /// Take it from the queue and complete it.
    Complete(Q),
    /// Take it from the queue and give it to `EvtIoCanceledOnQueue`, if the queue has that; else complete it.
    CanceledOnQueue(Q),
    /// Call the driver's `EvtRequestCancel`.
    CallDriver,
    /// Nothing: the driver finds out with `WdfRequestIsCanceled`.
    Ignore,
}

impl<Q: Copy> Life<Q> {
    /// A request that has just arrived.
    #[must_use]
    pub const fn new() -> Self {
        Self { place: Place::Owned(None), cancelable: Cancelable::No, delivered: false }
    }

    /// Whether the driver may complete, forward or mark it.
    #[must_use]
    pub const fn is_owned(&self) -> bool {
        matches!(self.place, Place::Owned(_))
    }

    /// The queue that the request is in or came from.
    #[must_use]
    pub const fn queue(&self) -> Option<Q> {
        match self.place {
            Place::Waiting(queue) => Some(queue),
            Place::Owned(queue) | Place::Sent(queue) => queue,
            Place::Completed => None,
        }
    }

    /// Whether it is on its way to a target, or there.
    #[must_use]
    pub const fn is_sent(&self) -> bool {
        matches!(self.place, Place::Sent(_))
    }

    /// `WdfRequestSend`: the driver has it no more.
    ///
    /// # Errors
    /// `STATUS_INVALID_DEVICE_REQUEST`, with what is wrong: it is not the driver's, or it can be cancelled by its callback.
    pub fn send(&mut self) -> Result<(), (NtStatus, &'static str)> {
        let Place::Owned(queue) = self.place else {
            return Err((NtStatus::INVALID_DEVICE_REQUEST, "the request is not the driver's to send"));
        };
        if self.cancelable == Cancelable::Yes {
            return Err((NtStatus::INVALID_DEVICE_REQUEST, "the request is marked cancelable"));
        }
        self.place = Place::Sent(queue);
        Ok(())
    }

    /// It has come back from its target, or was not sent after all.
    pub const fn come_back(&mut self) {
        if let Place::Sent(queue) = self.place {
            self.place = Place::Owned(queue);
        }
    }

    /// Whether the driver has marked it cancelable and not unmarked it since.
    #[must_use]
    pub const fn is_marked(&self) -> bool {
        !matches!(self.cancelable, Cancelable::No)
    }

    /// `WdfRequestMarkCancelable(Ex)` on a request that the I/O manager has (`cancelled`) or has not cancelled.
    ///
    /// # Errors
    /// `STATUS_CANCELLED`, and the request stays unmarked. With the verifier, `STATUS_INVALID_DEVICE_REQUEST` for a
    /// request that is marked already.
    pub fn mark(&mut self, cancelled: bool, verifier: Verifier) -> Result<(), NtStatus> {
        if verifier == Verifier::On && self.is_marked() {
            return Err(NtStatus::INVALID_DEVICE_REQUEST);
        }
        if cancelled {
            return Err(NtStatus::CANCELLED);
        }
        self.cancelable = Cancelable::Yes;
        Ok(())
    }

    /// `WdfRequestUnmarkCancelable`. `in_flight`: the I/O manager has taken the cancel routine already.
    ///
    /// # Errors
    /// `STATUS_CANCELLED` when the callback has been or will be called, and also when the request was not marked; with
    /// the verifier, `STATUS_INVALID_DEVICE_REQUEST` in that case.
    pub fn unmark(&mut self, in_flight: bool, verifier: Verifier) -> Result<(), NtStatus> {
        if verifier == Verifier::On && !self.is_marked() {
            return Err(NtStatus::INVALID_DEVICE_REQUEST);
        }
        if self.cancelable != Cancelable::Yes || in_flight {
            return Err(NtStatus::CANCELLED);
        }
        self.cancelable = Cancelable::No;
        Ok(())
    }

    /// Whether the driver may call `WdfRequestIsCanceled`: it owns the request and has not marked it cancelable, so it
    /// may not inside `EvtRequestCancel` either. With the verifier the function answers no where it may not be called.
    #[must_use]
    pub const fn may_ask_whether_cancelled(&self) -> bool {
        self.is_owned() && !self.is_marked()
    }

    /// The I/O manager cancels the request.
    pub fn cancel(&mut self) -> OnCancel<Q> {
        match self.place {
            Place::Waiting(queue) if self.delivered => OnCancel::CanceledOnQueue(queue),
            Place::Waiting(queue) => OnCancel::Complete(queue),
            Place::Owned(_) if self.cancelable == Cancelable::Yes => {
                self.cancelable = Cancelable::Called;
                OnCancel::CallDriver
            }
            _ => OnCancel::Ignore,
        }
    }
}

impl<Q: Copy> Default for Life<Q> {
    fn default() -> Self {
        Self::new()
    }
}
