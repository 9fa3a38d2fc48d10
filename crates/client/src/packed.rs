//! Tables in the bytes of the driver's answer.

use crate::{decode::Row, table::Answer};
use netioctl_abi::wire::{Structure, TableHeader};
use std::{
    fmt,
    hash::{Hash, Hasher},
    iter::FusedIterator,
    marker::PhantomData,
    slice,
};
use zerocopy::{FromBytes, Unalign};

/// A table as it was at one moment, kept as the driver has answered it: a row becomes typed when it is asked for. For
/// tables so long that a second copy of them counts; [`Table`](crate::Table) has its rows at hand.
///
/// ```no_run
/// use netioctl_client::{Access, Device, Family};
///
/// let mut neighbors = Device::open(Access::Read)?.packed_neighbor_table(Family::Both)?;
/// neighbors.retain(|neighbor| neighbor.is_router());
/// neighbors.sort_unstable_by_key(|neighbor| neighbor.address);
/// for neighbor in &neighbors {
///     println!("{}", neighbor.address);
/// }
/// # Ok::<(), netioctl_client::Error>(())
/// ```
#[derive(Clone)]
pub struct PackedTable<R> {
    /// A header, then `count` rows without what a newer minor version adds to each, then what is of no more use.
    bytes: Vec<u8>,
    count: usize,
    generation: u64,
    row: PhantomData<fn() -> R>,
}

impl<R> PackedTable<R> {
    /// The number of rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// There are no rows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// As [`Table::generation`](crate::Table::generation).
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.generation
    }
}

/// Where the rows begin.
const BEGIN: usize = size_of::<TableHeader>();

/// A row as it travels, which need not be aligned here.
type Wire<R> = Unalign<<R as Row>::Wire>;

impl<R: Row<Wire: Structure>> PackedTable<R> {
    /// Each row of the answer is looked at once here; later there is nothing more to complain of.
    pub(crate) fn of(answer: Answer) -> Result<Self, String> {
        let Answer { mut bytes, header: Some(header) } = answer else {
            return Ok(Self { bytes: Vec::new(), count: 0, generation: 0, row: PhantomData });
        };
        let (row_size, known) = (usize::try_from(header.row_size), size_of::<R::Wire>());
        let row_size = row_size.map_err(|error| error.to_string())?;
        // The header has been held against the bytes.
        let count = (bytes.len() - BEGIN) / row_size;
        if row_size > known {
            for number in 1..count {
                let from = BEGIN + number * row_size;
                bytes.copy_within(from..from + known, BEGIN + number * known);
            }
        }
        let table = Self { bytes, count, generation: header.generation, row: PhantomData };
        table.wires().iter().try_for_each(|wire| read::<R>(wire).map(drop))?;
        Ok(table)
    }

    fn end(&self) -> usize {
        BEGIN + self.count * size_of::<R::Wire>()
    }

    fn wires(&self) -> &[Wire<R>] {
        let rows = self.bytes.get(BEGIN..self.end()).unwrap_or_default();
        FromBytes::ref_from_bytes(rows).unwrap_or_default()
    }

    fn wires_mut(&mut self) -> &mut [Wire<R>] {
        let end = self.end();
        let rows = self.bytes.get_mut(BEGIN..end).unwrap_or_default();
        FromBytes::mut_from_bytes(rows).unwrap_or_default()
    }

    /// The row with this number.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<R> {
        self.wires().get(number).and_then(typed)
    }

    /// Goes over the rows, each of which is made typed on the way.
    #[must_use]
    pub fn iter(&self) -> PackedRows<'_, R> {
        PackedRows(self.wires().iter())
    }

    /// Keeps the rows that match, in their order.
    pub fn retain(&mut self, mut matches: impl FnMut(&R) -> bool) {
        let wires = self.wires_mut();
        let mut kept = 0;
        for number in 0..wires.len() {
            if typed(&wires[number]).is_some_and(|row| matches(&row)) {
                wires.swap(kept, number);
                kept += 1;
            }
        }
        self.count = kept;
    }

    /// Sorts the rows where they are. The key is made anew for each comparison; rows with the same one may change places.
    pub fn sort_unstable_by_key<K: Ord>(&mut self, mut key: impl FnMut(&R) -> K) {
        self.wires_mut().sort_unstable_by_key(|wire| typed(wire).map(|row| key(&row)));
    }

    /// Turns the order of the rows round.
    pub fn reverse(&mut self) {
        self.wires_mut().reverse();
    }
}

/// Not copied where it happens to be aligned, which it nearly always is.
#[inline]
fn read<R: Row<Wire: Structure>>(wire: &Wire<R>) -> Result<R, String> {
    wire.try_deref().map_or_else(|_| R::from_wire(&wire.get()), R::from_wire)
}

/// All rows were read once when the table was made.
#[inline]
fn typed<R: Row<Wire: Structure>>(wire: &Wire<R>) -> Option<R> {
    read(wire).ok()
}

/// The rows of a [`PackedTable`], typed one by one.
pub struct PackedRows<'a, R: Row>(slice::Iter<'a, Wire<R>>);

impl<R: Row<Wire: Structure>> Iterator for PackedRows<'_, R> {
    type Item = R;

    fn next(&mut self) -> Option<R> {
        self.0.next().and_then(typed)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<R: Row<Wire: Structure>> DoubleEndedIterator for PackedRows<'_, R> {
    fn next_back(&mut self) -> Option<R> {
        self.0.next_back().and_then(typed)
    }
}

impl<R: Row<Wire: Structure>> ExactSizeIterator for PackedRows<'_, R> {}

impl<R: Row<Wire: Structure>> FusedIterator for PackedRows<'_, R> {}

impl<'a, R: Row<Wire: Structure>> IntoIterator for &'a PackedTable<R> {
    type Item = R;
    type IntoIter = PackedRows<'a, R>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<R: Row<Wire: Structure>> PartialEq for PackedTable<R> {
    fn eq(&self, other: &Self) -> bool {
        (self.generation, self.bytes.get(BEGIN..self.end())) == (other.generation, other.bytes.get(BEGIN..other.end()))
    }
}

impl<R: Row<Wire: Structure>> Eq for PackedTable<R> {}

impl<R: Row<Wire: Structure>> Hash for PackedTable<R> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.generation, self.bytes.get(BEGIN..self.end())).hash(state);
    }
}

impl<R> fmt::Debug for PackedTable<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, generation, .. } = self;
        f.debug_struct("PackedTable").field("count", count).field("generation", generation).finish_non_exhaustive()
    }
}

impl<R: Row> fmt::Debug for PackedRows<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PackedRows").field("left", &self.0.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Error, Family, Neighbor,
        testing::{Answer as Scripted, Script, neighbor, table},
    };
    use netioctl_abi::{NtStatus, wire::NeighborRow};
    use zerocopy::IntoBytes;

    fn read(answer: Scripted) -> Result<PackedTable<Neighbor>, Error> {
        Script::device([answer]).0.packed_neighbor_table(Family::Both)
    }

    fn hosts(table: &PackedTable<Neighbor>) -> Vec<String> {
        table.iter().map(|row| row.address.to_string()).collect()
    }

    #[test]
    fn it_has_the_rows_of_a_table_whatever_a_newer_driver_adds() {
        let rows = [3, 1, 2].map(neighbor);
        for newer in [0, 1, 24] {
            let bytes = table(&rows, 3, newer);
            let packed = read(Scripted::Bytes(bytes.clone())).unwrap();
            let (device, _) = Script::device([Scripted::Bytes(bytes)]);
            let typed = device.neighbor_table(Family::Both).unwrap();
            assert_eq!(packed.iter().collect::<Vec<_>>(), typed.rows(), "{newer}");
            assert_eq!((packed.len(), packed.generation()), (3, typed.generation()));
            assert_eq!(packed.iter().rev().collect::<Vec<_>>(), typed.rows().iter().rev().cloned().collect::<Vec<_>>());
            assert_eq!(packed.get(2).as_ref(), typed.rows().last());
            assert_eq!((packed.get(3), packed.iter().len()), (None, 3));
            assert_eq!(packed, read(Scripted::Bytes(table(&rows, 3, 8))).unwrap());
        }
    }

    #[test]
    fn rows_are_chosen_and_sorted_where_they_are() {
        let mut packed = read(Scripted::Bytes(table(&[3, 1, 2, 5, 4].map(neighbor), 5, 4))).unwrap();
        let room = packed.bytes.capacity();
        packed.retain(|row| row.address != std::net::Ipv4Addr::new(10, 0, 0, 1));
        assert_eq!(hosts(&packed), ["10.0.0.3", "10.0.0.2", "10.0.0.5", "10.0.0.4"]);
        packed.sort_unstable_by_key(|row| row.address);
        assert_eq!(hosts(&packed), ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"]);
        packed.reverse();
        assert_eq!(hosts(&packed), ["10.0.0.5", "10.0.0.4", "10.0.0.3", "10.0.0.2"]);
        assert_eq!(packed.bytes.capacity(), room, "no other memory");
        packed.retain(|_| false);
        assert!(packed.is_empty() && packed.iter().next().is_none());
    }

    #[test]
    fn a_table_without_rows_is_empty_and_a_wrong_one_is_refused() {
        for answer in [Scripted::Status(NtStatus::NOT_FOUND), Scripted::Bytes(table::<NeighborRow>(&[], 0, 0))] {
            assert!(read(answer).unwrap().is_empty());
        }
        let wrong = NeighborRow { physical_address_length: 33, ..neighbor(2) };
        let cut = table(&[neighbor(1)], 1, 0);
        let cut = cut[..cut.len() - 1].to_vec();
        for bytes in [table(&[neighbor(1), wrong], 2, 0), table(&[neighbor(1)], 2, 0), cut, vec![0; 3]] {
            assert!(matches!(read(Scripted::Bytes(bytes)), Err(Error::BadReply { .. })));
        }
        assert_eq!(neighbor(1).as_bytes().len(), size_of::<NeighborRow>());
    }
}
