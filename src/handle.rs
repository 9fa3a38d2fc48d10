//! The handles that clients open.

use crate::{
    device::{Adapter, DeviceId},
    watch::{self, Watching},
};
use kmdf::{Create, File, ManualQueue, NtError, OpenFile, PassiveLevel};
use netioctl_abi::wire::{MAX_HANDLE_RESOLUTIONS, MAX_WAITING_REQUESTS};
use netioctl_core::{Client, Limit};

/// A handle that a client has opened, and what is its own.
pub struct Handle {
    /// The device that was opened.
    pub device: DeviceId,
    /// Who has opened it.
    pub client: Client,
    /// Where its requests wait for changes.
    pub queue: ManualQueue<Adapter>,
    /// Counts the requests that wait there.
    pub waiting: Limit,
    /// Counts its resolutions.
    pub resolving: Limit,
}

impl File for Handle {
    type Device = Adapter;
    type Extension = Watching;
    const EXTENSION: Watching = Watching::NEW;

    fn create(create: &Create<'_, Adapter>, _at: PassiveLevel<'_>) -> Result<Self, NtError> {
        Ok(Self {
            device: create.device().id(),
            client: if create.may_write() { Client::Writer } else { Client::Reader(create.logon_session()) },
            queue: create.create_queue()?,
            waiting: Limit::new(MAX_WAITING_REQUESTS),
            resolving: Limit::new(MAX_HANDLE_RESOLUTIONS),
        })
    }

    /// The framework cancels the requests that wait for the network.
    fn cleanup(file: &OpenFile<'_, Self>, at: PassiveLevel<'_>) {
        watch::end(&file.reference(), at);
    }
}
