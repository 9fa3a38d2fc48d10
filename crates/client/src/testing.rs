//! A transport that answers from a script and keeps what it was asked.

use crate::{Canceller, Device, Failure, Transport};
use netioctl_abi::{
    Capabilities, ControlCode, NtStatus,
    wire::{NeighborRow, TableHeader, VersionReply},
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};
use zerocopy::IntoBytes;

/// What a request is answered with.
pub enum Answer {
    /// Success with these bytes.
    Bytes(Vec<u8>),
    /// `STATUS_BUFFER_OVERFLOW` with these bytes.
    More(Vec<u8>),
    /// Failure with this status.
    Status(NtStatus),
    /// Success that claims so many bytes, whatever the buffer.
    Claim(usize),
}

/// A request as the driver would see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub code: ControlCode,
    pub input: Vec<u8>,
    pub output_length: usize,
}

/// The script; clones share it.
#[derive(Clone, Default)]
pub struct Script(Arc<Mutex<(VecDeque<Answer>, Vec<Request>)>>);

impl Script {
    /// A device whose version query succeeds and whose further requests get these answers.
    pub fn device(answers: impl IntoIterator<Item = Answer>) -> (Device, Self) {
        let script = Self::default();
        let version = Answer::Bytes(version(netioctl_abi::ABI_MAJOR).as_bytes().to_vec());
        script.0.lock().unwrap().0 = [version].into_iter().chain(answers).collect();
        let device = Device::over(script.clone()).unwrap();
        script.0.lock().unwrap().1.clear();
        (device, script)
    }

    pub fn of(answers: impl IntoIterator<Item = Answer>) -> Self {
        let script = Self::default();
        script.0.lock().unwrap().0 = answers.into_iter().collect();
        script
    }

    pub fn requests(&self) -> Vec<Request> {
        self.0.lock().unwrap().1.clone()
    }
}

impl Transport for Script {
    fn control(
        &self,
        code: u32,
        input: &[u8],
        output: &mut [u8],
        canceller: Option<&Canceller>,
    ) -> Result<usize, Failure> {
        if canceller.is_some_and(Canceller::is_cancelled) {
            return Err(Failure::cancelled());
        }
        let mut script = self.0.lock().unwrap();
        let code = ControlCode::from_raw(code);
        script.1.push(Request { code, input: input.to_vec(), output_length: output.len() });
        match script.0.pop_front().expect("more requests than answers") {
            Answer::Bytes(bytes) => {
                output[..bytes.len()].copy_from_slice(&bytes);
                Ok(bytes.len())
            }
            Answer::More(bytes) => {
                output[..bytes.len()].copy_from_slice(&bytes);
                Err(failure(NtStatus::BUFFER_OVERFLOW, bytes.len()))
            }
            Answer::Status(status) => Err(failure(status, 0)),
            Answer::Claim(bytes) => Ok(bytes),
        }
    }
}

fn failure(status: NtStatus, bytes: usize) -> Failure {
    Failure { win32: status.info().unwrap().win32, ntstatus: Some(status), bytes }
}

pub fn version(abi_major: u16) -> VersionReply {
    VersionReply {
        abi_major,
        abi_minor: 0,
        driver_version: [1, 2, 3],
        reserved: [0; 3],
        capabilities: Capabilities::all().bits(),
    }
}

/// A neighbor 10.0.0.`last`.
pub fn neighbor(last: u8) -> NeighborRow {
    let mut address = [0; 16];
    address[..4].copy_from_slice(&[10, 0, 0, last]);
    let mut physical_address = [0; 32];
    physical_address[..6].copy_from_slice(&[2, 0, 0, 0, 0, last]);
    NeighborRow {
        interface_luid: 0x0006_0000_0200_0000,
        interface_index: 2,
        family: netioctl_abi::AF_INET,
        flags: 1,
        address,
        scope_id: 0,
        state: 5,
        physical_address_length: 6,
        reachability_time: 1500,
        physical_address,
    }
}

/// A reply with these rows, of a table that has `total`; each row is followed by `newer` bytes of unknown fields.
pub fn table<R: IntoBytes + zerocopy::Immutable>(rows: &[R], total: u32, newer: usize) -> Vec<u8> {
    let mut header = TableHeader::new::<R>(total, u32::try_from(rows.len()).unwrap(), 7);
    header.row_size += u32::try_from(newer).unwrap();
    let mut bytes = header.as_bytes().to_vec();
    for row in rows {
        bytes.extend_from_slice(row.as_bytes());
        bytes.resize(bytes.len() + newer, 0xaa);
    }
    bytes
}
