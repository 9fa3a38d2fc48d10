//! `NotifyIpInterfaceChange`.

use super::{known::Known, source::Message};
use crate::{
    calls::{Call, interfaces::interface_row},
    family::Family,
    kernel::{Kernel, Timing},
    link::Link,
    shared::Shared,
    status::Refusal,
};
use netio_sys::MIB_IPINTERFACE_ROW;
use rtnetlink::MulticastGroup;
use std::{collections::BTreeMap, sync::Arc};

/// The groups that speak of links and of their IPv4 and IPv6 sides. IPv6 says nothing of its being switched off on a
/// link but that the addresses go.
pub const GROUPS: [MulticastGroup; 5] = [
    MulticastGroup::Link,
    MulticastGroup::Ipv4Netconf,
    MulticastGroup::Ipv6Netconf,
    MulticastGroup::Ipv6Ifinfo,
    MulticastGroup::Ipv6Ifaddr,
];

type Key = (u32, Family);

/// A change of an interface.
pub type Change = super::known::Change<Key, MIB_IPINTERFACE_ROW>;

/// The interfaces that a listener knows of.
pub struct Interfaces {
    shared: Arc<Shared>,
    families: Vec<Family>,
    timings: Vec<Timing>,
    known: Known<Key, MIB_IPINTERFACE_ROW>,
}

impl Interfaces {
    /// Looks for the first time.
    pub fn new(shared: Arc<Shared>, families: Vec<Family>) -> Result<Self, Refusal> {
        let mut this = Self { shared, families, timings: Vec::new(), known: Known::new(BTreeMap::new()) };
        let rows = this.rows()?;
        this.known = Known::new(rows);
        Ok(this)
    }

    fn rows(&mut self) -> Result<BTreeMap<Key, MIB_IPINTERFACE_ROW>, Refusal> {
        let shared = Arc::clone(&self.shared);
        let kernel = Kernel::open()?;
        let call = Call::new(&shared, &kernel)?;
        self.timings = call.kernel.timings()?;
        let keys = call.host.links.iter().flat_map(|link| self.families.iter().map(move |family| (link, *family)));
        Ok(keys.filter_map(|(link, family)| Some(((link.index, family), self.row(link, family)?))).collect())
    }

    fn row(&self, link: &Link, family: Family) -> Option<MIB_IPINTERFACE_ROW> {
        let row = interface_row(&self.shared, link, family, &self.timings)?;
        // Linux rolls dice for it every few minutes.
        Some(MIB_IPINTERFACE_ROW { ReachableTime: 0, ..row })
    }

    /// Looks anew.
    pub fn look(&mut self, everything: bool) -> Result<Vec<Change>, Refusal> {
        let rows = self.rows()?;
        Ok(self.known.replace(rows, everything))
    }

    /// Reads what the kernel says.
    pub fn read(&mut self, messages: Vec<Message>) -> Result<Vec<Change>, Refusal> {
        let mut changes = Vec::new();
        let mut unclear = false;
        for message in messages {
            match message {
                Message::Link(link) => changes.extend(self.link(&Link::from_message(&link))),
                Message::LinkGone(index) => changes.extend(self.remove(index)),
                _ => unclear = true,
            }
        }
        if unclear {
            changes.extend(self.look(false)?);
        }
        Ok(changes)
    }

    fn link(&mut self, link: &Link) -> Vec<Change> {
        let rows: Vec<_> = self.families.iter().map(|family| (*family, self.row(link, *family))).collect();
        let change = |(family, row)| match row {
            Some(row) => Some(self.known.put((link.index, family), row)),
            None => self.known.remove((link.index, family)),
        };
        rows.into_iter().filter_map(change).collect()
    }

    fn remove(&mut self, index: u32) -> Vec<Change> {
        Family::ALL.into_iter().filter_map(|family| self.known.remove((index, family))).collect()
    }
}
