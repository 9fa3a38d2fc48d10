//! What an event is about, as it is shown.

use crate::{
    commands::interface::row::{Difference, Key, MEMBERS, Row},
    output::{Cell, Record},
    watch::{self, Kind},
    zone::{scoped, zone},
};
use serde::Serialize;
use std::net::IpAddr;

/// An interface: its row, or its name alone where it was gone before it could be looked at.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Shown {
    Row(Box<Row>),
    Key(Key),
}

impl Shown {
    pub fn key(&self) -> &Key {
        match self {
            Self::Row(row) => row.key(),
            Self::Key(key) => key,
        }
    }
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    Interface,
    Address,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Subject {
    Interface {
        source: Source,
        #[serde(flatten)]
        shown: Shown,
        /// Names of the members that differ, of an interface that has changed.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        changed: Vec<&'static str>,
        #[serde(skip)]
        differences: Vec<Difference>,
    },
    Address {
        source: Source,
        #[serde(flatten)]
        key: Key,
        address: IpAddr,
        #[serde(skip_serializing_if = "Option::is_none")]
        scope_id: Option<u32>,
    },
    Lost {
        count: u64,
    },
}

impl Subject {
    pub fn interface(shown: Shown) -> Self {
        Self::changed(shown, Vec::new())
    }

    pub fn changed(shown: Shown, differences: Vec<Difference>) -> Self {
        let changed = differences.iter().map(|(member, ..)| *member).collect();
        Self::Interface { source: Source::Interface, shown, changed, differences }
    }

    pub fn address(key: Key, address: IpAddr, scope_id: u32) -> Self {
        let scope_id = zone(address, scope_id, key.ifindex);
        Self::Address { source: Source::Address, key, address, scope_id }
    }
}

impl watch::Subject for Subject {
    fn sentence(&self) -> String {
        match self {
            Self::Interface { shown, differences, .. } => {
                let key = shown.key();
                let name = format!("interface {} {}", key.ifname, key.shown_family());
                match shown {
                    _ if !differences.is_empty() => format!("{name}: {}", in_words(differences)),
                    Shown::Row(row) => format!("{name}: {}", row.sentence()),
                    Shown::Key(_) => name,
                }
            }
            Self::Address { key, address, scope_id, .. } => {
                format!("address {} on {}", scoped(*address, *scope_id), key.ifname)
            }
            Self::Lost { count: 1 } => "1 event".to_owned(),
            Self::Lost { count } => format!("{count} events"),
        }
    }

    fn for_programs(&self, kind: Kind) -> (Vec<String>, Vec<(&'static str, String)>) {
        let none = String::new;
        let (source, key, address, changed, lost) = match self {
            Self::Interface { shown, changed, .. } => {
                ("interface", Some(shown.key()), none(), changed.join(" "), none())
            }
            Self::Address { key, address, scope_id, .. } => {
                ("address", Some(key), scoped(*address, *scope_id), none(), none())
            }
            Self::Lost { count } => ("", None, none(), none(), count.to_string()),
        };
        let interface = key.map(|key| key.ifname.clone()).unwrap_or_default();
        let words = [kind.name(), source, &interface, &address];
        let arguments = words.into_iter().filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let variables = vec![
            ("NETIOCTL_EVENT", kind.name().to_owned()),
            ("NETIOCTL_SOURCE", source.to_owned()),
            ("NETIOCTL_INTERFACE", interface),
            ("NETIOCTL_FAMILY", key.map(|key| key.shown_family().to_owned()).unwrap_or_default()),
            ("NETIOCTL_ADDRESS", address),
            ("NETIOCTL_CHANGED", changed),
            ("NETIOCTL_LOST", lost),
        ];
        (arguments, variables)
    }
}

fn in_words(differences: &[Difference]) -> String {
    let words = differences.iter().map(|(member, before, now)| format!("{member} {before} -> {now}"));
    words.collect::<Vec<_>>().join(", ")
}

impl Record for Subject {
    fn header() -> Vec<&'static str> {
        Row::header()
    }

    fn columns() -> Vec<&'static str> {
        let mut columns = vec!["source"];
        columns.extend(Key::COLUMNS);
        columns.extend(["address", "scope_id", "changed", "count"]);
        columns.extend(MEMBERS);
        columns
    }

    /// The live view has a table of interfaces only.
    fn cells(&self) -> Vec<Cell> {
        match self {
            Self::Interface { shown: Shown::Row(row), .. } => row.cells(),
            Self::Interface { shown: Shown::Key(key), .. } => key.cells(),
            Self::Address { .. } | Self::Lost { .. } => Vec::new(),
        }
    }

    fn brief(&self) -> Vec<Cell> {
        let named = |key: &Key| vec![Cell::from(key.ifname.clone()), key.shown_family().into()];
        match self {
            Self::Interface { shown: Shown::Row(row), .. } => row.brief(),
            Self::Interface { shown: Shown::Key(key), .. } => named(key),
            Self::Address { key, address, scope_id, .. } => {
                [named(key), vec![scoped(*address, *scope_id).into()]].concat()
            }
            Self::Lost { count } => vec![count.to_string().into(), "lost".into()],
        }
    }
}
