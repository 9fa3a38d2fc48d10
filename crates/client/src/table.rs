//! Tables: asking until the buffer is large enough, and the owned result.

use crate::{
    Error, Failure, Operation, PackedTable,
    decode::{self, Row},
    failure::ERROR_NOT_FOUND,
};
use netioctl_abi::wire::{Structure, TableHeader};
use std::{slice, vec};

/// Bytes of the first buffer: some 800 neighbors or 400 interfaces.
pub const START_TABLE_BYTES: usize = 64 * 1024;

/// Times that a table is asked for before giving up on one that grows faster than it can be read.
///
/// Each try after the first has room for what the last snapshot needed and a quarter more.
pub const MAX_TABLE_TRIES: u32 = 8;

/// Largest buffer that is ever offered: more than three million neighbors. A driver that asks for more is not believed.
pub const MAX_TABLE_BYTES: usize = 256 * 1024 * 1024;

/// A table as it was at one moment: owned, typed rows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Table<R> {
    rows: Vec<R>,
    generation: u64,
}

impl<R> Table<R> {
    /// The rows, in the order in which the network stack gave them.
    #[must_use]
    pub fn rows(&self) -> &[R] {
        &self.rows
    }

    /// The rows, owned.
    #[must_use]
    pub fn into_rows(self) -> Vec<R> {
        self.rows
    }

    /// Goes over the rows.
    pub fn iter(&self) -> slice::Iter<'_, R> {
        self.rows.iter()
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// There are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of the snapshot, counted by the driver since it was loaded; 0 if the stack said that there are no rows.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }
}

impl<R> AsRef<[R]> for Table<R> {
    fn as_ref(&self) -> &[R] {
        &self.rows
    }
}

impl<R> IntoIterator for Table<R> {
    type Item = R;
    type IntoIter = vec::IntoIter<R>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.into_iter()
    }
}

impl<'a, R> IntoIterator for &'a Table<R> {
    type Item = &'a R;
    type IntoIter = slice::Iter<'a, R>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The answer to a request for a table: its bytes, as the header says that they are.
pub struct Answer {
    pub bytes: Vec<u8>,
    /// `None`: the stack said that there are no rows.
    pub header: Option<TableHeader>,
}

impl Answer {
    /// As typed rows.
    pub fn table<R: Row>(self, operation: Operation) -> Result<Table<R>, Error> {
        let Some(header) = self.header else { return Ok(Table { rows: Vec::new(), generation: 0 }) };
        let rows = decode::rows(&self.bytes, &header).map_err(|problem| Error::BadReply { operation, problem })?;
        Ok(Table { rows, generation: header.generation })
    }

    /// As it is.
    pub fn packed<R: Row<Wire: Structure>>(self, operation: Operation) -> Result<PackedTable<R>, Error> {
        PackedTable::of(self).map_err(|problem| Error::BadReply { operation, problem })
    }
}

/// Reads a whole table of these rows; `ask` sends the request with the buffer that it gets.
pub fn read<R: Row>(operation: Operation, ask: impl Fn(&mut [u8]) -> Result<usize, Failure>) -> Result<Answer, Error> {
    let mut reading = Reading::new(operation);
    loop {
        let mut buffer = reading.buffer()?;
        let end = ask(&mut buffer);
        if let Some(answer) = reading.take::<R>(buffer, end)? {
            return Ok(answer);
        }
    }
}

/// A table that is being read: which buffer comes next, and what its answer means. Who sends, and how, is another's.
pub struct Reading {
    operation: Operation,
    tries: u32,
    size: usize,
    needed: usize,
}

impl Reading {
    pub const fn new(operation: Operation) -> Self {
        Self { operation, tries: 0, size: START_TABLE_BYTES, needed: 0 }
    }

    /// The buffer of the next try, if there is to be one.
    pub fn buffer(&mut self) -> Result<Vec<u8>, Error> {
        if self.tries == MAX_TABLE_TRIES {
            return Err(Error::TableKeepsGrowing { operation: self.operation, tries: self.tries, needed: self.needed });
        }
        self.tries += 1;
        Ok(vec![0; self.size])
    }

    /// The answer of a table of these rows, or `None` if it did not fit into the buffer.
    pub fn take<R: Row>(&mut self, mut buffer: Vec<u8>, end: Result<usize, Failure>) -> Result<Option<Answer>, Error> {
        let operation = self.operation;
        let bad_reply = |problem| Error::BadReply { operation, problem };
        match end {
            Ok(bytes) => {
                let reply = written(&buffer, bytes).map_err(bad_reply)?;
                let header = decode::whole::<R>(reply).map_err(bad_reply)?;
                buffer.truncate(bytes);
                Ok(Some(Answer { bytes: buffer, header: Some(header) }))
            }
            Err(failure) if failure.is_more_data() => {
                let reply = written(&buffer, failure.bytes).map_err(bad_reply)?;
                let header = decode::header::<R>(reply).map_err(bad_reply)?;
                self.needed = header.needed().unwrap_or(usize::MAX);
                self.size = next_size(&header, self.size).map_err(bad_reply)?;
                Ok(None)
            }
            // The contract of the NETIO table functions: this is how they report a table without rows.
            Err(failure) if failure.win32 == ERROR_NOT_FOUND => Ok(Some(Answer { bytes: Vec::new(), header: None })),
            Err(failure) => Err(Error::Request { operation, failure }),
        }
    }
}

fn written(buffer: &[u8], bytes: usize) -> Result<&[u8], String> {
    buffer.get(..bytes).ok_or_else(|| format!("{bytes} bytes written to a buffer of {}", buffer.len()))
}

/// Room for what was needed and a quarter more: rows may have come since. Never less than before.
fn next_size(header: &TableHeader, last: usize) -> Result<usize, String> {
    let needed = header.needed().filter(|needed| *needed <= MAX_TABLE_BYTES);
    let needed = needed.ok_or_else(|| format!("a table of {} rows of {} bytes", header.total_rows, header.row_size))?;
    Ok((needed + needed / 4).max(last).min(MAX_TABLE_BYTES))
}
