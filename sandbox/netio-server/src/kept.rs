//! Members of an interface row that Linux has no place for.
//!
//! `SetIpInterfaceEntry` may change them, and `GetIpInterfaceEntry` must then show them, so the server keeps them for
//! as long as it runs. They change nothing in how Linux treats packets.

use crate::family::Family;
use netio_wire::IpInterfaceRow;
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
        struct Members {
            $($member: Option<$type>,)+
            zone_indices: Option<[u32; 16]>,
        }

        impl Members {
            fn take(&mut self, row: &IpInterfaceRow, family: Family) {
                $(if $only.is_none_or(|only| only == family) && !row.$member.is_unchanged() {
                    self.$member = Some(row.$member.normalized());
                })+
                if !row.zone_indices.iter().any(|zone| zone.is_unchanged()) {
                    self.zone_indices = Some(row.zone_indices);
                }
            }

            fn show(&self, row: &mut IpInterfaceRow) {
                $(if let Some(value) = self.$member {
                    row.$member = value;
                })+
                if let Some(zones) = self.zone_indices {
                    row.zone_indices = zones;
                }
            }
        }
    };
}

const BOTH: Option<Family> = None;
/// Linux has these for IPv6.
const IPV4: Option<Family> = Some(Family::Ipv4);

kept! {
    advertising_enabled: u8, BOTH;
    weak_host_send: u8, BOTH;
    weak_host_receive: u8, BOTH;
    use_automatic_metric: u8, BOTH;
    use_neighbor_unreachability_detection: u8, BOTH;
    managed_address_configuration_supported: u8, BOTH;
    other_stateful_configuration_supported: u8, BOTH;
    advertise_default_route: u8, BOTH;
    router_discovery_behavior: i32, IPV4;
    dad_transmits: u32, IPV4;
    path_mtu_discovery_timeout: u32, BOTH;
    link_local_address_behavior: i32, IPV4;
    link_local_address_timeout: u32, BOTH;
    metric: u32, BOTH;
    disable_default_routes: u8, IPV4;
}

/// What was set on every row.
#[derive(Debug, Default)]
pub struct Kept(Mutex<HashMap<Key, Members>>);

impl Kept {
    /// Keeps what a row sets.
    pub fn take(&self, key: Key, row: &IpInterfaceRow) {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let members = rows.entry(key).or_default();
        let mut row = *row;
        // 0 milliseconds means: unchanged.
        if row.path_mtu_discovery_timeout == 0 {
            row.path_mtu_discovery_timeout = u32::MAX;
        }
        members.take(&row, key.1);
        if members.use_automatic_metric != Some(0) {
            // A metric only holds while it is not chosen automatically.
            members.metric = None;
        }
    }

    /// Shows what is kept in a row.
    pub fn show(&self, key: Key, row: &mut IpInterfaceRow) {
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
        let set = IpInterfaceRow { weak_host_send: 7, dad_transmits: 3, metric: 10, ..IpInterfaceRow::new() };
        kept.take(KEY, &set);
        let mut shown = IpInterfaceRow { metric: 25, ..IpInterfaceRow::new() };
        kept.show(KEY, &mut shown);
        assert_eq!((shown.weak_host_send, shown.dad_transmits, shown.metric), (1, 3, 10));
        let mut other = IpInterfaceRow::new();
        kept.show((2, Family::Ipv6), &mut other);
        assert_eq!(other, IpInterfaceRow::new());
    }

    #[test]
    fn unchanged_members_stay_and_an_automatic_metric_wins() {
        let kept = Kept::default();
        kept.take(KEY, &IpInterfaceRow { weak_host_send: 1, metric: 10, ..IpInterfaceRow::new() });
        kept.take(
            KEY,
            &IpInterfaceRow { weak_host_send: u8::MAX, use_automatic_metric: 1, metric: 9, ..IpInterfaceRow::new() },
        );
        let mut shown = IpInterfaceRow { metric: 25, ..IpInterfaceRow::new() };
        kept.show(KEY, &mut shown);
        assert_eq!((shown.weak_host_send, shown.use_automatic_metric, shown.metric), (1, 1, 25));
    }
}
