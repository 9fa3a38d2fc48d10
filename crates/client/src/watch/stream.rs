//! A watch for programs that wait for many things at once.

use super::Changes;
use crate::{AsyncDevice, Error, Family, WatchSources};
use futures_core::{FusedStream, Stream};
use netioctl_abi::wire::{WatchFlags, WatchRequest};
use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// The request that waits.
type Waiting = Pin<Box<dyn Future<Output = Result<Changes, Error>> + Send>>;

/// A [`Watch`](crate::Watch) as a stream, made by [`AsyncDevice::watch`]: what is said there of events, of their loss
/// and of one watch for each device holds here, too. It ends after the first error.
///
/// The request that waits belongs to the stream: a future of its next item may be dropped, and no event is lost. The
/// stream cancels it when it is dropped itself.
///
/// ```no_run
/// use futures::TryStreamExt;
/// use netioctl_client::{Access, AsyncDevice, Family, WatchSources};
///
/// # async fn example() -> Result<(), netioctl_client::Error> {
/// let device = AsyncDevice::open(Access::Read)?;
/// let mut watch = device.watch(WatchSources::ADDRESSES, Family::Both);
/// while let Some(changes) = watch.try_next().await? {
///     println!("{:?}", changes.events);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing unless it is polled"]
pub struct AsyncWatch {
    device: AsyncDevice,
    request: WatchRequest,
    waiting: Option<Waiting>,
    failed: bool,
}

impl AsyncWatch {
    pub(crate) fn new(device: AsyncDevice, sources: WatchSources, family: Family) -> Self {
        let request = WatchRequest::new(sources, family.raw(), WatchFlags::INITIAL);
        Self { device, request, waiting: None, failed: false }
    }

    /// As [`Watch::without_initial`](crate::Watch::without_initial). The watch begins when the stream is polled first.
    pub const fn without_initial(mut self) -> Self {
        self.request.flags = WatchFlags::empty().bits();
        self
    }
}

impl Stream for AsyncWatch {
    type Item = Result<Changes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.failed {
            return Poll::Ready(None);
        }
        let (device, request) = (self.device.clone(), self.request);
        let waiting =
            self.waiting.get_or_insert_with(|| Box::pin(async move { device.wait_for_changes(&request).await }));
        let changes = ready!(waiting.as_mut().poll(context));
        self.waiting = None;
        self.failed = changes.is_err();
        Poll::Ready(Some(changes))
    }
}

impl FusedStream for AsyncWatch {
    fn is_terminated(&self) -> bool {
        self.failed
    }
}

impl fmt::Debug for AsyncWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncWatch").field("request", &self.request).finish_non_exhaustive()
    }
}
