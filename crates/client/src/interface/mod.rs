//! IP interfaces: what names one, the typed row of the table, and the request that changes one.

mod change;

pub use change::InterfaceChange;

use crate::decode::Row;
use netioctl_abi::{
    AddressFamily,
    wire::{InterfaceRow, Offload},
};
use std::{fmt, str::FromStr, time::Duration};

/// An interface LUID (`NET_LUID)`: stable over reboots, unlike the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceLuid(pub u64);

impl InterfaceLuid {
    /// The interface type as IANA numbers it (bits 48 to 63): 6 Ethernet, 24 loopback, 71 Wi-Fi, 131 tunnel.
    #[must_use]
    pub const fn if_type(self) -> u16 {
        (self.0 >> 48) as u16
    }

    /// The number among the interfaces of its type (`NetLuidIndex`, bits 24 to 47).
    #[must_use]
    pub const fn net_luid_index(self) -> u32 {
        ((self.0 >> 24) & 0xff_ffff) as u32
    }
}

impl fmt::Display for InterfaceLuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&["0x", &hex::encode_upper(self.0.to_be_bytes())].concat())
    }
}

impl fmt::UpperHex for InterfaceLuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::UpperHex::fmt(&self.0, f)
    }
}

impl fmt::LowerHex for InterfaceLuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::LowerHex::fmt(&self.0, f)
    }
}

impl From<u64> for InterfaceLuid {
    fn from(luid: u64) -> Self {
        Self(luid)
    }
}

impl From<InterfaceLuid> for u64 {
    fn from(luid: InterfaceLuid) -> Self {
        luid.0
    }
}

/// A text is not an interface LUID: up to 16 hexadecimal digits behind `0x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("not an interface LUID: write 0x and up to 16 hexadecimal digits, such as 0x0006008007000000")]
pub struct InterfaceLuidError;

impl FromStr for InterfaceLuid {
    type Err = InterfaceLuidError;

    /// Reads what is shown. A number without `0x` would look like an index, and is refused.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).ok_or(InterfaceLuidError)?;
        // The standard library reads a sign, too.
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(InterfaceLuidError);
        }
        u64::from_str_radix(digits, 16).map(Self).map_err(|_| InterfaceLuidError)
    }
}

/// Names an interface in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "crate::serial::KeyForm", try_from = "crate::serial::KeyForm"))]
pub enum InterfaceKey {
    /// By LUID: may be stored.
    Luid(InterfaceLuid),
    /// By index: valid until the interface is disabled or the machine restarts.
    Index(u32),
}

impl InterfaceKey {
    /// LUID and index as requests carry them; the one that is not meant is 0.
    pub(crate) const fn to_wire(self) -> (u64, u32) {
        match self {
            Self::Luid(luid) => (luid.0, 0),
            Self::Index(index) => (0, index),
        }
    }

    /// Does this key name the interface with this LUID and index?
    #[must_use]
    pub fn matches(self, luid: InterfaceLuid, index: u32) -> bool {
        match self {
            Self::Luid(key) => key == luid,
            Self::Index(key) => key == index,
        }
    }
}

impl From<InterfaceLuid> for InterfaceKey {
    fn from(luid: InterfaceLuid) -> Self {
        Self::Luid(luid)
    }
}

impl fmt::Display for InterfaceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Luid(luid) => write!(f, "LUID {luid}"),
            Self::Index(index) => write!(f, "index {index}"),
        }
    }
}

/// Declares [`Interface`] and its conversion from one list, so that no member is forgotten in one of them.
macro_rules! interface {
    (
        flags { $($(#[$flag_doc:meta])* $flag:ident,)+ }
        times { $($(#[$time_doc:meta])* $time:ident,)+ }
        numbers { $($(#[$number_doc:meta])* $number:ident: $type:ty,)+ }
    ) => {
        /// One IP interface (`MIB_IPINTERFACE_ROW`): an interface has a row for each family that is bound to it.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[non_exhaustive]
        pub struct Interface {
            /// Stable over reboots.
            pub luid: InterfaceLuid,
            /// May change when the interface is disabled and enabled.
            #[cfg_attr(feature = "serde", serde(rename = "ifindex"))]
            pub index: u32,
            /// The family that this row is about.
            #[cfg_attr(feature = "serde", serde(with = "crate::serial::family"))]
            pub family: AddressFamily,
            /// What the adapter computes for sent packets.
            #[cfg_attr(feature = "serde", serde(with = "crate::serial::flags::offload"))]
            pub transmit_offload: Offload,
            /// What the adapter checks on received packets.
            #[cfg_attr(feature = "serde", serde(with = "crate::serial::flags::offload"))]
            pub receive_offload: Offload,
            $($(#[$flag_doc])* pub $flag: bool,)+
            $(
                $(#[$time_doc])*
                #[cfg_attr(feature = "serde", serde(with = "crate::serial::milliseconds"))]
                pub $time: Duration,
            )+
            $($(#[$number_doc])* pub $number: $type,)+
        }

        impl Interface {
            /// What names this interface in a request.
            #[must_use]
            pub const fn key(&self) -> InterfaceKey {
                InterfaceKey::Luid(self.luid)
            }
        }

        impl Row for Interface {
            type Wire = InterfaceRow;

            fn from_wire(row: &InterfaceRow) -> Result<Self, String> {
                Ok(Self {
                    luid: InterfaceLuid(row.interface_luid),
                    index: row.interface_index,
                    family: row.family().ok_or_else(|| format!("unknown address family {}", row.family))?,
                    transmit_offload: Offload::from_bits_retain(row.transmit_offload),
                    receive_offload: Offload::from_bits_retain(row.receive_offload),
                    $($flag: row.$flag != 0,)+
                    $($time: Duration::from_millis(row.$time.into()),)+
                    $($number: row.$number,)+
                })
            }
        }
    };
}

interface! {
    flags {
        /// Router advertisements are sent.
        advertising_enabled,
        /// Packets are forwarded.
        forwarding_enabled,
        /// Packets may leave with the address of another interface.
        weak_host_send,
        /// Packets for the address of another interface are accepted.
        weak_host_receive,
        /// The metric follows the link speed.
        use_automatic_metric,
        /// Unreachable neighbors are detected (RFC 4861, section 7.3).
        use_neighbor_unreachability_detection,
        /// Router advertisements announce DHCPv6 addresses.
        managed_address_configuration_supported,
        /// Router advertisements announce other DHCPv6 configuration.
        other_stateful_configuration_supported,
        /// The default route is advertised.
        advertise_default_route,
        /// Default routes through this interface are ignored.
        disable_default_routes,
        /// The link has media, and the protocol runs.
        connected,
        /// The adapter can wake the machine by a pattern.
        supports_wake_up_patterns,
        /// The link has neighbor discovery (or ARP).
        supports_neighbor_discovery,
        /// The link has router discovery.
        supports_router_discovery,
    }
    times {
        /// Base of the random reachable time (RFC 4861, section 6.3.2).
        base_reachable_time,
        /// The reachable time now in use.
        reachable_time,
        /// Time between two solicitations of a neighbor.
        retransmit_time,
        /// Time after which a learned path MTU is forgotten.
        path_mtu_discovery_timeout,
        /// Time until a delayed link-local address is made.
        link_local_address_timeout,
    }
    numbers {
        /// Reserved by Windows.
        #[cfg_attr(feature = "serde", serde(with = "crate::serial::hexadecimal"))]
        interface_identifier: u64,
        /// MTU of the network layer in bytes; 0xFFFFFFFF on the loopback interface of Windows.
        #[cfg_attr(feature = "serde", serde(rename = "mtu"))]
        nl_mtu: u32,
        /// Metric that is added to the metric of each route through this interface.
        metric: u32,
        /// Reserved by Windows.
        max_reassembly_size: u32,
        /// Least interval between router advertisements, in seconds.
        min_router_advertisement_interval: u32,
        /// Greatest interval between router advertisements, in seconds.
        max_router_advertisement_interval: u32,
        /// `NL_ROUTER_DISCOVERY_BEHAVIOR`: disabled 0, enabled 1, by DHCP 2, unchanged -1.
        router_discovery_behavior: i32,
        /// Probes of duplicate address detection; 0 switches it off (RFC 4862, section 5.1).
        dad_transmits: u32,
        /// `NL_LINK_LOCAL_ADDRESS_BEHAVIOR`: never 0, delayed 1, always 2, unchanged -1.
        link_local_address_behavior: i32,
        /// Prefix length of a site address.
        site_prefix_length: u32,
        /// Zone id for each scope level, indexed by `SCOPE_LEVEL`.
        zone_indices: [u32; 16],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_luid_has_a_type_and_a_number() {
        let luid = InterfaceLuid(0x0006_0080_0700_0000);
        assert_eq!((luid.if_type(), luid.net_luid_index()), (6, 32775));
        assert_eq!(luid.to_string(), "0x0006008007000000");
        assert_eq!((luid.to_string().parse(), "0x6008007000000".parse()), (Ok(luid), Ok(luid)));
        for text in ["", "0x", "6", "0x-1", "0x+1", "0xg", "0x10006008007000000"] {
            assert_eq!(text.parse::<InterfaceLuid>(), Err(InterfaceLuidError), "{text:?}");
        }
    }
}
