//! What the two ports say to whoever does not keep to their protocols.
#![cfg(target_os = "linux")]

mod support;

use netio_wire::{ANSWERS, CALLS, MIB_IPINTERFACE_ROW, Operation, RequestHeader, ResponseHeader, VERSION};
use netioctl_status::NtStatus;
use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    thread,
};
use support::{exchange, in_private_network, neighbors, wait_until};
use witness::{Request, State, TestLink, Witness};
use zerocopy::{FromBytes, IntoBytes};

#[test]
fn a_stranger_is_refused_and_the_server_lives_on() {
    in_private_network("a_stranger_is_refused_and_the_server_lives_on", |_| {
        let good = RequestHeader::new(Operation::GetIpNetTable2, 4);
        let status = |header, payload: &[u8]| exchange(header, payload).0.status();
        assert_eq!(status(RequestHeader { version: VERSION + 1, ..good }, &[]), NtStatus::REVISION_MISMATCH);
        assert_eq!(status(RequestHeader { magic: 0, ..good }, &[]), NtStatus::REVISION_MISMATCH);
        assert_eq!(status(RequestHeader { operation: 999, ..good }, &[]), NtStatus::INVALID_PARAMETER);
        assert_eq!(status(RequestHeader { length: u32::MAX, ..good }, &[]), NtStatus::INVALID_PARAMETER);
        assert_eq!(status(RequestHeader { length: 3, ..good }, &[0; 3]), NtStatus::INVALID_PARAMETER);
        drop(TcpStream::connect(support::SERVER).unwrap());
        assert!(neighbors(0).is_ok());
    });
}

/// Asks for something on one end, and hears the answer at another.
fn ask(calls: &mut impl Write, answers: &mut impl Read, operation: Operation) -> Vec<u8> {
    calls.write_all(RequestHeader::new(operation, 0).as_bytes()).unwrap();
    let mut header = [0; size_of::<ResponseHeader>()];
    answers.read_exact(&mut header).unwrap();
    let header = ResponseHeader::read_from_bytes(&header).unwrap();
    assert_eq!(header.status(), NtStatus::SUCCESS);
    let mut payload = vec![0; header.length as usize];
    answers.read_exact(&mut payload).unwrap();
    payload
}

/// Asks for pipes, and answers where they are.
fn ask_for_pipes(stream: &TcpStream) -> PathBuf {
    let folder = ask(&mut &*stream, &mut &*stream, Operation::OpenPipes);
    PathBuf::from(String::from_utf8(folder).unwrap())
}

#[test]
fn calls_go_through_pipes() {
    in_private_network("calls_go_through_pipes", |_| {
        let stream = TcpStream::connect(support::SERVER).unwrap();
        let folder = ask_for_pipes(&stream);
        // An end for both directions does not wait for the other side to open its own.
        let open = |name| File::options().read(true).write(true).open(folder.join(name)).unwrap();
        let (mut calls, mut answers) = (open(CALLS), open(ANSWERS));
        assert!(ask(&mut &stream, &mut &stream, Operation::OpenPipes).is_empty());
        wait_until("the names are gone", || !folder.exists());
        for _ in 0..3 {
            let row = ask(&mut calls, &mut answers, Operation::InitializeIpInterfaceEntry);
            assert_eq!(row.len(), size_of::<MIB_IPINTERFACE_ROW>());
        }
    });
}

#[test]
fn pipes_that_nobody_opens_go_with_the_connection() {
    in_private_network("pipes_that_nobody_opens_go_with_the_connection", |_| {
        let stream = TcpStream::connect(support::SERVER).unwrap();
        let folder = ask_for_pipes(&stream);
        assert!(folder.join(CALLS).exists());
        drop(stream);
        wait_until("the pipes are gone", || !folder.exists());
        assert!(neighbors(0).is_ok());
    });
}

#[test]
fn calls_run_side_by_side() {
    in_private_network("calls_run_side_by_side", |_| {
        let callers: Vec<_> = (0..8).map(|_| thread::spawn(|| (0..25).all(|_| neighbors(0).is_ok()))).collect();
        assert!(callers.into_iter().all(|caller| caller.join().unwrap()));
    });
}

fn said(witness: &mut Witness, dev: &str) -> Vec<(String, String)> {
    let neighbors = witness.neighbors().unwrap();
    let rows = neighbors.into_iter().filter(|row| row.dev == dev && !row.dst.is_multicast());
    rows.map(|row| (row.dst.to_string(), row.state[0].clone())).collect()
}

#[test]
fn the_witness_does_what_it_is_asked() {
    in_private_network("the_witness_does_what_it_is_asked", |network| {
        let mut witness = network.witness();
        let (dev, address) = ("b0".to_owned(), "10.2.0.70".parse().unwrap());
        let lladdr = support::MAC.into();
        witness
            .run(&Request::NeighAdd {
                dev: dev.clone(),
                address,
                lladdr: Some(lladdr),
                state: State::Stale,
                router: false,
            })
            .unwrap();
        assert_eq!(said(&mut witness, "b0"), [("10.2.0.70".to_owned(), "STALE".to_owned())]);
        witness.run(&Request::NeighDel { dev: dev.clone(), address }).unwrap();
        assert!(said(&mut witness, "b0").is_empty());
        witness.run(&Request::Ping { address: "fe80::70".parse().unwrap(), dev: Some(dev) }).unwrap();
        assert_eq!(said(&mut witness, "b0")[0].0, "fe80::70");
    });
}

#[test]
fn the_witness_makes_and_changes_links() {
    in_private_network("the_witness_makes_and_changes_links", |network| {
        let mut witness = network.witness();
        let dev = TestLink::new(3).unwrap();
        witness.run(&Request::LinkAdd { dev }).unwrap();
        let (name, address) = (dev.name(), "10.9.9.9".parse().unwrap());
        witness.run(&Request::Mtu { dev: name.clone(), mtu: 1400 }).unwrap();
        witness.run(&Request::Address { dev: name.clone(), address, prefix: 24, add: true }).unwrap();
        let shown = |witness: &mut Witness| {
            let all: serde_json::Value = witness.ask(&Request::Links {}).unwrap();
            let links = all["addresses"].as_array().unwrap().clone();
            links.into_iter().find(|link| link["ifname"] == "test3")
        };
        let link = shown(&mut witness).unwrap();
        assert_eq!((link["mtu"].as_u64(), link["addr_info"][0]["local"].as_str()), (Some(1400), Some("10.9.9.9")));
        witness.run(&Request::Address { dev: name, address, prefix: 24, add: false }).unwrap();
        assert_eq!(shown(&mut witness).unwrap()["addr_info"], serde_json::json!([]));
        witness.run(&Request::LinkDel { dev }).unwrap();
        assert_eq!(shown(&mut witness), None);
    });
}

#[test]
fn the_witness_refuses_everything_else() {
    in_private_network("the_witness_refuses_everything_else", |network| {
        let mut witness = network.witness();
        for dev in ["nonsuch", "-all", "lo; id", ""] {
            let error = witness.run(&Request::Link { dev: dev.to_owned(), up: false }).unwrap_err();
            assert!(error.to_string().contains("there is no device"), "{error}");
        }
        let mut stream = BufReader::new(TcpStream::connect(witness::DEFAULT_ADDRESS).unwrap());
        for line in ["", "{", "{\"run\":\"sh\"}", "{\"run\":\"neigh\"}"] {
            stream.get_mut().write_all(format!("{line}\n").as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_line(&mut answer).unwrap();
            assert_eq!(answer.starts_with("{\"ok\":true"), line.contains("neigh"), "{line}: {answer}");
        }
    });
}
