//! The Linux side, as a test wants to see it.

mod link;
mod rows;

pub use link::Link;

use anyhow::{Context, Result, bail, ensure};
use macaddr::MacAddr6;
use netioctl_client::{Device, Family};
use rows::{Row, differences, driver_row, linux_row};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    thread,
    time::{Duration, Instant},
};
use witness::{Processes, Request, State, TestLink, Witness};

/// A neighbor that answers does so within milliseconds; this is for a busy machine.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Times that two tables are compared when the kernel changes them in between.
const COMPARISONS: u32 = 20;

/// Neighbors that are made at once: a busy machine takes a second for these.
const FILL: u32 = 50_000;

/// The witness.
pub struct Linux {
    witness: Witness,
}

impl Linux {
    pub fn connect(address: SocketAddr) -> Result<Self> {
        Ok(Self { witness: Witness::connect(address).context("connecting to the witness")? })
    }

    /// The test links, both of them.
    pub fn links(&mut self) -> Result<[Link; 2]> {
        let answer: Value = self.witness.ask(&Request::Links {})?;
        let links =
            answer["addresses"].as_array().context("addresses")?.iter().filter_map(link::link).collect::<Vec<_>>();
        <[Link; 2]>::try_from(links).map_err(|links| anyhow::anyhow!("two test links, not {links:?}"))
    }

    /// Everything that `ip link` and `ip address` say.
    pub fn everything(&mut self) -> Result<Value> {
        Ok(self.witness.ask(&Request::Links {})?)
    }

    /// What `ip -j neigh` prints, every state included.
    pub fn ip_neigh(&mut self) -> Result<Vec<Value>> {
        Ok(self.witness.ask(&Request::Neigh {})?)
    }

    /// What `ip -j route show table all` prints for both families.
    pub fn routes(&mut self) -> Result<Vec<Value>> {
        Ok(self.witness.ask(&Request::Routes {})?)
    }

    /// The one route that `ip -j route get` prints.
    pub fn route_to(&mut self, address: IpAddr) -> Result<Value> {
        let routes: Vec<Value> = self.witness.ask(&Request::RouteGet { address })?;
        routes.into_iter().next().context("a route")
    }

    /// Makes a route through a router, or takes it away.
    pub fn set_route(&mut self, network: (IpAddr, u8), via: IpAddr, metric: u32, add: bool) -> Result<()> {
        let (destination, prefix) = network;
        Ok(self.witness.run(&Request::Route { destination, prefix, via, metric, add })?)
    }

    fn raw_neighbors(&mut self) -> Result<Vec<witness::Neighbor>> {
        Ok(self.witness.neighbors()?)
    }

    /// The neighbors of a link.
    pub fn neighbors_of(&mut self, link: &Link) -> Result<Vec<witness::Neighbor>> {
        let mut rows = self.raw_neighbors()?;
        rows.retain(|row| row.dev == link.name);
        Ok(rows)
    }

    /// What the stack knows of this neighbor: state and physical address.
    pub fn neighbor(&mut self, link: &Link, address: IpAddr) -> Result<Option<(String, Option<String>)>> {
        let rows = self.raw_neighbors()?;
        let row = rows.into_iter().find(|row| row.dev == link.name && row.dst == address);
        Ok(row.map(|row| (row.state.join(","), row.lladdr)))
    }

    /// The physical address of a neighbor, which must exist.
    pub fn lladdr(&mut self, link: &Link, address: IpAddr) -> Result<String> {
        let (_, lladdr) = self.neighbor(link, address)?.with_context(|| format!("Linux has no {address}"))?;
        lladdr.with_context(|| format!("Linux has no physical address for {address}"))
    }

    /// Makes a dynamic row by talking to a neighbor that answers.
    pub fn reach(&mut self, link: &Link, address: IpAddr) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < ANSWER_TIMEOUT {
            self.witness.run(&Request::Ping { address, dev: Some(link.name.clone()) })?;
            if matches!(self.neighbor(link, address)?, Some((_, Some(_)))) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        bail!("{address} does not answer")
    }

    /// Makes rows of every kind on both links: dynamic and permanent, IPv4 and IPv6.
    pub fn populate(&mut self) -> Result<[Link; 2]> {
        let links = self.links()?;
        for link in &links {
            for family in &link.hosts {
                self.reach(link, family[0])?;
                self.add_permanent(link, family[1], MacAddr6::new(2, 0, 0x5e, 0, 0, 0x33))?;
            }
        }
        Ok(links)
    }

    /// Makes a permanent row; deletes the row of that address first if there is one.
    pub fn add_permanent(&mut self, link: &Link, address: IpAddr, lladdr: MacAddr6) -> Result<()> {
        if self.neighbor(link, address)?.is_some() {
            self.delete(link, address)?;
        }
        self.add(link, address, Some(lladdr), State::Permanent, false)
    }

    /// Makes a row that is not there yet; `lladdr` is known in some states only.
    pub fn add(
        &mut self,
        link: &Link,
        address: IpAddr,
        lladdr: Option<MacAddr6>,
        state: State,
        router: bool,
    ) -> Result<()> {
        let dev = link.name.clone();
        Ok(self.witness.run(&Request::NeighAdd { dev, address, lladdr, state, router })?)
    }

    /// Deletes a row.
    pub fn delete(&mut self, link: &Link, address: IpAddr) -> Result<()> {
        Ok(self.witness.run(&Request::NeighDel { dev: link.name.clone(), address })?)
    }

    /// The rows that a flush is about: the unicast addresses of the test links.
    pub fn unicast_rows(&mut self, link: &Link) -> Result<BTreeSet<IpAddr>> {
        let hosts: BTreeSet<IpAddr> = link.hosts.iter().flatten().copied().collect();
        let rows = self.raw_neighbors()?.into_iter();
        Ok(rows.filter(|row| row.dev == link.name && hosts.contains(&row.dst)).map(|row| row.dst).collect())
    }

    /// Sets the MTU of a link.
    pub fn set_mtu(&mut self, link: &Link, mtu: u32) -> Result<()> {
        Ok(self.witness.run(&Request::Mtu { dev: link.name.clone(), mtu })?)
    }

    /// Sets a link that was made so up, or down.
    pub fn set_up(&mut self, link: TestLink, up: bool) -> Result<()> {
        Ok(self.witness.run(&Request::Link { dev: link.name(), up })?)
    }

    /// Gives a link an address, or takes it away.
    pub fn change_address(&mut self, link: &Link, address: IpAddr, add: bool) -> Result<()> {
        let prefix = if address.is_ipv4() { 32 } else { 128 };
        Ok(self.witness.run(&Request::Address { dev: link.name.clone(), address, prefix, add })?)
    }

    /// Makes a link, and answers its index.
    pub fn add_link(&mut self, link: TestLink) -> Result<u32> {
        self.witness.run(&Request::LinkAdd { dev: link })?;
        let index = self.indexes()?.remove(&link.name());
        index.context("the new link is not there")
    }

    /// Gives such a link many permanent neighbors, those of [`TestLink::neighbors`].
    pub fn fill(&mut self, link: TestLink, count: u32) -> Result<()> {
        for first in (0..count).step_by(FILL as usize) {
            self.witness.run(&Request::NeighFill { dev: link, first, count: FILL.min(count - first) })?;
        }
        Ok(())
    }

    /// Removes a link that was made so.
    pub fn remove_link(&mut self, link: TestLink) -> Result<()> {
        Ok(self.witness.run(&Request::LinkDel { dev: link })?)
    }

    /// What the processes of the machine take, by name.
    pub fn processes(&mut self) -> Result<Vec<Processes>> {
        Ok(self.witness.ask(&Request::Processes {})?)
    }

    /// How many registrations for change notifications the stack has.
    pub fn listeners(&mut self) -> Result<u64> {
        Ok(self.witness.ask(&Request::Listeners {})?)
    }

    /// The stack has so many registrations, or will have soon.
    pub fn await_listeners(&mut self, expected: u64) -> Result<()> {
        let start = Instant::now();
        loop {
            let listeners = self.listeners()?;
            if listeners == expected {
                return Ok(());
            }
            ensure!(start.elapsed() < ANSWER_TIMEOUT, "{listeners} registrations, where {expected} were due");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether the stack asks for a neighbor that has not answered yet.
    pub fn resolves(&mut self, link: &Link, address: IpAddr) -> Result<bool> {
        Ok(self.neighbor(link, address)?.is_some_and(|(state, _)| state == "INCOMPLETE"))
    }

    /// A resolution that was asked for has reached the stack, or will soon.
    pub fn await_resolution(&mut self, link: &Link, address: IpAddr) -> Result<()> {
        let start = Instant::now();
        while !self.resolves(link, address)? {
            ensure!(start.elapsed() < ANSWER_TIMEOUT, "nobody asks for {address}");
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Runs `body` on a machine whose stack answers differently.
    pub fn with_settings<T>(&mut self, settings: Value, body: impl FnOnce() -> Result<T>) -> Result<T> {
        self.witness.ask::<Value>(&Request::Settings { set: Some(settings) })?;
        let result = body();
        self.witness.ask::<Value>(&Request::Settings { set: Some(json!({})) })?;
        result
    }

    /// Both sides show the same rows, each once. The kernel may change a state between two looks, so the driver's
    /// table counts when the witness says the same before and after.
    pub fn agrees(&mut self, device: &Device, family: Family) -> Result<()> {
        let mut last = None;
        for _ in 0..COMPARISONS {
            let before = self.rows(family)?;
            let table = device.neighbor_table(family)?;
            if before != self.rows(family)? {
                continue;
            }
            ensure!(!before.is_empty(), "the comparison would prove nothing: Linux has no rows");
            let ours = table.iter().map(driver_row).collect::<Result<Vec<_>>>()?;
            match differences(&before, ours) {
                None => return Ok(()),
                difference => last = difference,
            }
        }
        bail!("the sides differ: {}", last.unwrap_or_else(|| "the table never held still".to_owned()))
    }

    /// The index of each link, by name.
    pub fn indexes(&mut self) -> Result<BTreeMap<String, u32>> {
        let everything = self.everything()?;
        let links = everything["addresses"].as_array().context("addresses")?;
        let index = |link: &Value| {
            let index = link["ifindex"].as_u64().context("an index")?;
            Ok((link["ifname"].as_str().context("a name")?.to_owned(), u32::try_from(index)?))
        };
        links.iter().map(index).collect()
    }

    /// The table as Linux has it, without rows that Windows has no words for.
    fn rows(&mut self, family: Family) -> Result<BTreeSet<Row>> {
        let indexes = self.indexes()?;
        let rows = self.raw_neighbors()?.into_iter().filter(|row| match family {
            Family::Both => true,
            Family::Ipv4 => row.dst.is_ipv4(),
            Family::Ipv6 => row.dst.is_ipv6(),
        });
        rows.filter_map(|row| linux_row(row, &indexes).transpose()).collect()
    }
}
