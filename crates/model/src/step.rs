//! What is done to the tables, with valid and invalid arguments.

use netioctl_client::Family;
use proptest::prelude::*;

/// Interfaces of a world.
pub const INTERFACES: usize = 2;

/// Neighbors that an interface can have here: the first two have IPv4 addresses, the others IPv6 addresses.
pub const NEIGHBORS: usize = 4;

/// How an interface is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// By its index.
    Index(usize),
    /// By its LUID.
    Luid(usize),
    /// By an index that no interface has.
    Nobody,
}

/// An address of a neighbor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// One that a neighbor of the interface can have.
    Known(usize),
    /// 0.0.0.0.
    Unspecified,
    /// `::1`.
    Loopback,
}

/// A neighbor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Who {
    /// Its interface.
    pub interface: Name,
    /// Its address.
    pub address: Address,
}

/// What is done with a neighbor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is given a physical address.
    Set,
    /// It is made.
    Create,
    /// It is made, or given a physical address.
    Replace,
    /// It is deleted.
    Delete,
}

/// A change of a neighbor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is done.
    pub action: Action,
    /// With whom.
    pub who: Who,
    /// The last byte of the physical address; 0 gives none, which cannot be.
    pub physical: u8,
}

/// A member of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The metric, below 2^31.
    Metric,
    /// The base reachable time in milliseconds, 1 to 3,600,000.
    BaseReachableTime,
    /// The retransmit time in milliseconds, 1 to 10,000.
    RetransmitTime,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A neighbor is changed.
    Change(Change),
    /// Several are changed by one request.
    Batch(Vec<Change>),
    /// A neighbor is read.
    Get(Who),
    /// The table is read.
    Table(Family),
    /// Neighbors are flushed, those of one interface or of all.
    Flush(Family, Option<Name>),
    /// An interface is read, as it is for IPv4 (0) or IPv6 (1).
    GetInterface(Name, usize),
    /// An interface is changed.
    SetInterface(Name, usize, Setting, u32),
}

fn name() -> impl Strategy<Value = Name> + Clone {
    let known = 0..INTERFACES;
    prop_oneof![5 => known.clone().prop_map(Name::Index), 5 => known.prop_map(Name::Luid), 1 => Just(Name::Nobody)]
}

fn who() -> impl Strategy<Value = Who> + Clone {
    let address = prop_oneof![
        10 => (0..NEIGHBORS).prop_map(Address::Known),
        1 => Just(Address::Unspecified),
        1 => Just(Address::Loopback),
    ];
    (name(), address).prop_map(|(interface, address)| Who { interface, address })
}

fn change() -> impl Strategy<Value = Change> + Clone {
    let action = prop::sample::select(vec![Action::Set, Action::Create, Action::Replace, Action::Delete]);
    (action, who(), prop_oneof![10 => 1_u8..4, 1 => Just(0)]).prop_map(|(action, who, physical)| Change {
        action,
        who,
        physical,
    })
}

/// Any step.
pub fn any() -> impl Strategy<Value = Step> {
    let family = prop::sample::select(vec![Family::Ipv4, Family::Ipv6, Family::Both]);
    // Whole seconds: Linux counts in ticks.
    let value = prop_oneof![10 => (1_u32..=10).prop_map(|seconds| seconds * 1000), 1 => Just(0), 1 => Just(1 << 31)];
    let setting = prop::sample::select(vec![Setting::Metric, Setting::BaseReachableTime, Setting::RetransmitTime]);
    prop_oneof![
        10 => change().prop_map(Step::Change),
        3 => prop::collection::vec(change(), 1..8).prop_map(Step::Batch),
        4 => who().prop_map(Step::Get),
        2 => family.clone().prop_map(Step::Table),
        1 => (family, prop::option::of(name())).prop_map(|(family, name)| Step::Flush(family, name)),
        2 => (name(), 0..2_usize).prop_map(|(name, family)| Step::GetInterface(name, family)),
        3 => (name(), 0..2_usize, setting, value)
            .prop_map(|(name, family, setting, value)| Step::SetInterface(name, family, setting, value)),
    ]
}
