//! Requests that succeed, one for each operation and way through the driver.

use crate::linux::{Link, Linux};
use anyhow::{Context, Result, ensure};
use macaddr::MacAddr6;
use netioctl_client::{
    Canceller, Device, NeighborKey, Operation, RouteQuery, WatchSources,
    abi::{
        AddressFamily, NtStatus,
        wire::{
            BatchAction, BatchEntry, BatchHeader, BatchReply, FamilyRequest, FlushNeighborsRequest,
            InterfaceKeyRequest, InterfaceMember, InterfaceRow, RequestHeader, SetInterfaceRequest, WatchFlags,
            WatchRequest,
        },
    },
};
use serde_json::{Value, json};
use std::{
    net::IpAddr,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};
use zerocopy::{FromZeros, IntoBytes};

const MAC: [u8; 6] = [2, 0, 0x5e, 0x30, 0, 1];

/// Room for the output of every request here.
const ROOM: usize = 8192;

/// A request, and what has to be so that it succeeds.
pub struct Scenario {
    pub name: &'static str,
    /// The operation whose statuses NETIO may answer: for a batch that of its only entry.
    pub operation: Operation,
    /// The operation that is asked for.
    asked: Operation,
    input: Vec<u8>,
    /// Whether the neighbor must be there or missing before.
    neighbor: Option<bool>,
    /// How the NETIO stand-in is set.
    pub settings: Value,
    /// The handle watches already, and something changes.
    pub watching: bool,
}

impl Scenario {
    fn new(name: &'static str, operation: Operation, input: &[u8]) -> Self {
        let (asked, input) = (operation, input.to_vec());
        Self { name, operation, asked, input, neighbor: None, settings: json!({}), watching: false }
    }

    fn with(self, neighbor: bool) -> Self {
        Self { neighbor: Some(neighbor), ..self }
    }

    /// The neighbor that comes and goes: it never answers by itself.
    fn address(link: &Link) -> IpAddr {
        link.hosts[0][1]
    }

    /// Makes the tables as they must be.
    pub fn prepare(&self, linux: &mut Linux, link: &Link) -> Result<()> {
        let address = Self::address(link);
        match self.neighbor {
            Some(true) => linux.add_permanent(link, address, MacAddr6::new(2, 0, 0x5e, 0x30, 0, 9))?,
            Some(false) if linux.neighbor(link, address)?.is_some() => linux.delete(link, address)?,
            None | Some(false) => {}
        }
        Ok(())
    }

    /// Has the handle do what it must have done before.
    pub fn begin(&self, device: &Device, linux: &mut Linux, link: &Link) -> Result<()> {
        if self.watching {
            let (status, _) = self.send(device, || false);
            ensure!(status.is_success(), "beginning to watch: {status}");
            // So that there is an event, whenever the next request comes.
            for mtu in [link.mtu - 1, link.mtu] {
                linux.set_mtu(link, mtu)?;
            }
        }
        Ok(())
    }

    /// How the request ends, which is given up when `is_over` says so, or after [`SOON`].
    pub fn run(&self, device: &Device, is_over: impl Fn() -> bool + Send) -> Result<NtStatus> {
        let (status, output) = self.send(device, is_over);
        if self.asked != Operation::BatchNeighbors || !status.is_success() {
            return Ok(status);
        }
        // The status of the only entry is behind the header.
        let entry = output.get(size_of::<BatchReply>()..).and_then(<[u8]>::first_chunk).context("a status")?;
        Ok(NtStatus(i32::from_le_bytes(*entry)))
    }

    fn send(&self, device: &Device, is_over: impl Fn() -> bool + Send) -> (NtStatus, Vec<u8>) {
        let mut output = vec![0; if self.asked.output().minimum() > 0 { ROOM } else { 0 }];
        let Ok(canceller) = Canceller::new() else { return (NtStatus::NO_MEMORY, output) };
        let device = device.with_canceller(&canceller);
        let answer = thread::scope(|scope| {
            let (ended, end) = mpsc::channel::<()>();
            scope.spawn(move || {
                let start = Instant::now();
                while end.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
                    if is_over() || start.elapsed() > SOON {
                        return canceller.cancel();
                    }
                }
            });
            let answer = device.raw_control(self.asked.code().raw(), &self.input, &mut output);
            let _ = ended.send(());
            answer
        });
        let status = answer.err().map_or(NtStatus::SUCCESS, |failure| failure.status().unwrap_or(NtStatus::PENDING));
        (status, output)
    }
}

/// Nothing takes longer, on a busy machine either.
const SOON: Duration = Duration::from_secs(20);

/// Time between two looks at whether a request is to be given up.
const POLL: Duration = Duration::from_millis(20);

/// Requests of every operation.
pub fn all(link: &Link) -> Vec<Scenario> {
    let watch = WatchRequest::new(WatchSources::all(), 0, WatchFlags::INITIAL);
    let key = NeighborKey::new(link.key(), Scenario::address(link)).to_request();
    let answering = NeighborKey::new(link.key(), link.hosts[0][0]).to_resolve_request(None);
    let neighbor = link.update(Scenario::address(link), MAC).to_request();
    let (family, neighbor, key) = (FamilyRequest::new(0), neighbor.as_bytes(), key.as_bytes());
    let header = RequestHeader::CURRENT;
    let route = RouteQuery::to(link.hosts[0][0]).to_request();
    let set = Scenario::new("set interface", Operation::SetInterface, &set_interface(link));
    let mut all = vec![
        Scenario::new("get version", Operation::GetVersion, &[]),
        Scenario::new(
            "flush neighbors",
            Operation::FlushNeighbors,
            FlushNeighborsRequest::new(0, link.index).as_bytes(),
        ),
        Scenario::new("set neighbor", Operation::SetNeighbor, neighbor).with(true),
        Scenario::new("get interface table", Operation::GetInterfaceTable, family.as_bytes()),
        Scenario::new("get neighbor table", Operation::GetNeighborTable, family.as_bytes()),
        Scenario::new("create neighbor", Operation::CreateNeighbor, neighbor).with(false),
        Scenario::new("replace a missing neighbor", Operation::ReplaceNeighbor, neighbor).with(false),
        Scenario::new("replace a neighbor", Operation::ReplaceNeighbor, neighbor).with(true),
        Scenario::new("delete neighbor", Operation::DeleteNeighbor, key).with(true),
        Scenario::new("get neighbor", Operation::GetNeighbor, key).with(true),
        Scenario::new("get interface", Operation::GetInterface, &interface_key(link)),
        Scenario { settings: json!({ "initialize": "zeros" }), name: "read and set interface", ..set },
        Scenario::new("set interface", Operation::SetInterface, &set_interface(link)),
        Scenario::new("resolve neighbor", Operation::ResolveNeighbor, answering.as_bytes()),
        Scenario {
            settings: json!({ "compartment": 2 }),
            ..Scenario::new("resolve in a compartment", Operation::ResolveNeighbor, answering.as_bytes())
        },
        Scenario::new("get statistics", Operation::GetStatistics, header.as_bytes()),
        Scenario::new("reset statistics", Operation::ResetStatistics, header.as_bytes()),
        Scenario::new("begin to watch", Operation::WatchChanges, watch.as_bytes()),
        Scenario { watching: true, ..Scenario::new("go on watching", Operation::WatchChanges, watch.as_bytes()) },
        Scenario::new("get address table", Operation::GetAddressTable, family.as_bytes()),
        Scenario::new("get link table", Operation::GetLinkTable, header.as_bytes()),
        Scenario::new("get route table", Operation::GetRouteTable, family.as_bytes()),
        Scenario::new("get best route", Operation::GetBestRoute, route.as_bytes()),
    ];
    let entries = [
        ("set in a batch", Operation::SetNeighbor, BatchAction::Set, true),
        ("create in a batch", Operation::CreateNeighbor, BatchAction::Create, false),
        ("replace in a batch", Operation::ReplaceNeighbor, BatchAction::Replace, true),
        ("delete in a batch", Operation::DeleteNeighbor, BatchAction::Delete, true),
    ];
    all.extend(entries.map(|(name, operation, action, there)| Scenario {
        asked: Operation::BatchNeighbors,
        ..Scenario::new(name, operation, &batch(link, action)).with(there)
    }));
    all
}

fn interface_key(link: &Link) -> Vec<u8> {
    let header = RequestHeader::CURRENT;
    let family = AddressFamily::Ipv4.raw();
    let (interface_luid, interface_index) = (0, link.index);
    InterfaceKeyRequest { header, interface_luid, interface_index, family, reserved: 0 }.as_bytes().to_vec()
}

/// Sets the MTU that the link has.
fn set_interface(link: &Link) -> Vec<u8> {
    let family = AddressFamily::Ipv4.raw();
    let row = InterfaceRow { interface_index: link.index, family, nl_mtu: link.mtu, ..InterfaceRow::new_zeroed() };
    let (header, members) = (RequestHeader::CURRENT, InterfaceMember::NL_MTU.bits());
    SetInterfaceRequest { header, members, row }.as_bytes().to_vec()
}

fn batch(link: &Link, action: BatchAction) -> Vec<u8> {
    let neighbor = link.update(Scenario::address(link), MAC).to_request();
    let bare = NeighborKey::new(link.key(), Scenario::address(link)).to_request().key;
    let (key, physical_address) =
        if action == BatchAction::Delete { (bare, [0; 32]) } else { (neighbor.key, neighbor.physical_address) };
    let header = BatchHeader { header: RequestHeader::CURRENT, count: 1, reserved: 0 };
    let entry = BatchEntry { action: action as u32, reserved: 0, key, physical_address };
    [header.as_bytes(), entry.as_bytes()].concat()
}
