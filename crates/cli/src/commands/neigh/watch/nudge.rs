//! A reason to look at once: the network stack has told that an interface or an address came, changed or went, and its
//! neighbors with it. Of neighbors themselves it tells nothing.

use netioctl_client::{Canceller, Device, Error, Family, WatchSources};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread::{self, Scope},
};

pub struct Nudge {
    /// `None` where nobody tells.
    device: Option<Device>,
    family: Family,
    stop: Canceller,
    given: AtomicBool,
}

impl Nudge {
    pub fn new(device: Option<Device>, family: Family) -> Result<Self, Error> {
        Ok(Self { device, family, stop: Canceller::new()?, given: AtomicBool::new(false) })
    }

    /// There is a reason to look.
    pub fn is_given(&self) -> bool {
        self.given.load(Ordering::Relaxed)
    }

    /// Somebody looks.
    pub fn take(&self) {
        self.given.store(false, Ordering::Relaxed);
    }

    /// Wakes this thread whenever something is told, until what is returned is dropped.
    pub fn follow<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) -> Followed<'scope> {
        if let Some(device) = &self.device {
            let watch = device.with_canceller(&self.stop).watch(WatchSources::all(), self.family).without_initial();
            let waiting = thread::current();
            scope.spawn(move || {
                for told in watch {
                    // An older driver that cannot tell is no reason. The end of the driver is: a look will say so.
                    if told.is_err_and(|error| error.failure().is_none_or(|failure| !failure.is_device_gone())) {
                        return;
                    }
                    self.given.store(true, Ordering::Relaxed);
                    waiting.unpark();
                }
            });
        }
        Followed(self)
    }
}

/// Ends the thread that follows.
pub struct Followed<'a>(&'a Nudge);

impl Drop for Followed<'_> {
    fn drop(&mut self) {
        self.0.stop.cancel();
    }
}
