//! Batches: whatever their entries are, they do what the same requests do one after the other.

use crate::take::{byte, one_of, short, word};
use arbitrary::Unstructured;
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2};
use netioctl_abi::{
    AF_INET, AF_INET6, ControlCode, NtStatus,
    wire::{BatchAction, BatchEntry, BatchHeader, BatchReply, NeighborKeyRequest, NeighborRequest, RequestHeader},
};
use netioctl_core::{Circumstances, Completion, Service};
use netioctl_irql::in_process;
use netioctl_loopback::{Alone, Memory};
use std::cell::Cell;
use write_only::WriteOnly;
use zerocopy::{FromBytes, FromZeros, IntoBytes};

/// Entries of one batch, at most.
const MAX_ENTRIES: usize = 40;

/// Interfaces that the entries name, of which there are two.
const LUIDS: [u64; 4] = [6 << 48 | 1 << 24, 6 << 48 | 2 << 24, 6 << 48 | 9 << 24, 0];

/// What stands in the output before.
const GARBAGE: u8 = 0xcc;

type Core = Service<Memory, Alone>;

/// A driver over tables of its own.
struct Driver {
    netio: Memory,
    service: Core,
}

impl Driver {
    fn new() -> Self {
        let netio = Memory::default();
        for (index, luid) in (1..).zip(&LUIDS[..2]) {
            for family in [AF_INET, AF_INET6] {
                let row = MIB_IPINTERFACE_ROW {
                    Family: family,
                    InterfaceLuid: *luid,
                    InterfaceIndex: index,
                    ..MIB_IPINTERFACE_ROW::default()
                };
                netio.update(|tables| tables.rows_mut().push(row));
            }
        }
        Self { service: Core::new(netio.clone(), Alone::new(), [1, 2, 3]), netio }
    }

    fn send(&self, code: ControlCode, input: &[u8], output: &mut [u8], cancelled: &dyn Fn() -> bool) -> Completion {
        let output = WriteOnly::from(output);
        in_process(|at| self.service.dispatch(Core::find(code), Circumstances { at, cancelled }, input, output))
    }

    fn neighbors(&self) -> Vec<MIB_IPNET_ROW2> {
        self.netio.look(|tables| tables.rows().to_vec())
    }

    /// Does what an entry says as a request of its own.
    fn change(&self, entry: &BatchEntry) -> NtStatus {
        let code = match BatchAction::from_raw(entry.action) {
            None => return NtStatus::INVALID_PARAMETER,
            Some(BatchAction::Set) => ControlCode::SET_NEIGHBOR,
            Some(BatchAction::Create) => ControlCode::CREATE_NEIGHBOR,
            Some(BatchAction::Replace) => ControlCode::REPLACE_NEIGHBOR,
            Some(BatchAction::Delete) => ControlCode::DELETE_NEIGHBOR,
        };
        let (header, key, physical_address) = (RequestHeader::CURRENT, entry.key, entry.physical_address);
        if entry.reserved != 0 || (code == ControlCode::DELETE_NEIGHBOR && physical_address != [0; 32]) {
            return NtStatus::INVALID_PARAMETER;
        }
        let end = if code == ControlCode::DELETE_NEIGHBOR {
            self.send(code, NeighborKeyRequest { header, key }.as_bytes(), &mut [], &|| false)
        } else {
            self.send(code, NeighborRequest { header, key, physical_address }.as_bytes(), &mut [], &|| false)
        };
        end.status
    }
}

fn entry(input: &mut Unstructured<'_>) -> BatchEntry {
    let mut entry = BatchEntry::new_zeroed();
    entry.action = u32::from(byte(input) % 6);
    entry.key.interface_luid = one_of(input, &LUIDS);
    entry.key.interface_index = u32::from(byte(input) & 3);
    entry.key.family = one_of(input, &[AF_INET, AF_INET6, AF_INET, 0]);
    entry.key.address[0] = byte(input);
    entry.key.address[3] = byte(input) & 3;
    if entry.key.family == AF_INET6 {
        entry.key.address[15] = byte(input) & 1;
    }
    let length = one_of(input, &[6, 0, 32, 33]);
    entry.key.physical_address_length = length;
    for place in entry.physical_address.iter_mut().take(usize::try_from(length).unwrap_or_default()) {
        *place = byte(input);
    }
    // Rarely something that nobody would send.
    match byte(input) {
        0xf0 => entry.reserved = word(input),
        0xf1 => entry.key.reserved = short(input),
        0xf2 => entry.key.scope_id = word(input),
        0xf3 => entry.action = word(input),
        0xf4 => entry.physical_address[31] ^= byte(input),
        0xf5 => entry.key.address[7] = byte(input),
        _ => {}
    }
    entry
}

/// Carries out the batch that the bytes describe.
pub fn run(input: &[u8]) {
    let mut input = Unstructured::new(input);
    let (patience, claim, room) = (usize::from(byte(&mut input)), byte(&mut input), byte(&mut input));
    let mut entries = Vec::new();
    while !input.is_empty() && entries.len() < MAX_ENTRIES {
        entries.push(entry(&mut input));
    }
    let mut count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    // Mostly the header says how many there are.
    if claim >= 0xf0 {
        count = count.wrapping_add(u32::from(claim & 3));
    }
    let needed = size_of::<BatchReply>() + entries.len() * size_of::<NtStatus>();
    let room = if room >= 0xf0 { needed.saturating_sub(usize::from(room & 7)) } else { needed + usize::from(room) };
    let header = BatchHeader { header: RequestHeader::CURRENT, count, reserved: 0 };
    let request = [header.as_bytes(), entries.as_bytes()].concat();
    let possible = count as usize == entries.len() && !entries.is_empty() && room >= needed;

    let (together, single) = (Driver::new(), Driver::new());
    let asked = Cell::new(0);
    let cancelled = || {
        asked.set(asked.get() + 1);
        asked.get() > patience
    };
    let mut output = vec![GARBAGE; room];
    let end = together.send(ControlCode::BATCH_NEIGHBORS, &request, &mut output, &cancelled);
    if !possible {
        assert!(end.status.is_error() && end.information == 0, "{end:?}");
        let known = ControlCode::BATCH_NEIGHBORS;
        let operation = netioctl_abi::Operation::find(known).expect("an operation of the contract");
        assert!(operation.reasons().any(|(status, _)| status == end.status), "{end:?}");
        assert!(together.neighbors().is_empty(), "something was changed by a request that was refused");
        return;
    }
    assert_eq!(end, Completion::success(needed));
    check(&entries, patience, &output[..needed], &single);
    assert_eq!(together.neighbors(), single.neighbors());
    assert!(output[needed..].iter().all(|byte| *byte == GARBAGE));
}

fn check(entries: &[BatchEntry], patience: usize, answer: &[u8], single: &Driver) {
    let (reply, statuses) = BatchReply::read_from_prefix(answer).expect("an answer has a header");
    let statuses = statuses.chunks_exact(4).map(|status| i32::from_le_bytes(status.try_into().expect("four bytes")));
    let mut failed = 0;
    for (number, (entry, status)) in entries.iter().zip(statuses).enumerate() {
        let expected = if number < patience { single.change(entry) } else { NtStatus::CANCELLED };
        assert_eq!(NtStatus(status), expected, "entry {number}: {entry:?}");
        failed += u32::from(!expected.is_success());
    }
    assert_eq!((reply.count as usize, reply.failed), (entries.len(), failed));
}

/// Batches of each action on neighbors that are there and that are not.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let entry = |action: u8, last: u8| {
        let key = [action, 0, 1, 0, 192, last, 0];
        [&key[..], &[2, 0, 0x5e, 0, 0, last, 0]].concat()
    };
    let life = |last| [2, 2, 1, 3, 4, 4, 5].map(|action| entry(action, last)).concat();
    let head = [[0xff, 0, 0], [3, 0, 0], [0xff, 0xf1, 0], [0xff, 0, 0xf1]];
    head.iter().map(|head| [&head[..], &life(1), &life(2)].concat()).collect()
}
