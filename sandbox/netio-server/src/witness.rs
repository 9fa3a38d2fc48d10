//! Serves the witness; the crate `witness` documents its protocol.

use crate::{kernel::Kernel, processes, settings::Settings, shared::Shared};
use anyhow::{Context, Result, bail, ensure};
use serde_json::value::{RawValue, to_raw_value};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6},
    process::Stdio,
    sync::Arc,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream, UdpSocket},
    process::Command,
};
use witness::{Request, Response, TestLink};

/// RFC 863: what is sent there is thrown away.
const DISCARD_PORT: u16 = 9;

/// Answers questions until the listener fails.
///
/// # Errors
/// No connection can be accepted any more.
pub async fn run(listener: TcpListener, shared: Arc<Shared>) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            if let Err(error) = serve(stream, &shared).await {
                eprintln!("netio-server: the witness was cut off: {error}");
            }
        });
    }
}

async fn serve(mut stream: TcpStream, shared: &Shared) -> Result<()> {
    let (read, mut write) = stream.split();
    let mut lines = BufReader::new(read).lines();
    while let Some(line) = lines.next_line().await? {
        let answer = match serde_json::from_str(&line) {
            Ok(request) => perform(request, shared).await,
            Err(error) => Err(error.into()),
        };
        let response = match answer {
            Ok(output) => Response { ok: true, output: Some(output), error: None },
            Err(error) => Response { ok: false, output: None, error: Some(format!("{error:#}")) },
        };
        let mut text = serde_json::to_vec(&response)?;
        text.push(b'\n');
        write.write_all(&text).await?;
    }
    Ok(())
}

async fn perform(request: Request, shared: &Shared) -> Result<Box<RawValue>> {
    match request {
        Request::Neigh {} => json(&ip(&["-j", "neigh", "show", "nud", "all"]).await?),
        Request::Links {} => links().await,
        Request::Routes {} => routes().await,
        Request::RouteGet { address } => json(&ip(&["-j", "route", "get", &address.to_string()]).await?),
        Request::Route { destination, prefix, via, metric, add } => {
            let (change, destination) = (if add { "add" } else { "del" }, format!("{destination}/{prefix}"));
            let (via, metric) = (via.to_string(), metric.to_string());
            done(ip(&["route", change, &destination, "via", &via, "metric", &metric]).await)
        }
        Request::Ping { address, dev } => done(ping(address, dev).await),
        Request::NeighAdd { dev, address, lladdr, state, router } => {
            let (address, lladdr) = (address.to_string(), lladdr.map(|lladdr| lladdr.to_string()));
            let mut line = vec!["neigh", "add", &address, "dev", existing(&dev)?, "nud", state.name()];
            line.extend(lladdr.iter().flat_map(|lladdr| ["lladdr", lladdr]));
            line.extend(router.then_some("router"));
            done(ip(&line).await)
        }
        Request::NeighDel { dev, address } => {
            done(ip(&["neigh", "del", &address.to_string(), "dev", existing(&dev)?]).await)
        }
        Request::Link { dev, up } => {
            let change = if up { "up" } else { "down" };
            done(ip(&["link", "set", "dev", existing(&dev)?, change]).await)
        }
        Request::Address { dev, address, prefix, add } => {
            let (change, address) = (if add { "add" } else { "del" }, format!("{address}/{prefix}"));
            done(ip(&["address", change, &address, "dev", existing(&dev)?]).await)
        }
        Request::Mtu { dev, mtu } => done(ip(&["link", "set", "dev", existing(&dev)?, "mtu", &mtu.to_string()]).await),
        Request::LinkAdd { dev } => {
            done(ip(&["link", "add", &dev.name(), "type", "veth", "peer", "name", &dev.peer()]).await)
        }
        Request::LinkDel { dev } => done(ip(&["link", "del", "dev", &dev.name()]).await),
        Request::NeighFill { dev, first, count } => done(fill(dev, first, count).await),
        Request::Listeners {} => Ok(to_raw_value(&shared.listeners())?),
        Request::Processes {} => Ok(to_raw_value(&processes::look()?)?),
        Request::Settings { set } => {
            if let Some(set) = set {
                shared.change(serde_json::from_value::<Settings>(set)?);
            }
            Ok(to_raw_value(&shared.settings())?)
        }
    }
}

fn done<T>(result: Result<T>) -> Result<Box<RawValue>> {
    result?;
    Ok(to_raw_value(&())?)
}

fn json(text: &str) -> Result<Box<RawValue>> {
    RawValue::from_string(text.trim().to_owned()).context("what ip printed is not JSON")
}

async fn links() -> Result<Box<RawValue>> {
    let links = json(&ip(&["-j", "-d", "link", "show"]).await?)?;
    let addresses = json(&ip(&["-j", "address", "show"]).await?)?;
    Ok(to_raw_value(&serde_json::json!({ "links": links, "addresses": addresses }))?)
}

async fn routes() -> Result<Box<RawValue>> {
    let mut all = Vec::new();
    for family in ["-4", "-6"] {
        let printed = ip(&[family, "-j", "route", "show", "table", "all"]).await?;
        all.extend(serde_json::from_str::<Vec<serde_json::Value>>(&printed)?);
    }
    Ok(to_raw_value(&all)?)
}

/// Runs `ip` of iproute2 with these arguments.
async fn ip(arguments: &[&str]) -> Result<String> {
    let command = Command::new("ip").args(arguments).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = command.await.context("ip (of iproute2) cannot be run")?;
    if !output.status.success() {
        bail!("ip {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The most neighbors that a link is filled with: those of 10.64.0.0/10.
const MOST: u32 = 1 << 22;

/// One run of `ip`, which makes some hundred thousand a second.
async fn fill(dev: TestLink, first: u32, count: u32) -> Result<()> {
    let end = first.checked_add(count).filter(|end| *end <= MOST).context("too many neighbors")?;
    let name = dev.name();
    existing(&name)?;
    let line = |(address, lladdr)| format!("neigh add {address} lladdr {lladdr} dev {name} nud permanent\n");
    let lines: String = TestLink::neighbors(first..end).map(line).collect();
    let mut batch = Command::new("ip");
    batch.args(["-batch", "-"]).stdin(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut batch = batch.spawn().context("ip (of iproute2) cannot be run")?;
    let mut input = batch.stdin.take().context("ip has no input")?;
    // Should ip end early, its own words say why.
    let _ = input.write_all(lines.as_bytes()).await;
    drop(input);
    let output = batch.wait_with_output().await?;
    ensure!(output.status.success(), "ip -batch: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}

/// The name of a device, once the kernel has confirmed that it has one of that name.
fn existing(name: &str) -> Result<&str> {
    index_of(name).map(|_| name)
}

fn index_of(name: &str) -> Result<u32> {
    let links = match Kernel::open() {
        Ok(kernel) => kernel.links(),
        Err(refusal) => Err(refusal),
    };
    let Ok(links) = links else { bail!("the kernel does not list its links") };
    let link = links.iter().find(|link| link.name == name);
    link.map(|link| link.index).with_context(|| format!("there is no device {name:?}"))
}

async fn ping(address: IpAddr, dev: Option<String>) -> Result<()> {
    let scope = match &dev {
        Some(name) => index_of(name)?,
        None => 0,
    };
    let (local, remote): (IpAddr, SocketAddr) = match address {
        IpAddr::V4(_) => (Ipv4Addr::UNSPECIFIED.into(), (address, DISCARD_PORT).into()),
        IpAddr::V6(v6) => (Ipv6Addr::UNSPECIFIED.into(), SocketAddrV6::new(v6, DISCARD_PORT, 0, scope).into()),
    };
    let socket = UdpSocket::bind((local, 0)).await?;
    if let Some(name) = &dev {
        socket.bind_device(Some(name.as_bytes()))?;
    }
    socket.send_to(&[0], remote).await?;
    Ok(())
}
