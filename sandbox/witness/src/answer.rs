//! What the witness answers.

use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};
use serde_json::value::RawValue;
use std::net::IpAddr;

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

/// What all processes of a name take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Processes {
    /// Their name.
    pub name: String,
    /// Memory of their own (`RssAnon`), in KiB.
    pub memory: u64,
    /// The most memory that one of them has ever had (`VmHWM`), in KiB.
    pub peak: u64,
    /// Open files.
    pub files: u64,
    /// Threads.
    pub threads: u64,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbors_read_as_ip_prints_them() {
        let text = r#"[{"dst":"fe80::2","dev":"veth0","lladdr":"02:00:00:00:00:02","router":null,"state":["STALE"]},
            {"dst":"10.0.0.3","dev":"veth0","state":["FAILED"]}]"#;
        let rows: Vec<Neighbor> = serde_json::from_str(text).unwrap();
        assert_eq!(rows.iter().map(|row| row.router).collect::<Vec<_>>(), [true, false]);
        assert_eq!((rows[0].state[0].as_str(), rows[1].lladdr.as_deref()), ("STALE", None));
    }
}
