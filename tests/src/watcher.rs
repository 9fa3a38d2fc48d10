//! A client that watches.

use crate::{
    lab::Lab,
    linux::{Link, Linux},
};
use anyhow::{Context, Result, ensure};
use netioctl_client::{
    Access, Canceller, Change, ChangeKind, Changes, Family, Watch, WatchSources, abi::AddressFamily,
};
use std::{net::IpAddr, time::Duration};
use witness::TestLink;

/// An event comes within milliseconds; this is for a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A link that the tests make.
pub const TEST_LINK: TestLink = TestLink::new(3).expect("below 10");

/// A client that watches with a handle of its own, and gives up after [`PATIENCE`].
pub struct Watcher {
    /// The watch itself.
    pub watch: Watch,
    /// Told, but not asked for yet.
    pub pending: Vec<Change>,
}

impl Watcher {
    /// Watches from now on.
    pub fn new(lab: &Lab, sources: WatchSources, family: Family) -> Result<Self> {
        let device = lab.open(Access::Read)?.with_canceller(&Canceller::after(PATIENCE)?);
        let mut watch = device.watch(sources, family);
        let first = watch.wait().context("beginning to watch")?;
        let kinds: Vec<_> = first.events.iter().map(|change| (change.source, change.kind())).collect();
        let expected: Vec<_> = sources.iter().map(|source| (source, ChangeKind::Initial)).collect();
        ensure!(kinds == expected, "the first answer is {first:?}");
        Ok(Self { watch, pending: Vec::new() })
    }

    /// Takes events until one is as wanted.
    pub fn until(&mut self, what: &str, wanted: impl Fn(&Change) -> bool) -> Result<Change> {
        loop {
            if let Some(place) = self.pending.iter().position(&wanted) {
                return Ok(self.pending.drain(..=place).next_back().expect("it was found"));
            }
            let Changes { events, lost } = self.watch.wait().with_context(|| format!("waiting for {what}"))?;
            ensure!(lost == 0, "{lost} events were lost");
            self.pending.extend(events);
        }
    }
}

/// Tells a change of an interface in one family from others.
pub fn of_interface(kind: ChangeKind, index: u32, family: AddressFamily) -> impl Fn(&Change) -> bool {
    move |change| {
        change.source == WatchSources::INTERFACES
            && change.kind() == kind
            && change.interface_index == index
            && change.family == Some(family)
    }
}

/// Tells a change of an address from others.
pub fn of_address(kind: ChangeKind, index: u32, address: IpAddr) -> impl Fn(&Change) -> bool {
    move |change| change.kind() == kind && change.interface_index == index && change.address == Some(address)
}

/// Runs `body` with a link whose MTU it may change, and sets the MTU back.
pub fn with_mtu_restored(lab: &Lab, body: impl FnOnce(&mut Linux, &Link) -> Result<()>) -> Result<()> {
    let mut linux = lab.linux()?;
    let [link, _] = linux.links()?;
    let result = body(&mut linux, &link);
    linux.set_mtu(&link, link.mtu)?;
    result
}
