//! The row of NETIO that shows an address of a link.
//!
//! | member | how it is found |
//! |---|---|
//! | `PrefixOrigin`, `SuffixOrigin` | from what the kernel says of who made the address; what was made by hand or by a DHCP client is manual |
//! | `ValidLifetime`, `PreferredLifetime` | seconds, as Linux counts them |
//! | `SkipAsSource` | 0: Linux has no such flag |
//! | `ScopeId` | the interface index for link-local IPv6 addresses, otherwise 0 |
//! | `CreationTimeStamp` | Linux's, which counts from boot, on the wall clock |

use crate::family::Family;
use netio_sys::MIB_UNICASTIPADDRESS_ROW;
use netio_wire::{dad_state, prefix_origin, row, suffix_origin};
use netlink_packet_route::address::{AddressAttribute, AddressFlags, AddressMessage, AddressProtocol, CacheInfo};
use std::{
    net::IpAddr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Seconds from 1601, where Windows starts to count, to 1970.
const SECONDS_TO_1970: u64 = 11_644_473_600;
/// `ifa_cacheinfo` counts in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// An address of a link.
#[derive(Clone, Debug)]
pub struct Address {
    /// The link.
    pub link: u32,
    /// The address itself.
    pub ip: IpAddr,
    prefix: u8,
    flags: AddressFlags,
    maker: Option<AddressProtocol>,
    times: CacheInfo,
}

impl Address {
    /// The address that an `RTM_NEWADDR` or `RTM_DELADDR` message describes.
    #[must_use]
    pub fn from_message(message: &AddressMessage) -> Option<Self> {
        let (mut local, mut remote, mut maker) = (None, None, None);
        let mut times = CacheInfo::default();
        (times.ifa_valid, times.ifa_preferred) = (u32::MAX, u32::MAX);
        let mut flags = AddressFlags::from_bits_retain(u32::from(message.header.flags.bits()));
        for attribute in &message.attributes {
            match attribute {
                AddressAttribute::Local(ip) => local = Some(*ip),
                // The other end of a point-to-point link, or the address itself.
                AddressAttribute::Address(ip) => remote = Some(*ip),
                AddressAttribute::Flags(all) => flags = *all,
                AddressAttribute::CacheInfo(info) => times = *info,
                AddressAttribute::Protocol(protocol) => maker = Some(*protocol),
                _ => {}
            }
        }
        let (link, prefix) = (message.header.index, message.header.prefix_len);
        Some(Self { link, ip: local.or(remote)?, prefix, flags, maker, times })
    }

    /// The row of the address, on a link with this LUID; `boot` is when the machine started.
    #[must_use]
    pub fn row(&self, luid: u64, boot: SystemTime) -> MIB_UNICASTIPADDRESS_ROW {
        let (prefix_origin, suffix_origin) = self.origins();
        MIB_UNICASTIPADDRESS_ROW {
            Address: row::socket_address(self.ip),
            PrefixOrigin: prefix_origin,
            SuffixOrigin: suffix_origin,
            ValidLifetime: self.times.ifa_valid,
            PreferredLifetime: self.times.ifa_preferred,
            OnLinkPrefixLength: self.prefix,
            SkipAsSource: 0,
            DadState: self.dad_state(),
            ScopeId: if self.is_link_local() { self.link } else { 0 },
            CreationTimeStamp: file_time(boot + TICK * self.times.cstamp),
            ..row::changed_address(self.ip, luid, self.link)
        }
    }

    fn is_link_local(&self) -> bool {
        matches!(self.ip, IpAddr::V6(v6) if v6.is_unicast_link_local())
    }

    fn origins(&self) -> (i32, i32) {
        // Of IPv6, this bit marks a temporary address.
        let random = self.flags.intersects(AddressFlags::StablePrivacy | AddressFlags::Secondary);
        let suffix = if random { suffix_origin::RANDOM } else { suffix_origin::LINK_LAYER_ADDRESS };
        match self.maker {
            _ if self.ip.is_loopback() => (prefix_origin::WELL_KNOWN, suffix_origin::WELL_KNOWN),
            Some(AddressProtocol::LinkLocal) => (prefix_origin::WELL_KNOWN, suffix),
            Some(AddressProtocol::RouterAnnouncement) => (prefix_origin::ROUTER_ADVERTISEMENT, suffix),
            _ => (prefix_origin::MANUAL, suffix_origin::MANUAL),
        }
    }

    fn dad_state(&self) -> i32 {
        let is = |flag| self.flags.contains(flag);
        if is(AddressFlags::Dadfailed) {
            dad_state::DUPLICATE
        } else if is(AddressFlags::Tentative) {
            dad_state::TENTATIVE
        } else if is(AddressFlags::Deprecated) {
            dad_state::DEPRECATED
        } else {
            dad_state::PREFERRED
        }
    }

    /// The family.
    #[must_use]
    pub const fn family(&self) -> Family {
        Family::of(self.ip)
    }
}

/// When the machine started; 1970 where the kernel does not say.
#[must_use]
pub fn boot_time() -> SystemTime {
    let text = std::fs::read_to_string("/proc/uptime").unwrap_or_default();
    let seconds = text.split_whitespace().next().and_then(|seconds| seconds.parse().ok());
    let uptime = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    uptime.and_then(|uptime| SystemTime::now().checked_sub(uptime)).unwrap_or(UNIX_EPOCH)
}

/// A point in time as Windows counts it: in steps of 100 nanoseconds since 1601.
fn file_time(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default() + Duration::from_secs(SECONDS_TO_1970);
    i64::try_from(since.as_nanos() / 100).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet_route::address::AddressHeaderFlags;

    fn message(attributes: Vec<AddressAttribute>) -> AddressMessage {
        let mut message = AddressMessage::default();
        message.header.index = 2;
        message.header.prefix_len = 64;
        message.header.flags = AddressHeaderFlags::Permanent;
        message.attributes = attributes;
        message
    }

    fn row(attributes: Vec<AddressAttribute>) -> MIB_UNICASTIPADDRESS_ROW {
        Address::from_message(&message(attributes)).unwrap().row(6 << 48, UNIX_EPOCH)
    }

    #[test]
    fn an_address_that_the_kernel_made_is_well_known() {
        let mut times = CacheInfo::default();
        (times.ifa_valid, times.ifa_preferred, times.cstamp) = (u32::MAX, u32::MAX, 100);
        let row = row(vec![
            AddressAttribute::Address("fe80::1".parse().unwrap()),
            AddressAttribute::Protocol(AddressProtocol::LinkLocal),
            AddressAttribute::CacheInfo(times),
            AddressAttribute::Flags(AddressFlags::Permanent | AddressFlags::Tentative),
        ]);
        assert_eq!((row.PrefixOrigin, row.SuffixOrigin), (2, 4));
        assert_eq!((row.OnLinkPrefixLength, row.ScopeId, row.InterfaceIndex), (64, 2, 2));
        assert_eq!((row.ValidLifetime, row.DadState), (u32::MAX, dad_state::TENTATIVE));
        // The second after 1970-01-01.
        assert_eq!(row.CreationTimeStamp, 116_444_736_010_000_000);
    }

    #[test]
    fn the_local_end_of_a_point_to_point_link_is_the_address() {
        let row = row(vec![
            AddressAttribute::Address("10.0.0.2".parse().unwrap()),
            AddressAttribute::Local("10.0.0.1".parse().unwrap()),
        ]);
        assert_eq!(row::ip(&row.Address), Some("10.0.0.1".parse().unwrap()));
        assert_eq!((row.PrefixOrigin, row.SuffixOrigin, row.DadState), (1, 1, dad_state::PREFERRED));
        assert_eq!((row.ValidLifetime, row.PreferredLifetime, row.ScopeId), (u32::MAX, u32::MAX, 0));
    }

    #[test]
    fn a_message_without_address_is_none() {
        assert!(Address::from_message(&message(vec![])).is_none());
    }
}
