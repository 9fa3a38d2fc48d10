//! The driver: what all handles share.

use crate::{Memory, lock};
use netioctl_abi::{NtError, wire::MAX_RESOLUTIONS};
use netioctl_core::{Limit, Processor, Service, Shell, Statistics, Watches};
use netioctl_irql::PassiveLevel;
use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// The service of the driver over a NETIO in memory.
pub type Core = Service<Memory, InProcess>;

/// A driver in this process. Clones are the same driver.
#[derive(Clone)]
pub struct Loopback(pub(crate) Arc<Driver>);

/// What happens while a client waits for changes.
type Meanwhile = Arc<dyn Fn(&Loopback) + Send + Sync>;

pub struct Driver {
    pub netio: Memory,
    pub service: Core,
    pub watches: Mutex<Watches>,
    pub resolutions: Arc<Limit>,
    meanwhile: Mutex<Option<Meanwhile>>,
    removed: AtomicBool,
}

/// What the shell of the driver has for the core. Who calls is on the only processor.
#[derive(Debug, Default)]
pub struct InProcess {
    /// Changes of interfaces come one after the other.
    changes: Mutex<()>,
    statistics: Statistics<[Processor; 1]>,
}

impl Shell for InProcess {
    fn alone<R>(&self, _: PassiveLevel<'_>, body: impl FnOnce() -> R) -> Result<R, NtError> {
        let _held = lock(&self.changes);
        Ok(body())
    }

    fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    fn processor(&self) -> usize {
        0
    }
}

impl Default for Loopback {
    fn default() -> Self {
        Self::new()
    }
}

impl Loopback {
    /// A driver over empty tables.
    #[must_use]
    pub fn new() -> Self {
        let netio = Memory::default();
        let version =
            [env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"), env!("CARGO_PKG_VERSION_PATCH")];
        let version = version.map(|part| part.parse().unwrap_or_default());
        Self(Arc::new(Driver {
            service: Service::new(netio.clone(), InProcess::default(), version),
            netio,
            watches: Mutex::new(Watches::new()),
            resolutions: Arc::new(Limit::new(MAX_RESOLUTIONS)),
            meanwhile: Mutex::default(),
            removed: AtomicBool::new(false),
        }))
    }

    /// Its NETIO.
    #[must_use]
    pub fn netio(&self) -> &Memory {
        &self.0.netio
    }

    /// Whenever a client has to wait for a change, `meanwhile` happens, in the thread of that client.
    pub fn while_waiting(&self, meanwhile: impl Fn(&Self) + Send + Sync + 'static) {
        *lock(&self.0.meanwhile) = Some(Arc::new(meanwhile));
    }

    /// The device goes: what waits ends with `STATUS_DEVICE_REMOVED`, and so does what is sent later.
    pub fn remove(&self) {
        self.0.removed.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_removed(&self) -> bool {
        self.0.removed.load(Ordering::SeqCst)
    }

    pub(crate) fn somebody_waits(&self) {
        // Not under the lock: what happens may set what happens next.
        let meanwhile = lock(&self.0.meanwhile).clone();
        if let Some(meanwhile) = meanwhile {
            meanwhile(self);
        }
    }
}

impl fmt::Debug for Loopback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loopback").field("netio", &self.0.netio).finish_non_exhaustive()
    }
}
