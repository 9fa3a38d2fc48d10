//! Makes a network stack resolve a neighbor, without raw sockets.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// The argument and the name of the command.
pub const REACH: &str = "reach";

/// The discard service (RFC 863), which no sandbox runs.
const PORT: u16 = 9;

/// Address resolution gives up after three seconds (`mcast_solicit` times `retrans_time`).
const PATIENCE: Duration = Duration::from_secs(4);

/// Sends a datagram to `address` and waits for the ICMP error that nobody listens there. Only a neighbor that has been
/// resolved, and has resolved this stack too, can send it.
///
/// # Errors
///
/// `address` is no IP address, has no route, or does not answer.
pub fn reach(address: &str) -> Result<()> {
    let target: IpAddr = address.parse().with_context(|| format!("{address} is not an IP address"))?;
    let any: IpAddr = match target {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.connect((target, PORT)).with_context(|| format!("there is no route to {address}"))?;
    socket.send(b"reach")?;
    match socket.recv(&mut [0]) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(()),
        Err(error) => bail!("{address} does not answer: {error}"),
    }
}
