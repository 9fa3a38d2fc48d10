//! The functions of NETIO, on the Linux stack.

use crate::{
    family::Family,
    interface,
    kernel::{Kernel, Put},
    link::Link,
    neighbor::Neighbor,
    settings::Settings,
    status::{INVALID, NOT_FOUND, NOT_SUPPORTED, Refusal},
    validate::{Host, Purpose, physical},
};
use netio_wire::{
    FamilyRequest, FlushRequest, InterfaceId, IpInterfaceRow, IpNetRow, MAX_ALIAS_CHARS, Operation, ResolveRequest,
    row::TableHeader, status,
};
use rand::seq::SliceRandom;
use std::{
    net::IpAddr,
    time::{Duration, Instant},
};
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// Rounds of a flush: traffic makes entries anew while it runs, so a bound is all that can be had.
const FLUSH_ROUNDS: usize = 4;
/// How often a resolution looks whether the neighbor has answered.
const RESOLVE_POLL: Duration = Duration::from_millis(20);
/// The longest that a resolution waits, whatever the link's timing says.
const RESOLVE_LIMIT: Duration = Duration::from_secs(30);

/// One call: what it may see of the machine, and how it is to answer.
struct Call<'a> {
    kernel: Kernel,
    host: Host,
    settings: &'a Settings,
}

/// Answers a call with the payload of its response.
///
/// # Errors
/// The status that NETIO returns.
pub async fn answer(settings: &Settings, operation: Operation, payload: &[u8]) -> Result<Vec<u8>, Refusal> {
    let call = Call::new(settings).await?;
    match operation {
        Operation::FlushIpNetTable2 => call.flush(read(payload)?).await,
        Operation::SetIpNetEntry2 => call.set(read(payload)?).await,
        Operation::CreateIpNetEntry2 => call.create(read(payload)?).await,
        Operation::DeleteIpNetEntry2 => call.delete(read(payload)?).await,
        Operation::GetIpNetEntry2 => call.get(read(payload)?).await,
        Operation::ResolveIpNetEntry2 => call.resolve(read(payload)?).await,
        Operation::GetIpNetTable2 => call.neighbor_table(read(payload)?).await,
        Operation::GetIpInterfaceTable => call.interface_table(read(payload)?).await,
        Operation::GetIpInterfaceEntry => call.interface(read(payload)?).await,
        Operation::SetIpInterfaceEntry => Err(NOT_SUPPORTED),
        Operation::ConvertInterfaceLuidToIndex => call.index_of(read(payload)?),
        Operation::ConvertInterfaceIndexToLuid => call.luid_of(read(payload)?),
        Operation::ConvertInterfaceLuidToAlias => call.alias_of(read(payload)?),
    }
}

fn read<T: FromBytes>(payload: &[u8]) -> Result<T, Refusal> {
    T::read_from_bytes(payload).map_err(|_| INVALID)
}

impl<'a> Call<'a> {
    async fn new(settings: &'a Settings) -> Result<Self, Refusal> {
        let kernel = Kernel::open()?;
        let links = kernel.links().await?;
        let host = Host { links, ipv4: !settings.without_ipv4, ipv6: !settings.without_ipv6 && Kernel::has_ipv6() };
        Ok(Self { kernel, host, settings })
    }

    /// Removes what others may remove: not the rows that come back by themselves.
    async fn flush(&self, request: FlushRequest) -> Result<Vec<u8>, Refusal> {
        let families = self.host.families(request.family)?;
        if request.interface_index != 0 && self.host.by_index(request.interface_index).is_none() {
            return match self.settings.flush_unknown_interface.status() {
                status::SUCCESS => Ok(Vec::new()),
                refusal => Err(Refusal(refusal)),
            };
        }
        for _ in 0..FLUSH_ROUNDS {
            if self.flush_round(&families, request.interface_index).await? == 0 {
                break;
            }
        }
        Ok(Vec::new())
    }

    async fn flush_round(&self, families: &[Family], index: u32) -> Result<usize, Refusal> {
        let mut found = 0;
        for family in families {
            let mut doomed = self.kernel.neighbors(*family).await?;
            doomed.retain(|neighbor| (index == 0 || neighbor.link == index) && self.may_flush(neighbor));
            found += doomed.len();
            for neighbor in doomed {
                match self.kernel.delete(neighbor.link, neighbor.address).await {
                    // It has gone by itself.
                    Ok(()) | Err(NOT_FOUND) => {}
                    Err(refusal) => return Err(refusal),
                }
            }
        }
        Ok(found)
    }

    fn may_flush(&self, neighbor: &Neighbor) -> bool {
        let permanent = neighbor.state == netlink_packet_route::neighbour::NeighbourState::Permanent;
        !(neighbor.is_well_known() || (permanent && self.settings.flush_keeps_permanent))
    }

    async fn set(&self, row: IpNetRow) -> Result<Vec<u8>, Refusal> {
        let (link, address) = self.host.neighbor(self.settings, &row, Purpose::Change)?;
        let bytes = physical(link, &row)?;
        let put = if self.kernel.neighbor(link.index, address).await?.is_some() {
            Put::Replace
        } else if self.well_known(link, address).is_some() {
            Put::CreateOrReplace
        } else {
            return Err(NOT_FOUND);
        };
        refuse_lost_key(link, address)?;
        self.kernel.put(link.index, address, bytes, put).await?;
        Ok(Vec::new())
    }

    async fn create(&self, row: IpNetRow) -> Result<Vec<u8>, Refusal> {
        let (link, address) = self.host.neighbor(self.settings, &row, Purpose::Change)?;
        let bytes = physical(link, &row)?;
        if self.find(link, address).await?.is_some() {
            return Err(Refusal(status::DUPLICATE_OBJECTID));
        }
        refuse_lost_key(link, address)?;
        let created = self.kernel.put(link.index, address, bytes, Put::Create).await;
        if created == Err(Refusal(status::DUPLICATE_OBJECTID)) && self.find(link, address).await?.is_none() {
            // What exists is an entry without state, which is none in the sense of NETIO.
            self.kernel.put(link.index, address, bytes, Put::CreateOrReplace).await?;
        } else {
            created?;
        }
        Ok(Vec::new())
    }

    /// Deletes a row in any state. A well-known row is there again at once, so deleting it succeeds and changes
    /// nothing that can be seen.
    async fn delete(&self, row: IpNetRow) -> Result<Vec<u8>, Refusal> {
        let (link, address) = self.host.neighbor(self.settings, &row, Purpose::Find)?;
        if self.kernel.neighbor(link.index, address).await?.is_some() {
            self.kernel.delete(link.index, address).await?;
        } else {
            self.well_known(link, address).ok_or(NOT_FOUND)?;
        }
        Ok(Vec::new())
    }

    async fn get(&self, row: IpNetRow) -> Result<Vec<u8>, Refusal> {
        let (link, address) = self.host.neighbor(self.settings, &row, Purpose::Find)?;
        let neighbor = self.find(link, address).await?.ok_or(NOT_FOUND)?;
        Ok(neighbor.row(link).as_bytes().to_vec())
    }

    /// Drops the row, asks on the wire and waits. A source address must belong to some link, which is then the one
    /// that asks.
    async fn resolve(&self, request: ResolveRequest) -> Result<Vec<u8>, Refusal> {
        let (mut link, address) = self.host.neighbor(self.settings, &request.row, Purpose::Resolve)?;
        if request.has_source != 0 {
            let source = request.source.ip().filter(|source| Family::of(*source) == Family::of(address));
            let owner = self.kernel.owner_of(source.ok_or(INVALID)?).await?;
            link = owner.and_then(|index| self.host.by_index(index)).ok_or(NOT_FOUND)?;
        }
        refuse_lost_key(link, address)?;
        match self.kernel.delete(link.index, address).await {
            Ok(()) | Err(NOT_FOUND) => {}
            Err(refusal) => return Err(refusal),
        }
        self.kernel.solicit(link.index, address).await?;
        let neighbor = self.wait_for(link, address).await?;
        Ok(neighbor.row(link).as_bytes().to_vec())
    }

    async fn wait_for(&self, link: &Link, address: IpAddr) -> Result<Neighbor, Refusal> {
        use netlink_packet_route::neighbour::NeighbourState::{Failed, Incomplete};
        let deadline = Instant::now() + self.patience(link, Family::of(address)).await?;
        while Instant::now() < deadline {
            match self.kernel.neighbor(link.index, address).await? {
                Some(neighbor) if neighbor.state == Failed => break,
                Some(neighbor) if neighbor.state != Incomplete => return Ok(neighbor),
                // Gone in the meantime, or still waiting.
                _ => tokio::time::sleep(RESOLVE_POLL).await,
            }
        }
        Err(Refusal(status::BAD_NETWORK_NAME))
    }

    /// How long the kernel may ask: every probe, and one interval more.
    async fn patience(&self, link: &Link, family: Family) -> Result<Duration, Refusal> {
        let timings = self.kernel.timings().await?;
        let timing = timings.iter().find(|timing| timing.link == link.index && timing.family == family);
        let (probes, retransmit) = timing.map_or((3, 1000), |timing| (timing.probes, timing.retransmit));
        let time = Duration::from_millis(u64::from(probes.saturating_add(1)) * u64::from(retransmit));
        Ok(time.min(RESOLVE_LIMIT))
    }

    async fn neighbor_table(&self, request: FamilyRequest) -> Result<Vec<u8>, Refusal> {
        let mut rows = Vec::new();
        for family in self.host.families(request.family)? {
            rows.extend(self.neighbor_block(family).await?);
        }
        self.table(&rows)
    }

    /// The rows of a family. Windows promises no order among them, so there is none.
    async fn neighbor_block(&self, family: Family) -> Result<Vec<IpNetRow>, Refusal> {
        let mut neighbors = self.kernel.neighbors(family).await?;
        for link in self.host.links.iter().filter(|link| link.is_bound(family)) {
            let well_known = Neighbor::well_known(link, family);
            let listed = neighbors.iter().any(|other| same_key(other, &well_known));
            if !listed && !self.settings.no_well_known_rows {
                neighbors.push(well_known);
            }
        }
        let shown = neighbors.iter().filter_map(|neighbor| Some(neighbor.row(self.host.by_index(neighbor.link)?)));
        let mut rows: Vec<_> = shown.collect();
        rows.shuffle(&mut rand::rng());
        Ok(rows)
    }

    async fn interface_table(&self, request: FamilyRequest) -> Result<Vec<u8>, Refusal> {
        let families = self.host.families(request.family)?;
        let timings = self.kernel.timings().await?;
        let context = interface::Context { timings: &timings, mtu_expires: mtu_expires() };
        let mut rows = Vec::new();
        for family in families {
            let shown = self.host.links.iter().filter_map(|link| interface::row(link, family, context));
            let mut block: Vec<_> = shown.collect();
            block.shuffle(&mut rand::rng());
            rows.extend(block);
        }
        self.table(&rows)
    }

    fn table<R: IntoBytes + Immutable>(&self, rows: &[R]) -> Result<Vec<u8>, Refusal> {
        if self.settings.fail_tables {
            return Err(Refusal(status::NO_MEMORY));
        }
        if rows.is_empty() && self.settings.empty_table.status() != status::SUCCESS {
            return Err(Refusal(self.settings.empty_table.status()));
        }
        let count = u32::try_from(rows.len()).map_err(|_| Refusal(status::NO_MEMORY))?;
        let mut image = TableHeader::new(count).as_bytes().to_vec();
        image.extend_from_slice(rows.as_bytes());
        Ok(image)
    }

    async fn interface(&self, row: IpInterfaceRow) -> Result<Vec<u8>, Refusal> {
        let family = Family::from_windows(row.family).ok_or(INVALID)?;
        if self.host.family(row.family).is_err() {
            return Err(Refusal(self.settings.interface_without_stack.status()));
        }
        let link = self.host.interface(self.settings, family, row.interface_luid, row.interface_index)?;
        let timings = self.kernel.timings().await?;
        let context = interface::Context { timings: &timings, mtu_expires: mtu_expires() };
        let shown = interface::row(link, family, context).ok_or(NOT_FOUND)?;
        Ok(shown.as_bytes().to_vec())
    }

    fn index_of(&self, id: InterfaceId) -> Result<Vec<u8>, Refusal> {
        self.ids(self.host.by_luid(id.luid))
    }

    fn luid_of(&self, id: InterfaceId) -> Result<Vec<u8>, Refusal> {
        self.ids(self.host.by_index(id.index))
    }

    fn ids(&self, link: Option<&Link>) -> Result<Vec<u8>, Refusal> {
        let link = link.ok_or(INVALID)?;
        let id = InterfaceId { luid: link.luid().ok_or(INVALID)?, index: link.index, reserved: 0 };
        Ok(id.as_bytes().to_vec())
    }

    fn alias_of(&self, id: InterfaceId) -> Result<Vec<u8>, Refusal> {
        let link = self.host.by_luid(id.luid).ok_or(INVALID)?;
        Ok(link.name.encode_utf16().take(MAX_ALIAS_CHARS - 1).flat_map(u16::to_le_bytes).collect())
    }

    async fn find(&self, link: &Link, address: IpAddr) -> Result<Option<Neighbor>, Refusal> {
        let listed = self.kernel.neighbor(link.index, address).await?;
        Ok(listed.or_else(|| self.well_known(link, address)))
    }

    fn well_known(&self, link: &Link, address: IpAddr) -> Option<Neighbor> {
        let neighbor = Neighbor::well_known(link, Family::of(address));
        (neighbor.address == address && !self.settings.no_well_known_rows).then_some(neighbor)
    }
}

fn same_key(one: &Neighbor, other: &Neighbor) -> bool {
    one.link == other.link && one.address == other.address
}

/// Linux would file the entry under 0.0.0.0, and nobody could read back what was written.
fn refuse_lost_key(link: &Link, address: IpAddr) -> Result<(), Refusal> {
    if address.is_ipv4() && link.forgets_ipv4_keys() { Err(NOT_SUPPORTED) } else { Ok(()) }
}

/// How long a path MTU is kept, in milliseconds, for IPv4 and IPv6; 600 s, Linux's default, where it cannot be read.
fn mtu_expires() -> [u32; 2] {
    ["/proc/sys/net/ipv4/route/mtu_expires", "/proc/sys/net/ipv6/route/mtu_expires"].map(|path| {
        let seconds = std::fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok());
        seconds.unwrap_or(600_u32).saturating_mul(1000)
    })
}
