//! `ResolveIpNetEntry2`.

use super::{Call, neighbors::refuse_lost_key};
use crate::{
    family::Family,
    link::Link,
    neighbor::Neighbor,
    status::{INVALID, NOT_FOUND, Refusal},
    validate::Purpose,
};
use netio_sys::{MIB_IPNET_ROW2, SOCKADDR_INET};
use netio_wire::{ResolveRequest, Row, row};
use netioctl_status::NtStatus;
use netlink_packet_route::neighbour::NeighbourState;
use std::{
    net::IpAddr,
    thread,
    time::{Duration, Instant},
};

/// How often a resolution looks whether the neighbor has answered.
const RESOLVE_POLL: Duration = Duration::from_millis(20);
/// The longest that a resolution waits, whatever the link's timing says.
const RESOLVE_LIMIT: Duration = Duration::from_secs(30);

impl Call<'_> {
    /// Drops the row, asks on the wire and waits. A source address must belong to some link, which is then the one
    /// that asks.
    pub(super) fn resolve(&self, request: ResolveRequest) -> Result<Vec<u8>, Refusal> {
        let (mut link, address) =
            self.host.neighbor(&self.settings, &MIB_IPNET_ROW2::of_image(&request.row), Purpose::Resolve)?;
        if request.has_source != 0 {
            let source = row::ip(&SOCKADDR_INET::of_image(&request.source))
                .filter(|source| Family::of(*source) == Family::of(address));
            let owner = self.kernel.owner_of(source.ok_or(INVALID)?)?;
            link = owner.and_then(|index| self.host.by_index(index)).ok_or(NOT_FOUND)?;
        }
        refuse_lost_key(link, address)?;
        match self.kernel.delete(link.index, address) {
            Ok(()) | Err(NOT_FOUND) => {}
            Err(refusal) => return Err(refusal),
        }
        self.kernel.solicit(link.index, address)?;
        let neighbor = self.wait_for(link, address)?;
        Ok(neighbor.row(link).image().to_vec())
    }

    fn wait_for(&self, link: &Link, address: IpAddr) -> Result<Neighbor, Refusal> {
        let deadline = Instant::now() + self.patience(link, Family::of(address))?;
        while Instant::now() < deadline {
            match self.kernel.neighbor(link.index, address)? {
                Some(neighbor) if neighbor.state == NeighbourState::Failed => break,
                Some(neighbor) if neighbor.state != NeighbourState::Incomplete => return Ok(neighbor),
                // Gone in the meantime, or still waiting.
                _ => thread::sleep(RESOLVE_POLL),
            }
        }
        Err(Refusal(NtStatus::BAD_NETWORK_NAME))
    }

    /// How long the kernel may ask: every probe, and one interval more.
    fn patience(&self, link: &Link, family: Family) -> Result<Duration, Refusal> {
        let timings = self.kernel.timings()?;
        let timing = timings.iter().find(|timing| timing.link == link.index && timing.family == family);
        let (probes, retransmit) = timing.map_or((3, 1000), |timing| (timing.probes, timing.retransmit));
        let time = Duration::from_millis(u64::from(probes.saturating_add(1)) * u64::from(retransmit));
        Ok(time.min(RESOLVE_LIMIT))
    }
}
