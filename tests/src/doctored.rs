//! Transports that change messages on their way: what a client or a driver of another version would say.

use netioctl_client::{
    Canceller, Device, Failure, Operation, Transport,
    abi::{
        Capabilities, ControlCode, NtStatus, OutputSize,
        wire::{MAX_WATCH_OUTPUT, RequestHeader, TableHeader, VersionReply, WatchReply},
    },
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use zerocopy::{FromBytes, IntoBytes};

/// What a newer driver has to say of an event, at most: the client's buffer is not for tables.
const EVENT_NEWS: u32 = 8;

/// Room for every table of the tests, whatever room the client gives.
const ROOM: usize = 1024 * 1024;

/// A client that was built for another version: the header of each request says so.
#[derive(Clone)]
pub struct OtherClient {
    device: Device,
    version: (u16, u16),
    doctored: Arc<Mutex<BTreeSet<u32>>>,
}

impl OtherClient {
    /// Sends to this device as a client of this version, major and minor.
    pub fn new(device: &Device, version: (u16, u16)) -> Self {
        Self { device: device.clone(), version, doctored: Arc::default() }
    }

    /// The control codes of the requests whose version has been changed.
    pub fn doctored(&self) -> BTreeSet<u32> {
        self.doctored.lock().expect("nobody panics while it is locked").clone()
    }
}

impl Transport for OtherClient {
    fn control(
        &self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        canceller: Option<&Canceller>,
    ) -> Result<usize, Failure> {
        let mut input = input.to_vec();
        if let Ok((header, _)) = RequestHeader::read_from_prefix(&input) {
            assert_eq!(header, RequestHeader::CURRENT, "every request begins with the version of the client");
            let (abi_major, abi_minor) = self.version;
            let header = RequestHeader { abi_major, abi_minor, ..header };
            header.write_to_prefix(&mut input).expect("there was a header");
            self.doctored.lock().expect("nobody panics while it is locked").insert(code);
        }
        send(&self.device, code, &input, output, canceller)
    }
}

/// A driver of another version: its replies say so.
#[derive(Clone)]
pub struct OtherDriver {
    /// The real one.
    pub device: Device,
    /// Major and minor version of the contract in the version reply.
    pub version: (u16, u16),
    /// The same in each table, and before events.
    pub table_version: (u16, u16),
    /// What it can do, known or not.
    pub capabilities: u64,
    /// Bytes that it has to say of each row, and at the end of each structure, beyond what the client knows.
    pub news: u32,
}

impl OtherDriver {
    /// The driver behind this device under another version; all else is as it is.
    pub fn new(device: &Device, version: (u16, u16)) -> Self {
        let capabilities = Capabilities::all().bits();
        Self { device: device.clone(), version, table_version: version, capabilities, news: 0 }
    }

    /// What this driver would have answered with enough room.
    fn doctor(&self, code: u32, reply: &[u8]) -> Vec<u8> {
        let mut doctored = if code == ControlCode::GET_VERSION.raw() {
            let (reply, _) = VersionReply::read_from_prefix(reply).expect("the driver answers with a version");
            let (abi_major, abi_minor) = self.version;
            VersionReply { abi_major, abi_minor, capabilities: self.capabilities, ..reply }.as_bytes().to_vec()
        } else if is_table(code) {
            return self.doctor_table(reply);
        } else if matches!(output(code), Some(OutputSize::Events { .. })) {
            return self.doctor_events(reply);
        } else {
            reply.to_vec()
        };
        if !doctored.is_empty() && is_fixed(code) {
            add_news(&mut doctored, self.news);
        }
        doctored
    }

    fn doctor_table(&self, reply: &[u8]) -> Vec<u8> {
        let (header, rows) = TableHeader::read_from_prefix(reply).expect("a table has a header");
        let (abi_major, abi_minor) = self.table_version;
        let doctored = TableHeader { abi_major, abi_minor, row_size: header.row_size + self.news, ..header };
        let mut bytes = doctored.as_bytes().to_vec();
        for row in rows.chunks_exact(header.row_size as usize) {
            bytes.extend_from_slice(row);
            add_news(&mut bytes, self.news);
        }
        bytes
    }

    fn doctor_events(&self, reply: &[u8]) -> Vec<u8> {
        let (header, events) = WatchReply::read_from_prefix(reply).expect("events have a header");
        let ((abi_major, abi_minor), news) = (self.table_version, self.news.min(EVENT_NEWS));
        let doctored = WatchReply { abi_major, abi_minor, event_size: header.event_size + news, ..header };
        let mut bytes = doctored.as_bytes().to_vec();
        for event in events.chunks_exact(header.event_size as usize) {
            bytes.extend_from_slice(event);
            add_news(&mut bytes, news);
        }
        bytes
    }
}

impl Transport for OtherDriver {
    fn control(
        &self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        canceller: Option<&Canceller>,
    ) -> Result<usize, Failure> {
        let room = if is_events(code) { MAX_WATCH_OUTPUT as usize } else { ROOM };
        let mut room = vec![0; room];
        let bytes = send(&self.device, code, input, &mut room, canceller)?;
        deliver(self.doctor(code, &room[..bytes]), output, is_table(code))
    }
}

/// Copies a reply into the output buffer by the rules of the contract. Of a reply that does not fit, a table gives as
/// many whole rows as fit, any other reply its beginning; both with `STATUS_BUFFER_OVERFLOW`.
fn deliver(mut reply: Vec<u8>, output: &mut [u8], table: bool) -> Result<usize, Failure> {
    let complete = reply.len() <= output.len();
    if !complete && table {
        let (header, _) = TableHeader::read_from_prefix(&reply).expect("a table has a header");
        let rows = (output.len() - size_of::<TableHeader>()) / header.row_size as usize;
        let returned_rows = u32::try_from(rows).expect("fewer rows than bytes of room");
        TableHeader { returned_rows, ..header }.write_to_prefix(&mut reply).expect("there was a header");
        reply.truncate(size_of::<TableHeader>() + rows * header.row_size as usize);
    }
    reply.truncate(output.len());
    output[..reply.len()].copy_from_slice(&reply);
    if complete { Ok(reply.len()) } else { Err(overflow(reply.len())) }
}

fn add_news(bytes: &mut Vec<u8>, news: u32) {
    bytes.resize(bytes.len() + news as usize, 0xaa);
}

fn overflow(bytes: usize) -> Failure {
    let status = NtStatus::BUFFER_OVERFLOW;
    let win32 = status.info().expect("a status of the contract").win32;
    Failure { win32, ntstatus: Some(status), bytes }
}

fn output(code: u32) -> Option<OutputSize> {
    Operation::ALL.iter().find(|operation| operation.code().raw() == code).map(|operation| operation.output())
}

fn is_table(code: u32) -> bool {
    matches!(output(code), Some(OutputSize::Table { .. }))
}

fn is_events(code: u32) -> bool {
    matches!(output(code), Some(OutputSize::Events { .. }))
}

fn is_fixed(code: u32) -> bool {
    matches!(output(code), Some(OutputSize::Exact(_)))
}

fn send(
    device: &Device,
    code: u32,
    input: &[u8],
    output: &mut [u8],
    canceller: Option<&Canceller>,
) -> Result<usize, Failure> {
    match canceller {
        Some(canceller) => device.with_canceller(canceller).raw_control(code, input, output),
        None => device.raw_control(code, input, output),
    }
}
