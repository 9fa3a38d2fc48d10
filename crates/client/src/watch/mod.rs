//! Following interfaces and addresses as they come, change and go.

mod decode;
#[cfg(feature = "async")]
mod stream;
#[cfg(test)]
mod tests;

pub(crate) use decode::changes;
#[cfg(feature = "async")]
pub use stream::AsyncWatch;

use crate::{Device, Error, Family, InterfaceKey, InterfaceLuid};
use netioctl_abi::{
    AddressFamily,
    wire::{ChangeEvent, ChangeKind, MAX_PENDING_EVENTS, WatchFlags, WatchReply, WatchRequest, WatchSources},
};
use std::{iter::FusedIterator, net::IpAddr};

/// Bytes of the buffer for one reply: all that the driver keeps, should its events have twice the size known here.
pub(crate) const REPLY_BYTES: usize = size_of::<WatchReply>() + 2 * MAX_PENDING_EVENTS * size_of::<ChangeEvent>();

/// A watch for changes of interfaces and addresses (`NotifyIpInterfaceChange`, `NotifyUnicastIpAddressChange`), made by
/// [`Device::watch`].
///
/// Changes carry keys only, and what has become of an interface is read from its table. Nothing is missed by a program
/// that begins to watch first, reads the table when it is told [`ChangeKind::Initial`], and follows the changes from
/// there. Between two calls the driver keeps [`MAX_PENDING_EVENTS`] events; once there were more, [`Changes::lost`] is
/// not 0, and the table is to be read anew.
///
/// ```no_run
/// use netioctl_client::{Access, ChangeKind, Device, Family, WatchSources};
///
/// let device = Device::open(Access::Read)?;
/// for changes in device.watch(WatchSources::INTERFACES, Family::Both) {
///     let changes = changes?;
///     if changes.lost != 0 || changes.events.iter().any(|change| change.kind() == ChangeKind::Initial) {
///         println!("there are {} interfaces", device.interface_table(Family::Both)?.len());
///         continue;
///     }
///     for change in &changes.events {
///         let (Some(interface), Some(family)) = (change.interface(), change.family) else { continue };
///         match change.kind() {
///             ChangeKind::Removed => println!("{interface} is gone"),
///             // It may be gone again by now: then this fails with STATUS_NOT_FOUND, and Removed comes.
///             _ => println!("{interface} is {:?} now", device.interface(interface, family)),
///         }
///     }
/// }
/// # Ok::<(), netioctl_client::Error>(())
/// ```
///
/// # One for each device
/// The driver keeps the watch with the open handle, so a [`Device`] has one, shared by its clones, and every [`Watch`]
/// of it must ask for the same: another one ends with `STATUS_INVALID_DEVICE_STATE`. Open another [`Device`] for
/// another watch. The watch of the driver ends when the last clone of the device closes, not when the [`Watch`] is
/// dropped.
///
/// # Several threads
/// Each thread has a clone of the [`Watch`]. Every event goes to one thread only: the one that has waited longest gets
/// all that are pending. So threads that wait at once share the work; those that want each to see everything open a
/// device each.
///
/// # Giving up
/// A call waits for as long as nothing happens. [`Device::with_canceller`] ends it from another thread, with
/// `STATUS_CANCELLED`; no event is lost by that, and another call goes on where it ended.
#[derive(Clone, Debug)]
pub struct Watch {
    device: Device,
    request: WatchRequest,
    failed: bool,
}

impl Watch {
    pub(crate) fn new(device: Device, sources: WatchSources, family: Family) -> Self {
        let request = WatchRequest::new(sources, family.raw(), WatchFlags::INITIAL);
        Self { device, request, failed: false }
    }

    /// Without [`ChangeKind::Initial`] at the beginning: for programs to which only what happens matters. The first
    /// [`wait`](Self::wait) begins to watch, and returns when something has happened.
    #[must_use]
    pub const fn without_initial(mut self) -> Self {
        self.request.flags = WatchFlags::empty().bits();
        self
    }

    /// Waits until something has happened since the last call, for as long as it takes. The first call begins to
    /// watch, and returns at once with [`ChangeKind::Initial`] for each source.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver: `STATUS_CANCELLED`; `STATUS_DEVICE_REMOVED` if the device went
    /// away while waiting, or is about to (see [`Device`]); `STATUS_QUOTA_EXCEEDED` if as many handles
    /// watch as the driver takes ([`MAX_SESSION_WATCHES`](netioctl_abi::wire::MAX_SESSION_WATCHES));
    /// `STATUS_INVALID_DEVICE_STATE` if this device watches something else already; `STATUS_INVALID_PARAMETER` without
    /// a source; `STATUS_NOT_SUPPORTED`. [`Error::BadReply`]; [`Error::Unsupported`].
    pub fn wait(&mut self) -> Result<Changes, Error> {
        self.device.wait_for_changes(&self.request)
    }
}

/// Waits for each item; ends after the first error, which is the last item.
impl Iterator for Watch {
    type Item = Result<Changes, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let changes = self.wait();
        self.failed = changes.is_err();
        Some(changes)
    }
}

impl FusedIterator for Watch {}

/// What has happened since the call before.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Changes {
    /// In the order in which it happened; one at least.
    pub events: Vec<Change>,
    /// Events that the driver had no room for. If it is not 0, the events do not tell everything, and only the tables
    /// say what there is.
    pub lost: u64,
}

/// One thing that has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "crate::serial::ChangeForm", try_from = "crate::serial::ChangeForm")
)]
#[non_exhaustive]
pub struct Change {
    /// Counts the events of the watch from 1.
    pub sequence: u64,
    /// What it is about: [`WatchSources::INTERFACES`] or [`WatchSources::ADDRESSES`].
    pub source: WatchSources,
    /// The number of what happened (`MIB_NOTIFICATION_TYPE`); see [`kind`](Self::kind).
    pub raw_kind: u8,
    /// The interface, or the interface of the address; 0 for [`ChangeKind::Initial`].
    pub interface_luid: InterfaceLuid,
    /// Its index; 0 for [`ChangeKind::Initial`].
    pub interface_index: u32,
    /// The family of the interface row or of the address; `None` for [`ChangeKind::Initial`].
    pub family: Option<AddressFamily>,
    /// The address, if it is about one.
    pub address: Option<IpAddr>,
    /// The zone of a link-local IPv6 address; 0 otherwise.
    pub scope_id: u32,
    /// Notifications that this stands for: repeated ones become one while nobody takes them.
    pub notifications: u32,
}

impl Change {
    /// What happened. A number that this crate does not know counts as [`ChangeKind::Changed`]: something has happened
    /// to the interface or address, and its row tells what there is.
    #[must_use]
    pub fn kind(&self) -> ChangeKind {
        ChangeKind::from_raw(self.raw_kind).unwrap_or(ChangeKind::Changed)
    }

    /// What names the interface in a request; `None` for [`ChangeKind::Initial`].
    #[must_use]
    pub fn interface(&self) -> Option<InterfaceKey> {
        (self.interface_luid.0 != 0).then_some(InterfaceKey::Luid(self.interface_luid))
    }
}
