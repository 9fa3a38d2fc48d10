//! What all connections share: the settings, what is kept of interface rows, and who listens.

use crate::{
    appeared::Appeared,
    kept::{self, Kept},
    settings::Settings,
};
use netio_sys::MIB_IPINTERFACE_ROW;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;

/// What all connections share.
#[derive(Debug, Default)]
pub struct Shared {
    settings: RwLock<Settings>,
    /// Members of interface rows that Linux has no place for.
    pub kept: Kept,
    /// The interfaces that have just appeared.
    pub(crate) appeared: Appeared,
    changes: watch::Sender<()>,
    listeners: Arc<()>,
}

impl Shared {
    /// Starts with these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings: RwLock::new(settings), ..Self::default() }
    }

    /// A copy of the settings as they are now.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the settings; calls under way keep the old ones.
    pub fn change(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// Keeps what a row sets, and tells those who listen to interfaces.
    pub fn keep(&self, key: kept::Key, row: &MIB_IPINTERFACE_ROW) {
        self.kept.take(key, row);
        self.changes.send_replace(());
    }

    /// Counts a listener until the answer is dropped.
    #[must_use]
    pub fn listener(&self) -> Arc<()> {
        Arc::clone(&self.listeners)
    }

    /// How many listeners there are.
    #[must_use]
    pub fn listeners(&self) -> usize {
        Arc::strong_count(&self.listeners) - 1
    }

    /// Changes of what is kept, from now on.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }
}
