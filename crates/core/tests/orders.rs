//! Every order in which threads can park a request, tell of a change, fail to register, cancel and close: each request
//! is completed once, no event is forgotten, and nothing stays registered.
//!
//! The checker runs a test once for each order of the steps of its threads. A step is a lock that is taken.
#![cfg(not(miri))]

use loom::{
    sync::{Arc, Mutex},
    thread,
};
use netioctl_abi::{
    NtError, NtStatus,
    wire::{ChangeEvent, ChangeKind, WatchReply, WatchSources},
};
use netioctl_core::{
    Completion,
    validate::Subscription,
    watch::{Lock, Notifier, Queue, Source, State, Waiting, Watch},
};
use netioctl_irql::{PassiveLevel, in_process};
use std::{
    collections::VecDeque,
    sync::{
        self,
        atomic::{AtomicUsize, Ordering},
    },
};
use write_only::WriteOnly;

const WISH: Subscription = Subscription { sources: WatchSources::INTERFACES, family: 0, initial: false };

struct Spin(Mutex<State<()>>);

impl Lock for Spin {
    type Data = State<()>;

    fn locked<R: Send>(&self, body: impl FnOnce(&mut State<()>) -> R + Send) -> R {
        body(&mut self.0.lock().unwrap())
    }
}

/// A handle: what the kernel has of it, and what became of its requests.
struct Handle {
    watch: Watch<Spin>,
    /// Requests that wait; `None` once it has been purged.
    waiting: Mutex<Option<VecDeque<Parked>>>,
    /// What is only asked for in the end is no step.
    ends: Arc<sync::Mutex<Vec<NtStatus>>>,
    registered: AtomicUsize,
    fails: bool,
    /// Its end purges the queue: nothing is parked there any more.
    purges: bool,
    /// Who has parked a request looks whether there is still a watch that it can wait for.
    looks: bool,
    /// Flags behind locks: the checker takes sequentially consistent atomics for weaker ones.
    closed: Mutex<bool>,
    /// There is a watch: it is made for the first request.
    made: Mutex<bool>,
}

struct Parked(Arc<sync::Mutex<Vec<NtStatus>>>);

impl Waiting for Parked {
    fn complete(self, answer: impl FnOnce(WriteOnly<'_>) -> Completion) {
        let mut output = [0; size_of::<WatchReply>() + size_of::<ChangeEvent>()];
        let end = answer(WriteOnly::from(&mut output[..]));
        self.0.lock().unwrap().push(end.status);
    }
}

impl Queue for Handle {
    type Request = Parked;

    fn take(&self) -> Option<Parked> {
        self.waiting.lock().unwrap().as_mut()?.pop_front()
    }
}

impl Notifier for Handle {
    type Registration = ();

    fn notify(&self, _: PassiveLevel<'_>, _: Source, _: u16, _: bool) -> Result<(), NtError> {
        if self.fails {
            return Err(NtError::NO_MEMORY);
        }
        self.registered.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn is_closed(&self) -> bool {
        *self.closed.lock().unwrap()
    }

    fn cancel(&self, _: PassiveLevel<'_>, (): ()) {
        self.registered.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Handle {
    fn new(fails: bool) -> Arc<Self> {
        Self::with(fails, true, true)
    }

    fn with(fails: bool, purges: bool, looks: bool) -> Arc<Self> {
        Arc::new(Self {
            watch: Watch::new(Spin(Mutex::new(State::new()))),
            waiting: Mutex::new(Some(VecDeque::new())),
            ends: Arc::new(sync::Mutex::new(Vec::new())),
            registered: AtomicUsize::new(0),
            fails,
            purges,
            looks,
            closed: Mutex::new(false),
            made: Mutex::new(false),
        })
    }

    /// A request, as the driver serves it.
    fn request(&self) {
        let request = Parked(Arc::clone(&self.ends));
        *self.made.lock().unwrap() = true;
        if let Err(error) = in_process(|at| self.watch.begin(at, self, self, WISH)) {
            return request.complete(|_| Completion::failed(error));
        }
        // A queue that has been purged gives the request back.
        let mut waiting = self.waiting.lock().unwrap();
        let Some(queue) = waiting.as_mut() else {
            drop(waiting);
            return request.complete(|_| Completion::failed(NtError::CANCELLED));
        };
        queue.push_back(request);
        drop(waiting);
        if self.looks {
            self.watch.deliver(self);
        }
    }

    fn tell(&self, luid: u64) {
        let kind = ChangeKind::Added as u8;
        self.watch.record(self, ChangeEvent { interface_luid: luid, source: 1, kind, ..ChangeEvent::default() });
    }

    /// `CancelIoEx`: the framework takes a request out of the queue.
    fn cancel_one(&self) {
        if let Some(request) = self.take() {
            request.complete(|_| Completion::failed(NtError::CANCELLED));
        }
    }

    /// The handle is closed: the queue is purged, and the watch ends.
    fn close(&self) {
        *self.closed.lock().unwrap() = true;
        let waiting = {
            let mut queue = self.waiting.lock().unwrap();
            if self.purges { queue.take() } else { queue.as_mut().map(std::mem::take) }
        };
        for request in waiting.into_iter().flatten() {
            request.complete(|_| Completion::failed(NtError::CANCELLED));
        }
        let made = *self.made.lock().unwrap();
        if made {
            in_process(|at| self.watch.end(at, self, self));
        }
    }

    fn ends(&self) -> Vec<NtStatus> {
        self.ends.lock().unwrap().clone()
    }
}

/// Runs all of them at the same time, in every order.
fn all_together<const N: usize>(handle: &Arc<Handle>, others: [fn(&Handle); N], own: fn(&Handle)) {
    let threads = others.map(|body| {
        let theirs = Arc::clone(handle);
        thread::spawn(move || body(&theirs))
    });
    own(handle);
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Runs both at the same time, in every order.
fn together(handle: &Arc<Handle>, one: fn(&Handle), other: fn(&Handle)) {
    all_together(handle, [one], other);
}

/// In the end the handle is closed, once, and everything of it has ended once.
fn ended(handle: &Handle, requests: usize) {
    if !handle.is_closed() {
        handle.close();
    }
    assert_eq!(handle.ends().len(), requests, "each request ends once: {:?}", handle.ends());
    assert_eq!(handle.registered.load(Ordering::SeqCst), 0, "nothing stays registered");
}

#[test]
fn a_request_and_a_change() {
    loom::model(|| {
        let handle = Handle::new(false);
        handle.request();
        together(&handle, |handle| handle.tell(1), Handle::request);
        assert_eq!(handle.ends(), [NtStatus::SUCCESS], "one event, one answer");
        ended(&handle, 2);
    });
}

#[test]
fn a_request_and_a_change_that_nobody_else_waits_for() {
    loom::model(|| {
        let handle = Handle::new(false);
        handle.request();
        handle.tell(1);
        together(&handle, |handle| handle.tell(2), Handle::request);
        assert_eq!(handle.ends(), [NtStatus::SUCCESS; 2], "whoever comes second finds the other");
        ended(&handle, 2);
    });
}

#[test]
fn two_changes_and_one_who_waits_for_both() {
    loom::model(|| {
        let handle = Handle::new(false);
        handle.request();
        handle.request();
        together(&handle, |handle| handle.tell(1), |handle| handle.tell(2));
        assert_eq!(handle.ends(), [NtStatus::SUCCESS; 2], "no event is left behind while somebody waits");
        ended(&handle, 2);
    });
}

#[test]
fn a_request_and_the_end_of_its_handle() {
    loom::model(|| {
        let handle = Handle::new(false);
        together(&handle, Handle::request, Handle::close);
        assert_eq!(handle.ends(), [NtStatus::CANCELLED]);
        ended(&handle, 1);
    });
}

#[test]
fn a_change_and_the_end_of_the_handle() {
    loom::model(|| {
        let handle = Handle::new(false);
        handle.request();
        together(&handle, |handle| handle.tell(1), Handle::close);
        ended(&handle, 1);
    });
}

#[test]
fn a_change_and_a_cancellation() {
    loom::model(|| {
        let handle = Handle::new(false);
        handle.request();
        together(&handle, |handle| handle.tell(1), Handle::cancel_one);
        assert_eq!(handle.ends().len(), 1);
        // An event that nobody took waits for the next.
        let taken = handle.ends() == [NtStatus::SUCCESS];
        handle.request();
        assert_eq!(handle.ends().len(), if taken { 1 } else { 2 });
        ended(&handle, 2);
    });
}

#[test]
fn two_requests_begin_to_watch_and_it_fails() {
    loom::model(|| {
        let handle = Handle::new(true);
        together(&handle, Handle::request, Handle::request);
        assert_eq!(handle.ends().len(), 2, "neither waits for what was never registered: {:?}", handle.ends());
        ended(&handle, 2);
    });
}

/// A handle as an earlier design had it: its requests were drained, and then its watch was freed. A request that had begun
/// before that and was parked afterwards waited for a handle that was closed, for ever.
#[test]
#[should_panic(expected = "each request ends once")]
fn a_request_is_lost_without_a_purge_and_without_a_second_look() {
    loom::model(|| {
        let handle = Handle::with(false, false, false);
        together(&handle, Handle::request, Handle::close);
        ended(&handle, 1);
    });
}

/// Either is enough.
#[test]
fn a_purge_or_a_second_look_finds_the_request_that_comes_late() {
    for (purges, looks) in [(true, false), (false, true)] {
        loom::model(move || {
            let handle = Handle::with(false, purges, looks);
            together(&handle, Handle::request, Handle::close);
            ended(&handle, 1);
        });
    }
}

/// Takes every order in which threads are interrupted so often, or as often as `LOOM_MAX_PREEMPTIONS` says. Says how many
/// there are.
fn in_every_order(preemptions: Option<usize>, body: impl Fn() + Sync + Send + 'static) {
    let orders = sync::Arc::new(AtomicUsize::new(0));
    let counted = sync::Arc::clone(&orders);
    let mut model = loom::model::Builder::new();
    model.preemption_bound = model.preemption_bound.or(preemptions);
    let bound = model.preemption_bound;
    model.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        body();
    });
    println!("{} orders with at most {bound:?} interruptions", orders.load(Ordering::Relaxed));
}

#[test]
fn a_change_a_cancellation_and_the_end_of_the_handle() {
    in_every_order(None, || {
        let handle = Handle::new(false);
        handle.request();
        all_together(&handle, [|handle| handle.tell(1), Handle::cancel_one], Handle::close);
        ended(&handle, 1);
    });
}

#[test]
fn two_changes_a_cancellation_and_the_end_of_the_handle() {
    in_every_order(Some(3), || {
        let handle = Handle::new(false);
        handle.request();
        let others: [fn(&Handle); 3] = [|handle| handle.tell(1), |handle| handle.tell(2), Handle::cancel_one];
        all_together(&handle, others, Handle::close);
        ended(&handle, 1);
    });
}

#[test]
fn a_request_a_change_and_the_end_of_the_handle() {
    in_every_order(Some(4), || {
        let handle = Handle::new(false);
        all_together(&handle, [Handle::request, |handle| handle.tell(1)], Handle::close);
        ended(&handle, 1);
    });
}

#[test]
fn a_request_a_change_a_cancellation_and_the_end_of_the_handle() {
    in_every_order(Some(3), || {
        let handle = Handle::new(false);
        handle.request();
        all_together(&handle, [Handle::request, |handle| handle.tell(1), Handle::cancel_one], Handle::close);
        ended(&handle, 2);
    });
}
