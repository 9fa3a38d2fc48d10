//! Requests as an input describes them.

use crate::{
    Random,
    take::{byte, bytes, short, word},
};
use arbitrary::Unstructured;
use netioctl_abi::{
    AF_INET, AF_INET6, AF_UNSPEC, ControlCode, InputSize, Operation,
    wire::{
        BatchEntry, BatchHeader, InterfaceRow, MAX_PHYSICAL_ADDRESS, NeighborKey, RequestHeader, Structure,
        StructureInfo,
    },
};
use zerocopy::IntoBytes;

/// What is other than in a request that a program would send. Without any of these bits the length is right, and so is
/// the header.
mod form {
    /// The length is any.
    pub const LENGTH: u8 = 1 << 0;
    /// The header is any.
    pub const HEADER: u8 = 1 << 1;
    /// The fields are what the bytes say, and not made likely.
    pub const FIELDS: u8 = 1 << 2;
    /// There is no room for the output, or very little.
    pub const LITTLE_ROOM: u8 = 1 << 3;
    /// There is room for many rows.
    pub const MUCH_ROOM: u8 = 1 << 4;
}

/// Bytes that a request of any shape begins with in an input.
const HEAD: usize = 8;

/// A request, and what NETIO answers to it.
#[derive(Clone, Debug)]
pub struct Request {
    /// The control code, known or not.
    pub code: ControlCode,
    /// What is sent.
    pub input: Vec<u8>,
    /// Bytes of room for the answer.
    pub room: usize,
    /// What NETIO's answers are made of.
    pub answers: Vec<u8>,
}

impl Request {
    /// The next request that an input describes.
    pub fn next(input: &mut Unstructured<'_>) -> Self {
        let (selected, form) = (byte(input), byte(input));
        let (room, length) = (short(input), short(input));
        let answers = usize::from(short(input));
        let operation = Operation::ALL.get(usize::from(selected) % (Operation::ALL.len() + 1)).copied();
        let code = operation.map_or_else(|| ControlCode::from_raw(word(input)), Operation::code);
        let mut sent = bytes(input, length_of(operation, form, length));
        if let Some(operation) = operation {
            complete(operation, form, &mut sent);
        }
        let room = match form & (form::LITTLE_ROOM | form::MUCH_ROOM) {
            form::LITTLE_ROOM => usize::from(room % 32),
            form::MUCH_ROOM => usize::from(room % 8192),
            _ => usize::from(room % 1024),
        };
        Self { code, input: sent, room, answers: bytes(input, answers % 1024) }
    }

    /// A random one, of all shapes; its description is made in the place that is given.
    pub fn random(source: &mut Random, place: &mut Vec<u8>) -> Self {
        place.clear();
        place.resize(HEAD + 256, 0);
        source.fill(place);
        // Mostly likely fields; one request of eight is anything.
        if source.below(8) != 0 {
            place[1] &= form::MUCH_ROOM | form::LITTLE_ROOM;
        }
        // Few bytes for NETIO's answers, so that it mostly does what it is asked.
        place[6] &= 0x3f;
        place[7] = 0;
        Self::next(&mut Unstructured::new(place))
    }

    /// The part of an input that describes a request with these bytes as they are, and enough room.
    #[must_use]
    pub fn seed(operation: Operation, request: &[u8], answers: &[u8]) -> Vec<u8> {
        let selected = Operation::ALL.iter().position(|known| *known == operation).unwrap_or_default();
        let length = u16::try_from(request.len()).unwrap_or(u16::MAX).to_le_bytes();
        let answered = u16::try_from(answers.len()).unwrap_or(u16::MAX).to_le_bytes();
        let room = 4096_u16.to_le_bytes();
        let form = form::LENGTH | form::HEADER | form::FIELDS | form::MUCH_ROOM;
        let head = [u8::try_from(selected).unwrap_or(u8::MAX), form];
        let mut seed = Vec::with_capacity(HEAD + request.len() + answers.len());
        for part in [&head[..], &room, &length, &answered, request, answers] {
            seed.extend_from_slice(part);
        }
        seed
    }
}

/// How many bytes are sent.
fn length_of(operation: Option<Operation>, form: u8, length: u16) -> usize {
    let any = usize::from(length % 600);
    match operation.map(Operation::input) {
        _ if form & form::LENGTH != 0 => any,
        None => any % 32,
        Some(InputSize::Rows { header, row }) => header.size + row.size * (1 + usize::from(length % 6)),
        Some(size) => size.minimum(),
    }
}

/// Puts in what a program would send.
fn complete(operation: Operation, form: u8, sent: &mut [u8]) {
    match operation.input() {
        InputSize::None => {}
        InputSize::Exact(structure) => likely(structure, form, sent),
        InputSize::Rows { header, row } => {
            let (head, rows) = sent.split_at_mut(header.size.min(sent.len()));
            let count = u32::try_from(rows.len() / row.size).unwrap_or(u32::MAX);
            likely(header, form, head);
            if form & form::FIELDS == 0
                && let Some(place) = head.get_mut(size_of::<RequestHeader>()..size_of::<RequestHeader>() + 4)
            {
                place.copy_from_slice(&count.to_le_bytes());
            }
            rows.chunks_exact_mut(row.size).for_each(|entry| likely(row, form, entry));
        }
    }
}

/// Makes the fields of a structure likely, each by the byte that stands there.
fn likely(structure: StructureInfo, form: u8, bytes: &mut [u8]) {
    for field in structure.fields() {
        let Some(place) = bytes.get_mut(field.offset..field.offset + field.size) else { return };
        if field.name == "header" && form & form::HEADER == 0 {
            place.copy_from_slice(RequestHeader::CURRENT.as_bytes());
        } else if form & form::FIELDS == 0 {
            likely_field(field.name, form, place);
        }
    }
    if form & form::FIELDS == 0 {
        likely_addresses(structure, bytes);
    }
}

fn likely_field(name: &str, form: u8, place: &mut [u8]) {
    let choice = place.first().copied().unwrap_or_default();
    // One value of thirty-two stays what it is.
    if choice >= 0xf8 {
        return;
    }
    let number = match name {
        "key" => return likely(NeighborKey::INFO, form, place),
        "row" => return likely(InterfaceRow::INFO, form, place),
        "reserved" => 0,
        "family" | "source_family" => u64::from(if choice < 8 {
            [AF_UNSPEC, 10][usize::from(choice & 1)]
        } else {
            [AF_INET, AF_INET6][usize::from(choice & 1)]
        }),
        "interface_index" | "sources" => u64::from(choice & 3),
        "interface_luid" => u64::from(choice & 1) << 48,
        "scope_id" | "source_scope_id" => u64::from(choice < 8) * 7,
        "physical_address_length" => [6, 0, 1, 32, 33, 8][if choice < 24 { usize::from(choice >> 2) } else { 0 }],
        "action" => u64::from(choice % 6),
        "members" => u64::from_le_bytes(place.try_into().unwrap_or_default()) & 0x001f_ffff,
        "flags" => u64::from(choice & 1),
        // Numbers of an interface: small ones are possible ones.
        _ if place.len() == 1 => u64::from(choice & 1),
        _ if place.len() == 4 => u64::from(choice),
        _ => return,
    };
    let number = number.to_le_bytes();
    if let Some(number) = number.get(..place.len()) {
        place.copy_from_slice(number);
    }
}

/// An IPv4 address has nothing behind it, and neither has a physical address.
fn likely_addresses(structure: StructureInfo, bytes: &mut [u8]) {
    let place = |name: &str| structure.fields().iter().find(|field| field.name == name);
    if let (Some(family), Some(address)) = (place("family"), place("address"))
        && bytes.get(family.offset) == Some(&2)
        && let Some(rest) = bytes.get_mut(address.offset + 4..address.offset + 16)
    {
        rest.fill(0);
    }
    let length = core::mem::offset_of!(NeighborKey, physical_address_length);
    if let (Some(key), None) = (place("key"), place("physical_address"))
        && let Some(length) = bytes.get_mut(key.offset + length).filter(|length| **length == 6)
    {
        // Nothing follows.
        *length = 0;
    }
    if let (Some(key), Some(physical)) = (place("key"), place("physical_address")) {
        let length = key.offset + length;
        let length = bytes.get(length).map_or(0, |length| usize::from(*length).min(MAX_PHYSICAL_ADDRESS));
        if let Some(rest) = bytes.get_mut(physical.offset + length..physical.offset + physical.size) {
            rest.fill(0);
        }
    }
}

/// A request of each operation, right in every field; those about a neighbor for both families.
#[must_use]
pub fn right() -> Vec<(Operation, Vec<u8>)> {
    Operation::ALL
        .iter()
        .flat_map(|operation| [AF_INET, AF_INET6].map(|family| (*operation, example(*operation, family))))
        .collect()
}

fn example(operation: Operation, family: u16) -> Vec<u8> {
    match operation.input() {
        InputSize::None => Vec::new(),
        InputSize::Exact(structure) => filled(structure, family),
        InputSize::Rows { header, row } => {
            let mut bytes = filled(header, family);
            bytes[core::mem::offset_of!(BatchHeader, count)] = 4;
            for action in 1..=4 {
                let mut entry = filled(row, family);
                entry[core::mem::offset_of!(BatchEntry, action)] = action;
                bytes.extend(entry);
            }
            bytes
        }
    }
}

fn filled(structure: StructureInfo, family: u16) -> Vec<u8> {
    let mut bytes = vec![0; structure.size];
    for field in structure.fields() {
        let place = &mut bytes[field.offset..field.offset + field.size];
        match field.name {
            "header" => place.copy_from_slice(RequestHeader::CURRENT.as_bytes()),
            "family" => place.copy_from_slice(&family.to_le_bytes()),
            "interface_index" | "sources" | "flags" => place[0] = 1,
            "members" => place[0] = 2,
            "physical_address" => place[..6].copy_from_slice(&[2, 0, 0x5e, 0, 0, 1]),
            "address" if family == AF_INET => place[..4].copy_from_slice(&[192, 0, 2, 7]),
            "address" => (place[0], place[15]) = (0x20, 7),
            "key" => {
                place.copy_from_slice(&filled(NeighborKey::INFO, family));
                let physical = structure.fields().iter().any(|field| field.name == "physical_address");
                place[core::mem::offset_of!(NeighborKey, physical_address_length)] = if physical { 6 } else { 0 };
            }
            "row" => place.copy_from_slice(&filled(InterfaceRow::INFO, family)),
            _ => {}
        }
    }
    bytes
}
