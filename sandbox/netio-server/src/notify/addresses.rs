//! `NotifyUnicastIpAddressChange`.

use super::{known::Known, source::Message};
use crate::{address::Address, calls::Call, family::Family, kernel::Kernel, shared::Shared, status::Refusal};
use rtnetlink::MulticastGroup;
use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

/// The groups that speak of addresses.
pub const GROUPS: [MulticastGroup; 2] = [MulticastGroup::Ipv4Ifaddr, MulticastGroup::Ipv6Ifaddr];

type Key = (u32, IpAddr);

/// A change of an address, with the LUID of its link.
pub type Change = super::known::Change<Key, u64>;

/// The addresses that a listener knows of.
pub struct Addresses {
    shared: Arc<Shared>,
    families: Vec<Family>,
    luids: BTreeMap<u32, u64>,
    known: Known<Key, u64>,
}

impl Addresses {
    /// Looks for the first time.
    pub fn new(shared: Arc<Shared>, families: Vec<Family>) -> Result<Self, Refusal> {
        let mut this = Self { shared, families, luids: BTreeMap::new(), known: Known::new(BTreeMap::new()) };
        let rows = this.rows()?;
        this.known = Known::new(rows);
        Ok(this)
    }

    fn rows(&mut self) -> Result<BTreeMap<Key, u64>, Refusal> {
        let shared = Arc::clone(&self.shared);
        let kernel = Kernel::open()?;
        let call = Call::new(&shared, &kernel)?;
        self.luids = call.host.links.iter().filter_map(|link| Some((link.index, link.luid()?))).collect();
        let mut rows = BTreeMap::new();
        for family in &self.families {
            let addresses = call.kernel.addresses(*family)?;
            let rows_of = addresses.iter().filter_map(|address| Some((key(address), *self.luids.get(&address.link)?)));
            rows.extend(rows_of);
        }
        Ok(rows)
    }

    /// Looks anew.
    pub fn look(&mut self, everything: bool) -> Result<Vec<Change>, Refusal> {
        let rows = self.rows()?;
        Ok(self.known.replace(rows, everything))
    }

    /// Reads what the kernel says.
    pub fn read(&mut self, messages: Vec<Message>) -> Result<Vec<Change>, Refusal> {
        let mut changes = Vec::new();
        for message in messages {
            match message {
                Message::Address(address) if self.families.contains(&address.family()) => {
                    changes.extend(self.put(&address)?);
                }
                Message::AddressGone(address) => changes.extend(self.known.remove(key(&address))),
                _ => {}
            }
        }
        Ok(changes)
    }

    fn put(&mut self, address: &Address) -> Result<Vec<Change>, Refusal> {
        match self.luids.get(&address.link) {
            Some(luid) => Ok(vec![self.known.put(key(address), *luid)]),
            // The link is new. If it is gone already, so is the address.
            None => self.look(false),
        }
    }
}

const fn key(address: &Address) -> Key {
    (address.link, address.ip)
}
