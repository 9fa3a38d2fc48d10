//! A connection to the witness.

use serde::de::{DeserializeOwned, IgnoredAny};
use std::{
    io::{self, BufRead, BufReader, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

use crate::answer::{Neighbor, Response};
use crate::request::Request;

/// Where `netio-server` listens for the witness's clients unless it is told otherwise.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4798);

/// No command of the witness takes longer.
const TIMEOUT: Duration = Duration::from_secs(10);

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
