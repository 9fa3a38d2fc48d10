//! The witness: what Linux itself says of the network that the driver in Wine works on.
//!
//! A test inside Wine asks over TCP; `netio-server` answers with what `ip` of iproute2 prints, so that the answer does
//! not come from the code that serves NETIO.
//!
//! # Protocol
//!
//! One JSON object a line in each direction, any number of them on a connection.
//!
//! | request | what happens | `output` |
//! |---|---|---|
//! | `{"run":"neigh"}` | `ip -j neigh show nud all` | its output |
//! | `{"run":"links"}` | `ip -j -d link show` and `ip -j address show` | `{"links":…,"addresses":…}` |
//! | `{"run":"ping","address":A}` or `{…,"dev":D}` | one datagram to A (port 9, discard): the kernel resolves A and makes a dynamic entry; `dev` is needed for link-local addresses | null |
//! | `{"run":"neigh-add","dev":D,"address":A,"lladdr":M,"state":S,"router":B}` | `ip neigh add`, with S of `permanent` (the default), `reachable`, `stale`, `noarp`, and without M `failed`, `incomplete`; B says that it is a router | null |
//! | `{"run":"neigh-del","dev":D,"address":A}` | `ip neigh del` | null |
//! | `{"run":"link","dev":D,"up":B}` | `ip link set up` or `down` | null |
//! | `{"run":"address","dev":D,"address":A,"prefix":N,"add":B}` | `ip address add` or `del` | null |
//! | `{"run":"mtu","dev":D,"mtu":N}` | `ip link set mtu` | null |
//! | `{"run":"link-add","dev":T}` | makes a veth pair of T and `T-peer`, both down; T is one of `test0` to `test9` | null |
//! | `{"run":"link-del","dev":T}` | removes such a pair | null |
//! | `{"run":"settings"}` | nothing | how the server answers where Windows leaves it open |
//! | `{"run":"settings","set":{…}}` | replaces those settings: what is not named is reset to its default | the settings |
//!
//! The answer is `{"ok":true,"output":…}` or `{"ok":false,"error":"…"}`. Nothing else can be run; addresses are parsed,
//! a device must exist, and no shell is involved.
#![forbid(unsafe_code)]

use macaddr::MacAddr6;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::value::RawValue;
use std::{
    io::{self, BufRead, BufReader, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

/// Where `netio-server` listens for the witness's clients unless it is told otherwise.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4798);

/// No command of the witness takes longer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What the witness can be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "run", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// The neighbor table.
    Neigh {},
    /// The links and their addresses.
    Links {},
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
    /// How many registrations for change notifications there are.
    Listeners {},
    /// Show or replace the settings of the NETIO stand-in.
    Settings {
        /// The new ones.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        set: Option<serde_json::Value>,
    },
}

/// The name of a link that tests make and remove: `test0` to `test9`. Its other end has `-peer` added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TestLink(u8);

impl TestLink {
    /// The link of this number, which is below 10.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number < 10 { Some(Self(number)) } else { None }
    }

    /// The name of the link.
    #[must_use]
    pub fn name(self) -> String {
        format!("test{}", self.0)
    }

    /// The name of its other end.
    #[must_use]
    pub fn peer(self) -> String {
        format!("{}-peer", self.name())
    }
}

impl From<TestLink> for String {
    fn from(link: TestLink) -> Self {
        link.name()
    }
}

impl TryFrom<String> for TestLink {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let known = (0..10).map(Self).find(|link| link.name() == name);
        known.ok_or_else(|| format!("{name:?} is not one of test0 to test9"))
    }
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

/// What the witness answers.
#[derive(Debug, Serialize, Deserialize)]
pub struct Response {
    /// Whether it was done.
    pub ok: bool,
    /// What it gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Box<RawValue>>,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A neighbor as `ip -j neigh` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Neighbor {
    /// Its address.
    pub dst: IpAddr,
    /// The name of its link.
    pub dev: String,
    /// Its link-layer address, if it has one.
    pub lladdr: Option<String>,
    /// Its state: `PERMANENT`, `REACHABLE`, `STALE`, `DELAY`, `PROBE`, `FAILED`, `INCOMPLETE`, `NOARP`, `NONE`.
    #[serde(default)]
    pub state: Vec<String>,
    /// Whether it is a router.
    #[serde(default, deserialize_with = "present")]
    pub router: bool,
}

/// `ip` shows a flag as a member without value.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

/// A connection to the witness.
#[derive(Debug)]
pub struct Witness {
    stream: BufReader<TcpStream>,
}

impl Witness {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens there.
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Asks, and reads the output into a type of the caller's.
    ///
    /// # Errors
    /// The witness refuses (the error carries its words), the connection breaks, or the output is of another form.
    pub fn ask<T: DeserializeOwned>(&mut self, request: &Request) -> io::Result<T> {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        self.stream.get_mut().write_all(&line)?;
        let mut answer = String::new();
        self.stream.read_line(&mut answer)?;
        let response: Response = serde_json::from_str(&answer)?;
        if !response.ok {
            return Err(io::Error::other(response.error.unwrap_or_default()));
        }
        let output = response.output.as_ref().map_or("null", |output| output.get());
        Ok(serde_json::from_str(output)?)
    }

    /// The neighbor table of Linux.
    ///
    /// # Errors
    /// As [`Witness::ask`].
    pub fn neighbors(&mut self) -> io::Result<Vec<Neighbor>> {
        self.ask(&Request::Neigh {})
    }

    /// Does something that gives no output.
    ///
    /// # Errors
    /// As [`Witness::ask`].
    pub fn run(&mut self, request: &Request) -> io::Result<()> {
        self.ask::<IgnoredAny>(request).map(|_| ())
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
    fn neighbors_read_as_ip_prints_them() {
        let text = r#"[{"dst":"fe80::2","dev":"veth0","lladdr":"02:00:00:00:00:02","router":null,"state":["STALE"]},
            {"dst":"10.0.0.3","dev":"veth0","state":["FAILED"]}]"#;
        let rows: Vec<Neighbor> = serde_json::from_str(text).unwrap();
        assert_eq!(rows.iter().map(|row| row.router).collect::<Vec<_>>(), [true, false]);
        assert_eq!((rows[0].state[0].as_str(), rows[1].lladdr.as_deref()), ("STALE", None));
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
