//! The messages between the NETIO stand-in and its server, as each side reads them.

use netio_sys::{MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET};
use netio_wire::{
    EventHeader, FamilyRequest, FlushRequest, InterfaceId, MAX_PAYLOAD, MAX_REQUEST, Operation, POISON, RequestHeader,
    ResolveRequest, ResponseHeader, Row, row,
};
use netioctl_abi::NtStatus;
use std::fmt::Debug;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Reads the bytes as a request and as an answer.
pub fn run(input: &[u8]) {
    request(input);
    answer(input);
    for operation in Operation::ALL {
        table(*operation, input);
    }
    image::<SOCKADDR_INET>(input);
    image::<MIB_IPNET_ROW2>(input);
    image::<MIB_IPINTERFACE_ROW>(input);
    image::<MIB_UNICASTIPADDRESS_ROW>(input);
}

/// What the server makes of the first bytes of a connection.
fn request(input: &[u8]) {
    let Ok((header, payload)) = RequestHeader::read_from_prefix(input) else { return };
    assert_eq!(header.as_bytes(), &input[..size_of::<RequestHeader>()]);
    match header.operation() {
        Ok(operation) => {
            assert!(header.length <= MAX_REQUEST, "{header:?}");
            let again =
                RequestHeader { compartment: header.compartment, ..RequestHeader::new(operation, header.length) };
            assert_eq!(again, header);
        }
        Err(status) => {
            assert!([NtStatus::REVISION_MISMATCH, NtStatus::INVALID_PARAMETER].contains(&status), "{status}");
        }
    }
    bytes::<FlushRequest>(payload);
    bytes::<FamilyRequest>(payload);
    bytes::<InterfaceId>(payload);
    bytes::<ResolveRequest>(payload);
}

/// What the stand-in makes of an answer, and of an event.
fn answer(input: &[u8]) {
    if let Ok((header, _)) = ResponseHeader::read_from_prefix(input)
        && header.is_understood()
    {
        assert!(header.length <= MAX_PAYLOAD);
        let mut again = ResponseHeader::new(header.status(), header.length);
        again.reserved = header.reserved;
        assert_eq!(again, header);
    }
    bytes::<EventHeader>(input);
}

/// A table is believed its count only if its rows are there.
fn table(operation: Operation, input: &[u8]) {
    let Some(size) = operation.row() else { return };
    if row::is_table(input, size) {
        let (header, rows) = row::TableHeader::read_from_prefix(input).expect("a table has a header");
        assert_eq!(header.num_entries as usize * size, rows.len(), "{}", operation.name());
    }
}

/// What is read of so many bytes is written as the same.
fn bytes<T: FromBytes + IntoBytes + Immutable + KnownLayout>(input: &[u8]) {
    if let Ok((value, _)) = T::read_from_prefix(input) {
        assert_eq!(value.as_bytes(), &input[..size_of::<T>()]);
    }
}

/// A row keeps every member: its image differs from the bytes where there is poison only.
fn image<R: Row + Debug>(input: &[u8]) {
    assert!(R::read(input).is_none() || input.len() == size_of::<R>());
    let Some(row) = input.get(..size_of::<R>()).and_then(R::read) else { return };
    let image = row.image();
    let differing = image.as_bytes().iter().zip(input).filter(|(sent, given)| sent != given);
    assert!(differing.clone().all(|(sent, _)| *sent == POISON), "{row:?}");
    assert!(differing.count() <= PADDING, "{row:?}");
    assert_eq!(R::of_image(&image).image(), image);
}

/// Bytes of padding in a row, at most: those of `MIB_IPINTERFACE_ROW`.
const PADDING: usize = 10;

/// A message of every operation, and rows.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let neighbor = row::neighbor([192, 0, 2, 7].into(), &[2, 0, 0x5e, 0, 0, 1]).image();
    let header =
        |operation: &Operation| RequestHeader::new(*operation, u32::try_from(neighbor.len()).unwrap_or_default());
    let requests = Operation::ALL.iter().map(|operation| [header(operation).as_bytes(), &neighbor].concat());
    let table = [row::TableHeader::new(2).as_bytes(), &neighbor, &neighbor].concat();
    let length = u32::try_from(table.len()).unwrap_or_default();
    let answer = [ResponseHeader::new(NtStatus::SUCCESS, length).as_bytes(), &table].concat();
    let rows = [neighbor.to_vec(), MIB_IPINTERFACE_ROW::default().image().to_vec()];
    requests.chain([table, answer]).chain(rows).collect()
}
