//! The two network stacks and the links between them.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// The name of the second network namespace, for `ip netns exec`.
pub const NEIGHBOR: &str = "neighbor";

/// A link between the two stacks. The interface has the same name at both ends.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The interface name.
    pub name: &'static str,
    /// The first 24 bits of every IPv4 address on the link.
    pub ipv4: &'static str,
    /// The first 64 bits of every IPv6 address on the link.
    pub ipv6: &'static str,
    /// The physical address in the main stack.
    pub main_mac: &'static str,
    /// The physical address in the neighbor stack.
    pub neighbor_mac: &'static str,
}

impl Link {
    /// The IPv4 address of a host on the link: 1 is the main stack, 2 and 3 are the neighbor stack.
    #[must_use]
    pub fn ipv4(&self, host: u8) -> String {
        format!("{}.{host}", self.ipv4)
    }

    /// The IPv6 address of a host on the link: 1 is the main stack, 2 and 3 are the neighbor stack.
    #[must_use]
    pub fn ipv6(&self, host: u8) -> String {
        format!("{}::{host}", self.ipv6)
    }
}

/// The links of every sandbox.
pub const LINKS: [Link; 2] = [
    Link {
        name: "lan0",
        ipv4: "10.77.0",
        ipv6: "fd77",
        main_mac: "02:00:00:00:77:01",
        neighbor_mac: "02:00:00:00:77:02",
    },
    Link {
        name: "lan1",
        ipv4: "10.78.0",
        ipv6: "fd78",
        main_mac: "02:00:00:00:78:01",
        neighbor_mac: "02:00:00:00:78:02",
    },
];

/// Hosts of the main stack, and of the neighbor stack, on each link.
const MAIN_HOSTS: [u8; 1] = [1];
const NEIGHBOR_HOSTS: [u8; 2] = [2, 3];

/// Makes the second stack and both links. Runs inside the private network and mount namespaces.
pub(crate) fn create() -> Result<()> {
    ip(&["netns", "add", NEIGHBOR])?;
    for stack in [&[][..], &["netns", "exec", NEIGHBOR]] {
        quiet_ipv6(stack)?;
    }
    for link in &LINKS {
        let ends = ["name", link.name, "address", link.main_mac, "type", "veth"];
        let peer = ["peer", "name", link.name, "address", link.neighbor_mac, "netns", NEIGHBOR];
        ip(&[&["link", "add"], &ends[..], &peer[..]].concat())?;
    }
    bring_up(&[], &MAIN_HOSTS)?;
    bring_up(&["-n", NEIGHBOR], &NEIGHBOR_HOSTS)
}

/// Whether every link is up in the stack whose `ip -json link` says `links`.
///
/// The kernel tells a new link's carrier with a delay of up to a second; until then the link has no link-local address
/// and counts as disconnected.
pub(crate) fn settled(links: &str) -> Result<bool> {
    let links: Vec<LinkState> = serde_json::from_str(links).context("cannot read the output of ip")?;
    let up = |name| links.iter().any(|link| link.ifname == name && link.operstate == "UP");
    Ok(LINKS.iter().all(|link| up(link.name)))
}

/// What `ip -json link` says of a link, as far as it matters here.
#[derive(Deserialize)]
struct LinkState {
    ifname: String,
    operstate: String,
}

/// Turns off, for interfaces still to come, what would make the neighbor table change by itself or an address
/// unusable at first: duplicate address detection and router discovery (RFC 4862).
fn quiet_ipv6(stack: &[&str]) -> Result<()> {
    let script = "for key in accept_dad accept_ra router_solicitations; do
        echo 0 > /proc/sys/net/ipv6/conf/default/$key || exit 1; done";
    if stack.is_empty() {
        return run("sh", &["-c", script]).context("the kernel refuses to set up IPv6");
    }
    ip(&[stack, &["sh", "-c", script]].concat()).context("the kernel refuses to set up IPv6")
}

fn bring_up(stack: &[&str], hosts: &[u8]) -> Result<()> {
    let ip_in = |arguments: &[&str]| ip(&[stack, arguments].concat());
    ip_in(&["link", "set", "lo", "up"])?;
    for link in &LINKS {
        for &host in hosts {
            ip_in(&["address", "add", &format!("{}/24", link.ipv4(host)), "dev", link.name])?;
            ip_in(&["address", "add", &format!("{}/64", link.ipv6(host)), "dev", link.name, "nodad"])?;
        }
        ip_in(&["link", "set", link.name, "up"])?;
    }
    Ok(())
}

fn ip(arguments: &[&str]) -> Result<()> {
    run("ip", arguments)
}

fn run(program: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new(program).args(arguments).output().with_context(|| format!("cannot run {program}"))?;
    let line = format!("{program} {}", arguments.join(" "));
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{line}` failed: {}", errors.trim());
    Ok(())
}
