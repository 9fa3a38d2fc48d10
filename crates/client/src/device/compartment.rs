//! Devices whose requests act in a network compartment: every thread that sends one is in there for that long.

use crate::{Canceller, Device, Error, Failure, Transport, sys};
use std::{num::NonZeroU32, sync::Arc};
#[cfg(feature = "async")]
use {
    crate::Ending,
    std::{future, task::Poll},
};

impl Device {
    /// The same device; requests made through it act in this network compartment (`NET_IF_COMPARTMENT_ID`), such as that
    /// of a container. Those of other devices go on in the compartment of the thread that sends them.
    ///
    /// A thread enters the compartment to send a request and is back in its own when the call returns
    /// (`SetCurrentThreadCompartmentId` of `netioapi.h`). So it does not matter which threads use the device, nor which
    /// thread polls a future of an `AsyncDevice` made of it. A watch tells of the compartment that it was begun in.
    ///
    /// # Errors
    /// [`Error::Compartment`] if this thread may not enter it, if there is none with this number, or if the system has no
    /// compartments. Should it be gone later, requests end with the same codes as [`Error::Request`], and were not sent.
    pub fn in_compartment(&self, compartment: NonZeroU32) -> Result<Self, Error> {
        let enter = move || sys::compartment::enter(compartment);
        self.within(enter).map_err(|failure| Error::Compartment { compartment, failure })
    }

    /// The same device; whoever sends a request is where `enter` leads until the guard that it returns is dropped.
    fn within<E, G>(&self, enter: E) -> Result<Self, Failure>
    where
        E: Fn() -> Result<G, Failure> + Send + Sync + 'static,
    {
        // Now rather than with the first request.
        drop(enter()?);
        let inner = Arc::clone(&self.transport);
        Ok(Self { transport: Arc::new(Within { inner, enter }), ..self.clone() })
    }
}

/// Sends each request from where `enter` leads.
struct Within<E> {
    inner: Arc<dyn Transport>,
    enter: E,
}

impl<E, G> Transport for Within<E>
where
    E: Fn() -> Result<G, Failure> + Send + Sync,
{
    fn control(
        &self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        canceller: Option<&Canceller>,
    ) -> Result<usize, Failure> {
        let _there = (self.enter)()?;
        self.inner.control(code, input, output, canceller)
    }

    /// The poll that comes first sends the request; where later ones are does not matter.
    #[cfg(feature = "async")]
    fn start(&self, code: u32, input: Vec<u8>, output: Vec<u8>) -> Ending<'_> {
        let mut ending = self.inner.start(code, input, output);
        let mut sent = false;
        Box::pin(future::poll_fn(move |context| {
            if sent {
                return ending.as_mut().poll(context);
            }
            sent = true;
            match (self.enter)() {
                Ok(_there) => ending.as_mut().poll(context),
                Err(failure) => Poll::Ready((Err(failure), Vec::new())),
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Answer, Script, version};
    use std::{
        cell::Cell,
        marker::PhantomData,
        sync::Mutex,
        thread::{self, ThreadId},
    };
    use zerocopy::IntoBytes;

    thread_local! {
        static HERE: Cell<u32> = const { Cell::new(1) };
    }

    /// As the system's: it brings its thread back, and stays on it.
    struct Entered(u32, PhantomData<*const ()>);

    impl Drop for Entered {
        fn drop(&mut self) {
            HERE.set(self.0);
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "that of a system can fail")]
    fn enter_two() -> Result<Entered, Failure> {
        Ok(Entered(HERE.replace(2), PhantomData))
    }

    /// Notes where each request was sent.
    #[derive(Clone, Default)]
    struct Places(Arc<Mutex<Vec<(ThreadId, u32)>>>);

    impl Places {
        fn note(&self) {
            self.0.lock().unwrap().push((thread::current().id(), HERE.get()));
        }

        fn take(&self) -> Vec<(ThreadId, u32)> {
            std::mem::take(&mut self.0.lock().unwrap())
        }
    }

    impl Transport for Places {
        fn control(
            &self,
            _code: u32,
            _input: &[u8],
            output: &mut [u8],
            _canceller: Option<&Canceller>,
        ) -> Result<usize, Failure> {
            self.note();
            let reply = version(netioctl_abi::ABI_MAJOR);
            output[..reply.as_bytes().len()].copy_from_slice(reply.as_bytes());
            Ok(reply.as_bytes().len())
        }

        /// Sent by the first poll, ends with the second one.
        #[cfg(feature = "async")]
        fn start(&self, code: u32, input: Vec<u8>, mut output: Vec<u8>) -> Ending<'_> {
            let mut polls = 0;
            Box::pin(future::poll_fn(move |context| {
                polls += 1;
                if polls == 1 {
                    self.note();
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                self.note();
                let end = Self::default().control(code, &input, &mut output, None);
                Poll::Ready((end, std::mem::take(&mut output)))
            }))
        }
    }

    #[test]
    fn each_thread_that_sends_is_there_and_comes_back() {
        let places = Places::default();
        let device = Device::over(places.clone()).unwrap();
        let there = device.within(enter_two).unwrap();
        places.take();
        there.version().unwrap();
        assert_eq!(HERE.get(), 1);
        let other = thread::scope(|scope| {
            let other = scope.spawn(|| {
                there.clone().version().unwrap();
                (thread::current().id(), HERE.get())
            });
            other.join().unwrap()
        });
        device.version().unwrap();
        let here = thread::current().id();
        assert_eq!(places.take(), [(here, 2), (other.0, 2), (here, 1)]);
        assert_eq!((other.1, HERE.get()), (1, 1));
    }

    #[cfg(feature = "async")]
    #[test]
    fn a_future_is_sent_from_there_and_keeps_no_thread_there() {
        use crate::AsyncDevice;
        use std::{
            pin::pin,
            task::{Context, Waker},
        };
        let places = Places::default();
        let device: AsyncDevice = Device::over(places.clone()).unwrap().within(enter_two).unwrap().into();
        places.take();
        let mut asked = pin!(device.version());
        let mut context = Context::from_waker(Waker::noop());
        assert!(asked.as_mut().poll(&mut context).is_pending());
        assert_eq!(HERE.get(), 1);
        assert!(asked.as_mut().poll(&mut context).is_ready());
        let here = thread::current().id();
        assert_eq!(places.take(), [(here, 2), (here, 1)]);
    }

    #[test]
    fn nothing_is_sent_from_elsewhere() {
        let (device, script) = Script::device([Answer::Bytes(Vec::new())]);
        let refused = || Err::<(), _>(Failure::from_win32(5));
        assert_eq!(device.within(refused).unwrap_err(), Failure::from_win32(5));
        // It was there when the device was made, and is gone now.
        let calls = Mutex::new(0);
        let gone = move || {
            let mut calls = calls.lock().unwrap();
            *calls += 1;
            if *calls == 1 { Ok(()) } else { Err(Failure::from_win32(1168)) }
        };
        let error = device.within(gone).unwrap().flush_neighbors(crate::Family::Both, None).unwrap_err();
        assert_eq!(error.failure(), Some(&Failure::from_win32(1168)));
        assert!(script.requests().is_empty());
    }
}
