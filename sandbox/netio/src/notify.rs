//! Registrations for change notifications.

use crate::{
    event::{self, End, Row, row_length},
    remote, running,
    socket::Socket,
    system::{ExAllocatePoolWithTag, ExFreePoolWithTag, NON_PAGED_POOL_NX, PsTerminateSystemThread},
    thread::{Signal, Thread},
    verifier::Call,
};
use core::{
    cell::Cell,
    ffi::c_void,
    mem::ManuallyDrop,
    ptr::{NonNull, null_mut},
    sync::atomic::{AtomicBool, Ordering},
};
use netio_sys::MibInitialNotification;
use netio_wire::Operation;
use netioctl_status::NtStatus;

/// "`NtCh`" in a pool listing.
const TAG: u32 = u32::from_le_bytes(*b"NtCh");
/// A callback that runs longer than this while somebody waits for its end is taken for a deadlock.
const PATIENCE_S: i64 = 10;

/// `PIPINTERFACE_CHANGE_CALLBACK` and `PUNICAST_IPADDRESS_CHANGE_CALLBACK`: context, row or NULL, type.
pub type Callback = unsafe extern "system" fn(*mut c_void, *mut c_void, i32);

/// Whom to tell.
pub struct Notice {
    /// The call that registered the callback.
    pub call: Call,
    pub callback: Callback,
    pub context: *mut c_void,
}

/// A registration; its address is the handle.
struct Registration {
    notice: Notice,
    socket: Socket,
    row_length: usize,
    /// The handle has been stored.
    handed_out: Signal,
    cancelled: AtomicBool,
    /// Written before the handle is handed out, and read when it is cancelled.
    thread: Cell<Option<Thread>>,
}

/// A registration that nobody holds yet; cancelled unless it is handed out.
pub struct Registered(NonNull<Registration>);

/// Registers a callback. Nothing is delivered yet.
pub fn register(notice: Notice, operation: Operation, family: u16) -> Result<Registered, NtStatus> {
    let socket = remote::subscribe(notice.call, operation, family)?;
    let registration = Registration {
        notice,
        socket,
        row_length: row_length(operation),
        handed_out: Signal::room(),
        cancelled: AtomicBool::new(false),
        thread: Cell::new(None),
    };
    // SAFETY: Takes numbers only; a NULL answer is looked for.
    let block = unsafe { ExAllocatePoolWithTag(NON_PAGED_POOL_NX, size_of::<Registration>(), TAG) };
    let place = NonNull::new(block).ok_or(NtStatus::NO_MEMORY)?.cast::<Registration>();
    // SAFETY: The block is new, has the size, and pool blocks of 16 bytes and more are aligned to 16.
    unsafe { place.write(registration) };
    let registered = Registered(place);
    registered.get().handed_out.initialize();
    // SAFETY: The registration outlives the thread, which is waited for before it goes.
    let thread = unsafe { Thread::start(run, place.as_ptr().cast()) }?;
    registered.get().thread.set(Some(thread));
    Ok(registered)
}

impl Registered {
    fn get(&self) -> &Registration {
        // SAFETY: The registration lives until this is dropped.
        unsafe { self.0.as_ref() }
    }

    /// Delivers the initial notification.
    pub fn deliver_initial(&self) {
        self.get().deliver(null_mut(), MibInitialNotification);
    }

    /// Gives the registration to its holder, and lets the events come.
    pub fn hand_out(self, store: impl FnOnce(*mut c_void)) {
        let this = ManuallyDrop::new(self);
        store(this.0.as_ptr().cast());
        // The callback cannot have run, so nobody has cancelled the registration.
        this.get().handed_out.set();
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let registration = self.get();
        registration.stop(registration.notice.call);
        // SAFETY: The thread has ended, and nobody else knows the registration.
        unsafe { self.0.drop_in_place() };
        // SAFETY: The block came from the pool with this tag, and belongs to this value alone.
        unsafe { ExFreePoolWithTag(self.0.as_ptr().cast(), TAG) };
    }
}

/// Cancels a registration and waits until its callback does not run and will not run any more.
///
/// # Safety
/// The handle was handed out and is cancelled once, not from the callback.
pub unsafe fn cancel(handle: NonNull<c_void>, call: Call) {
    let registered = Registered(handle.cast());
    registered.get().stop(call);
}

impl Registration {
    /// Ends the thread. Harmless when repeated.
    fn stop(&self, call: Call) {
        self.cancelled.store(true, Ordering::Release);
        self.socket.end();
        self.handed_out.set();
        let Some(thread) = self.thread.take() else { return };
        if !thread.join(Some(PATIENCE_S)) {
            call.bad_argument(format_args!(
                "has waited {PATIENCE_S} s for a callback to return: does the caller hold what the callback waits for?"
            ));
            thread.join(None);
        }
    }

    /// Calls the callback.
    fn deliver(&self, row: *mut c_void, notification: i32) {
        let Notice { call, callback, context } = &self.notice;
        call.pass();
        running::mark(core::ptr::from_ref(self).cast(), || {
            // SAFETY: The driver registered this function for such calls; the row is valid, or NULL as documented.
            unsafe { callback(*context, row, notification) };
        });
        call.check_irql_after_callback();
        call.pass();
    }

    /// Delivers events until the registration is cancelled.
    fn deliver_all(&self) {
        let mut row = Row::POISONED;
        loop {
            let received = event::receive(&self.socket, self.row_length, &mut row);
            if self.cancelled.load(Ordering::Acquire) {
                return;
            }
            match received {
                Ok(notification) => self.deliver(row.as_mut_ptr(), notification),
                Err(end) => return self.report(&end),
            }
            row.poison();
        }
    }

    fn report(&self, end: &End) {
        let call = self.notice.call;
        match end {
            End::Broken(error) => call.unserved(format_args!(
                "the NETIO server has ended the connection (Winsock error {}); there will be no more notifications",
                error.0
            )),
            End::Garbled => call.unserved(format_args!("what the NETIO server sends is no event; the rest is ignored")),
        }
    }
}

/// The thread of a registration.
///
/// # Safety
/// `context` is a registration that lives until the thread has ended.
unsafe extern "system" fn run(context: *mut c_void) {
    // SAFETY: As the caller says. The cell in it is left alone here.
    let registration = unsafe { &*context.cast::<Registration>() };
    registration.handed_out.wait();
    if !registration.cancelled.load(Ordering::Acquire) {
        registration.deliver_all();
    }
    // SAFETY: This is a system thread, and nothing of its stack is needed any more.
    unsafe { PsTerminateSystemThread(NtStatus::SUCCESS) };
}
