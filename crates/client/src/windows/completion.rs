//! Overlapped requests that no thread waits for: a completion port tells their ends, and wakes who polls.
//!
//! A request of a file with a completion port belongs to the process, not to the thread that sent it: it goes on when
//! that thread ends, as a future that moves to another thread needs it.

use super::{
    call::{failure_of_std, last_error},
    overlapped::Overlapped,
    removal::{self, InUse},
};
use crate::Failure;
use std::{
    cell::UnsafeCell,
    collections::HashMap,
    fs::File,
    future::Future,
    mem,
    os::windows::io::{AsHandle, AsRawHandle, FromRawHandle, OwnedHandle},
    pin::Pin,
    ptr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{self, Ordering},
    },
    task::{Context, Poll, Waker},
    thread,
    time::Duration,
};
use windows_sys::Win32::{
    Foundation::{HANDLE, INVALID_HANDLE_VALUE},
    System::{
        IO::{CreateIoCompletionPort, GetQueuedCompletionStatus},
        Threading::INFINITE,
    },
};

/// Time until the port is asked again after it could not be.
const POLL: Duration = Duration::from_millis(10);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The completion port of the process, and the requests whose ends it has not told yet.
///
/// They are found by the address of their `OVERLAPPED`, which is only a number here. A request that ends at once is
/// forgotten at once, and the port may tell of it when its address is another's: so what counts is whether the request
/// that is found has ended.
pub struct Port {
    handle: OwnedHandle,
    under_way: Mutex<HashMap<usize, Arc<InFlight>>>,
}

static PORT: Mutex<Option<&'static Port>> = Mutex::new(None);

impl Port {
    /// The port; the first call makes it, and the thread that waits for it. Both last as long as the process.
    fn of_process() -> Result<&'static Self, Failure> {
        let mut place = lock(&PORT);
        if let Some(port) = *place {
            return Ok(port);
        }
        let handle = associate(INVALID_HANDLE_VALUE, ptr::null_mut())?;
        // SAFETY: the call succeeded, so `handle` is an open handle that nobody else closes.
        let handle = unsafe { OwnedHandle::from_raw_handle(handle) };
        let port: &Self = Box::leak(Box::new(Self { handle, under_way: Mutex::default() }));
        let thread = thread::Builder::new().name("netioctl completion".to_owned());
        thread.spawn(|| port.run()).map_err(|error| failure_of_std(&error))?;
        *place = Some(port);
        Ok(port)
    }

    /// Wakes whoever polls a request that has ended, again and again.
    fn run(&self) {
        loop {
            let Some(address) = self.next() else {
                thread::sleep(POLL);
                continue;
            };
            let mut under_way = lock(&self.under_way);
            let ended = match under_way.get(&address) {
                Some(request) if request.state.has_ended() => under_way.remove(&address),
                _ => None,
            };
            // What it wakes may send another request at once.
            drop(under_way);
            if let Some(request) = ended {
                request.end();
            }
        }
    }

    /// The address of the next request that has ended; `None` if the port does not tell.
    fn next(&self) -> Option<usize> {
        let (mut bytes, mut key, mut ended) = (0, 0, ptr::null_mut());
        let port = self.handle.as_raw_handle();
        // SAFETY: the port is open, the places are locals. The result tells how the request ended, as its own state
        // does, and is not needed.
        let _ = unsafe { GetQueuedCompletionStatus(port, &raw mut bytes, &raw mut key, &raw mut ended, INFINITE) };
        (!ended.is_null()).then(|| ended.addr())
    }
}

/// `CreateIoCompletionPort`: a new port, or the one to which the end of each request of a file goes from now on.
fn associate(file: HANDLE, port: HANDLE) -> Result<HANDLE, Failure> {
    // SAFETY: both are open or stand for nothing; a port keeps nothing of a file that could outlive it.
    let port = unsafe { CreateIoCompletionPort(file, port, 0, 0) };
    if port.is_null() { Err(Failure::from_win32(last_error())) } else { Ok(port) }
}

/// A file and the port that it is associated with, which can happen only once.
#[derive(Default)]
pub struct Bound(Mutex<Option<&'static Port>>);

impl Bound {
    fn port(&self, file: &File) -> Result<&'static Port, Failure> {
        let mut place = lock(&self.0);
        if let Some(port) = *place {
            return Ok(port);
        }
        let port = Port::of_process()?;
        associate(file.as_raw_handle(), port.handle.as_raw_handle())?;
        *place = Some(port);
        Ok(port)
    }
}

/// A request that may be under way. The port has it until then, so the buffers outlive the future.
struct InFlight {
    state: Overlapped,
    input: Vec<u8>,
    output: UnsafeCell<Vec<u8>>,
    /// Until the request has ended.
    file: Mutex<Option<InUse>>,
    waker: Mutex<Option<Waker>>,
}

// SAFETY: the system alone touches the output while the request is under way, and its one future afterwards.
unsafe impl Sync for InFlight {}

impl InFlight {
    /// The file is not used any more, and whoever waits is woken.
    fn end(&self) {
        drop(lock(&self.file).take());
        let waker = lock(&self.waker).take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Sends it. `Err`: it never was under way.
    fn send(&self, code: u32) -> Result<(), Failure> {
        let file = lock(&self.file);
        let file = file.as_ref().ok_or(removal::gone())?;
        // SAFETY: nobody has the output yet.
        let output: *mut [u8] = unsafe { &mut *self.output.get() }.as_mut_slice();
        // SAFETY: buffers and OVERLAPPED are in an allocation that the port shares until the request has ended, and
        // the output is taken after that.
        unsafe { self.state.start(file.as_handle(), code, &raw const *self.input, output) }?;
        // Whoever gives the file up cancels what is under way, and may have done so a moment ago.
        if file.is_leaving() {
            self.state.cancel(file.as_handle());
        }
        Ok(())
    }

    fn cancel(&self) {
        if let Some(file) = &*lock(&self.file) {
            self.state.cancel(file.as_handle());
        }
    }
}

/// The end of a request, and its output. Dropped, it cancels the request.
pub struct Ending {
    port: &'static Port,
    request: Arc<InFlight>,
    /// The request never was under way.
    refused: Option<Failure>,
}

/// Sends a request to a file.
pub fn start(file: InUse, bound: &Bound, code: u32, input: Vec<u8>, output: Vec<u8>) -> Result<Ending, Failure> {
    let port = bound.port(&file)?;
    let request = Arc::new(InFlight {
        state: Overlapped::new(ptr::null_mut()),
        input,
        output: UnsafeCell::new(output),
        file: Mutex::new(Some(file)),
        waker: Mutex::default(),
    });
    lock(&port.under_way).insert(request.state.address(), Arc::clone(&request));
    let refused = request.send(code).err();
    Ok(Ending { port, request, refused })
}

impl Ending {
    fn has_ended(&self) -> bool {
        self.refused.is_some() || self.request.state.has_ended()
    }

    /// The port need not tell of the request any more.
    fn forget(&self) {
        lock(&self.port.under_way).remove(&self.request.state.address());
        drop(lock(&self.request.file).take());
    }
}

impl Future for Ending {
    type Output = (Result<usize, Failure>, Vec<u8>);

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // Before the look: an end between both finds somebody to wake.
        *lock(&self.request.waker) = Some(context.waker().clone());
        if !self.has_ended() {
            return Poll::Pending;
        }
        self.forget();
        // The system has written the output before it said that the request has ended.
        atomic::fence(Ordering::Acquire);
        // SAFETY: the request has ended, and this is its only future.
        let output = mem::take(unsafe { &mut *self.request.output.get() });
        Poll::Ready((self.refused.map_or_else(|| self.request.state.outcome(), Err), output))
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if self.has_ended() {
            self.forget();
        } else {
            self.request.cancel();
        }
    }
}
