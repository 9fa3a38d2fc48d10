//! From reply bytes to typed values. A driver is believed nothing that the bytes do not bear out.

use netioctl_abi::{ABI_MAJOR, wire::TableHeader};
use zerocopy::{FromBytes, Immutable, KnownLayout};

/// A typed row and its form on the wire.
pub trait Row: Sized {
    /// The structure that travels.
    type Wire: FromBytes + Immutable + KnownLayout;

    /// The typed row, or what is wrong with the wire row.
    fn from_wire(row: &Self::Wire) -> Result<Self, String>;
}

/// The header of a table reply, checked against the bytes that came.
///
/// `row_size` may exceed what this crate knows (a newer minor version), never fall short of it.
pub fn header<R: Row>(reply: &[u8]) -> Result<TableHeader, String> {
    let (header, rows) =
        TableHeader::read_from_prefix(reply).map_err(|_| format!("{} bytes hold no table header", reply.len()))?;
    if header.abi_major != ABI_MAJOR {
        return Err(format!("table of ABI major version {}, expected {ABI_MAJOR}", header.abi_major));
    }
    let known = size_of::<R::Wire>();
    let row_size = usize::try_from(header.row_size).unwrap_or(usize::MAX);
    if row_size < known {
        return Err(format!("rows of {row_size} bytes, expected at least {known}"));
    }
    let returned = usize::try_from(header.returned_rows).unwrap_or(usize::MAX);
    if header.returned_rows > header.total_rows {
        return Err(format!("{returned} rows returned of {} in all", header.total_rows));
    }
    if row_size.checked_mul(returned) != Some(rows.len()) {
        return Err(format!("{} bytes of rows cannot be {returned} rows of {row_size} bytes", rows.len()));
    }
    Ok(header)
}

/// The header of the reply with a whole table, checked likewise.
pub fn whole<R: Row>(reply: &[u8]) -> Result<TableHeader, String> {
    let header = header::<R>(reply)?;
    if header.returned_rows != header.total_rows {
        return Err(format!("success with {} rows of {}", header.returned_rows, header.total_rows));
    }
    Ok(header)
}

/// The rows of a whole table.
pub fn rows<R: Row>(reply: &[u8], header: &TableHeader) -> Result<Vec<R>, String> {
    let row_size = usize::try_from(header.row_size).map_err(|error| error.to_string())?;
    let rows = reply.get(size_of::<TableHeader>()..).unwrap_or_default();
    // `header` has held the count against the bytes. A collection into a result would not know it, and grow by doubling.
    let mut typed = Vec::with_capacity(rows.len() / row_size);
    for row in rows.chunks_exact(row_size) {
        let (wire, _newer_fields) = R::Wire::read_from_prefix(row).map_err(|_| "a row is cut short".to_owned())?;
        typed.push(R::from_wire(&wire)?);
    }
    Ok(typed)
}
