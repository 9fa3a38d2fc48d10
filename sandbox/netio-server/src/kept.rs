//! Members of an interface row that Linux has no place for.
//!
//! `SetIpInterfaceEntry` may change them, and `GetIpInterfaceEntry` must then show them, so the server keeps them for
//! as long as it runs. They change nothing in how Linux treats packets.

use crate::family::Family;
use netio_sys::MIB_IPINTERFACE_ROW;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// `NET_IFINDEX` and family: what a row belongs to.
pub type Key = (u32, Family);

/// A member's value that says: leave it as it is.
trait Unchanged: Copy {
    fn is_unchanged(self) -> bool;
    /// How the value reads back: a BOOLEAN is 0 or 1.
    fn normalized(self) -> Self;
}

impl Unchanged for u8 {
    fn is_unchanged(self) -> bool {
        self == Self::MAX
    }
    fn normalized(self) -> Self {
        Self::from(self != 0)
    }
}

impl Unchanged for u32 {
    fn is_unchanged(self) -> bool {
        self == Self::MAX
    }
    fn normalized(self) -> Self {
        self
    }
}

impl Unchanged for i32 {
    fn is_unchanged(self) -> bool {
        self == -1
    }
    fn normalized(self) -> Self {
        self
    }
}

macro_rules! kept {
    ($($member:ident: $type:ty, $only:expr;)+) => {
        /// What was set on one row.
        #[derive(Clone, Debug, Default)]
        #[allow(non_snake_case, reason = "the names are those of netioapi.h")]
        struct Members {
            $($member: Option<$type>,)+
            ZoneIndices: Option<[u32; 16]>,
        }

        impl Members {
            fn take(&mut self, row: &MIB_IPINTERFACE_ROW, family: Family) {
                $(if $only.is_none_or(|only| only == family) && !row.$member.is_unchanged() {
                    self.$member = Some(row.$member.normalized());
                })+
                if !row.ZoneIndices.iter().any(|zone| zone.is_unchanged()) {
                    self.ZoneIndices = Some(row.ZoneIndices);
                }
            }

            fn show(&self, row: &mut MIB_IPINTERFACE_ROW) {
                $(if let Some(value) = self.$member {
                    row.$member = value;
                })+
                if let Some(zones) = self.ZoneIndices {
                    row.ZoneIndices = zones;
                }
            }
        }
    };
}

const BOTH: Option<Family> = None;
/// Linux has these for IPv6.
const IPV4: Option<Family> = Some(Family::Ipv4);

kept! {
    AdvertisingEnabled: u8, BOTH;
    WeakHostSend: u8, BOTH;
    WeakHostReceive: u8, BOTH;
    UseAutomaticMetric: u8, BOTH;
    UseNeighborUnreachabilityDetection: u8, BOTH;
    ManagedAddressConfigurationSupported: u8, BOTH;
    OtherStatefulConfigurationSupported: u8, BOTH;
    AdvertiseDefaultRoute: u8, BOTH;
    RouterDiscoveryBehavior: i32, IPV4;
    DadTransmits: u32, IPV4;
    PathMtuDiscoveryTimeout: u32, BOTH;
    LinkLocalAddressBehavior: i32, IPV4;
    LinkLocalAddressTimeout: u32, BOTH;
    Metric: u32, BOTH;
    DisableDefaultRoutes: u8, IPV4;
}

/// What was set on every row.
#[derive(Debug, Default)]
pub struct Kept(Mutex<HashMap<Key, Members>>);

impl Kept {
    /// Keeps what a row sets.
    pub fn take(&self, key: Key, row: &MIB_IPINTERFACE_ROW) {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let members = rows.entry(key).or_default();
        let mut row = *row;
        // 0 milliseconds means: unchanged.
        if row.PathMtuDiscoveryTimeout == 0 {
            row.PathMtuDiscoveryTimeout = u32::MAX;
        }
        members.take(&row, key.1);
        if members.UseAutomaticMetric != Some(0) {
            // A metric only holds while it is not chosen automatically.
            members.Metric = None;
        }
    }

    /// Shows what is kept in a row.
    pub fn show(&self, key: Key, row: &mut MIB_IPINTERFACE_ROW) {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(members) = rows.get(&key) {
            members.show(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = (2, Family::Ipv4);

    #[test]
    fn what_is_set_is_shown_on_that_row_only() {
        let kept = Kept::default();
        let set =
            MIB_IPINTERFACE_ROW { WeakHostSend: 7, DadTransmits: 3, Metric: 10, ..MIB_IPINTERFACE_ROW::default() };
        kept.take(KEY, &set);
        let mut shown = MIB_IPINTERFACE_ROW { Metric: 25, ..MIB_IPINTERFACE_ROW::default() };
        kept.show(KEY, &mut shown);
        assert_eq!((shown.WeakHostSend, shown.DadTransmits, shown.Metric), (1, 3, 10));
        let mut other = MIB_IPINTERFACE_ROW::default();
        kept.show((2, Family::Ipv6), &mut other);
        assert_eq!(other, MIB_IPINTERFACE_ROW::default());
    }

    #[test]
    fn unchanged_members_stay_and_an_automatic_metric_wins() {
        let kept = Kept::default();
        kept.take(KEY, &MIB_IPINTERFACE_ROW { WeakHostSend: 1, Metric: 10, ..MIB_IPINTERFACE_ROW::default() });
        kept.take(
            KEY,
            &MIB_IPINTERFACE_ROW {
                WeakHostSend: u8::MAX,
                UseAutomaticMetric: 1,
                Metric: 9,
                ..MIB_IPINTERFACE_ROW::default()
            },
        );
        let mut shown = MIB_IPINTERFACE_ROW { Metric: 25, ..MIB_IPINTERFACE_ROW::default() };
        kept.show(KEY, &mut shown);
        assert_eq!((shown.WeakHostSend, shown.UseAutomaticMetric, shown.Metric), (1, 1, 25));
    }
}
