//! What the witness can be asked.

use macaddr::MacAddr6;
use serde::{Deserialize, Deserializer, Serialize};
use std::net::IpAddr;

use crate::test_link::TestLink;

/// What the witness can be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "run", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// The neighbor table.
    Neigh {},
    /// The links and their addresses.
    Links {},
    /// The routes.
    Routes {},
    /// The route that a packet takes.
    RouteGet {
        /// Where to.
        address: IpAddr,
    },
    /// Make a route through a router, or take it away.
    Route {
        /// An address of the network that it leads to.
        destination: IpAddr,
        /// Length of its prefix.
        prefix: u8,
        /// The router.
        via: IpAddr,
        /// Its metric.
        metric: u32,
        /// Make, or take away.
        add: bool,
    },
    /// Send a datagram.
    Ping {
        /// To whom.
        address: IpAddr,
        /// Through which link; needed for link-local addresses.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dev: Option<String>,
    },
    /// Make a neighbor.
    NeighAdd {
        /// On which link.
        dev: String,
        /// Its address.
        address: IpAddr,
        /// Its link-layer address, if it is known in that state.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "physical")]
        lladdr: Option<MacAddr6>,
        /// Its state.
        #[serde(default)]
        state: State,
        /// It is a router.
        #[serde(default, skip_serializing_if = "is_false")]
        router: bool,
    },
    /// Delete a neighbor.
    NeighDel {
        /// On which link.
        dev: String,
        /// Its address.
        address: IpAddr,
    },
    /// Set a link up or down.
    Link {
        /// Which link.
        dev: String,
        /// Up, or down.
        up: bool,
    },
    /// Give a link an address, or take it away.
    Address {
        /// Which link.
        dev: String,
        /// The address.
        address: IpAddr,
        /// Length of its prefix.
        prefix: u8,
        /// Give, or take away.
        add: bool,
    },
    /// Set the MTU of a link.
    Mtu {
        /// Which link.
        dev: String,
        /// Bytes.
        mtu: u32,
    },
    /// Make a link.
    LinkAdd {
        /// Its name.
        dev: TestLink,
    },
    /// Remove a link that was made so.
    LinkDel {
        /// Its name.
        dev: TestLink,
    },
    /// Give a test link many permanent neighbors: those of [`TestLink::neighbors`].
    NeighFill {
        /// Which link.
        dev: TestLink,
        /// From which on.
        first: u32,
        /// How many; the last is below 2²².
        count: u32,
    },
    /// How many registrations for change notifications there are.
    Listeners {},
    /// What the processes of the machine take.
    Processes {},
    /// Show or replace the settings of the NETIO stand-in.
    Settings {
        /// The new ones.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        set: Option<serde_json::Value>,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A link-layer address as people write it; `macaddr` itself serializes bytes.
mod physical {
    use super::{Deserialize, Deserializer, MacAddr6};
    use serde::{Serializer, de::Error};

    #[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference to the field")]
    pub fn serialize<S: Serializer>(address: &Option<MacAddr6>, serializer: S) -> Result<S::Ok, S::Error> {
        match address {
            Some(address) => serializer.collect_str(address),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<MacAddr6>, D::Error> {
        String::deserialize(deserializer)?.parse().map(Some).map_err(D::Error::custom)
    }
}

/// The states in which a neighbor can be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Made by somebody, kept until deleted.
    #[default]
    Permanent,
    /// As if it had just answered.
    Reachable,
    /// As if it had answered some time ago.
    Stale,
    /// Not resolved by asking, as for groups.
    Noarp,
    /// As if it had not answered.
    Failed,
    /// As if it had been asked just now.
    Incomplete,
}

impl State {
    /// As `ip neigh` spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Permanent => "permanent",
            Self::Reachable => "reachable",
            Self::Stale => "stale",
            Self::Noarp => "noarp",
            Self::Failed => "failed",
            Self::Incomplete => "incomplete",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &str) -> String {
        serde_json::to_string(&serde_json::from_str::<Request>(text).unwrap()).unwrap()
    }

    #[test]
    fn requests_read_as_documented() {
        for text in [
            r#"{"run":"neigh"}"#,
            r#"{"run":"links"}"#,
            r#"{"run":"ping","address":"10.0.0.2"}"#,
            r#"{"run":"ping","address":"fe80::1","dev":"veth0"}"#,
            r#"{"run":"neigh-add","dev":"veth0","address":"10.0.0.2","lladdr":"02:00:00:00:00:02","state":"stale"}"#,
            r#"{"run":"neigh-add","dev":"veth0","address":"10.0.0.2","state":"failed","router":true}"#,
            r#"{"run":"neigh-del","dev":"veth0","address":"10.0.0.2"}"#,
            r#"{"run":"link","dev":"veth0","up":false}"#,
            r#"{"run":"address","dev":"veth0","address":"fd00::2","prefix":64,"add":true}"#,
            r#"{"run":"mtu","dev":"veth0","mtu":1400}"#,
            r#"{"run":"link-add","dev":"test0"}"#,
            r#"{"run":"link-del","dev":"test9"}"#,
            r#"{"run":"processes"}"#,
            r#"{"run":"settings"}"#,
        ] {
            assert_eq!(round_trip(text), text);
        }
        let add = r#"{"run":"neigh-add","dev":"veth0","address":"10.0.0.2","lladdr":"02:00:00:00:00:02"}"#;
        assert!(matches!(
            serde_json::from_str(add),
            Ok(Request::NeighAdd { lladdr: Some(lladdr), state: State::Permanent, .. })
                if lladdr.as_bytes() == [2, 0, 0, 0, 0, 2]
        ));
    }

    #[test]
    fn nothing_else_can_be_asked() {
        for text in [
            r#"{"run":"sh","command":"id"}"#,
            r#"{"run":"neigh","more":1}"#,
            r#"{"run":"ping","address":"example.org"}"#,
            r#"{"run":"link-add","dev":"test10"}"#,
            r#"{"run":"link-del","dev":"lan0"}"#,
            r#"{"run":"link-add","dev":"test0 type dummy"}"#,
            r#"{"run":"address","dev":"veth0","address":"fd00::2/64","prefix":64,"add":true}"#,
            r#"{"run":"neigh-add","dev":"veth0","address":"10.0.0.2","lladdr":"; id"}"#,
            r#"{"run":"neigh-add","dev":"veth0","address":"10.0.0.2","lladdr":"02:00:00:00:00:02","state":"none"}"#,
        ] {
            assert!(serde_json::from_str::<Request>(text).is_err(), "{text}");
        }
    }
}
