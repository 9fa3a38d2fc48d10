//! Inputs: their lengths, and the one place where their bytes become values.
//!
//! The checks come in a fixed order, so that bad input has one status: length, version, reserved fields. What the
//! fields mean is checked by the handlers afterwards.

use crate::{
    ABI_MAJOR, NtError,
    wire::{
        BatchEntry, BatchHeader, BestRouteRequest, FamilyRequest, FlushNeighborsRequest, InterfaceKeyRequest,
        MAX_BATCH, NeighborKeyRequest, NeighborRequest, RequestHeader, ResolveNeighborRequest, SetInterfaceRequest,
        Structure, StructureInfo, WatchRequest,
    },
};
use zerocopy::FromBytes;

/// How much input an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputSize {
    /// None.
    None,
    /// A structure.
    Exact(StructureInfo),
    /// A header, and rows behind it; the header says how many.
    Rows {
        /// The header.
        header: StructureInfo,
        /// A row.
        row: StructureInfo,
    },
}

impl InputSize {
    /// Whether an input of this length can be right.
    #[must_use]
    pub const fn fits(self, length: usize) -> bool {
        match self {
            Self::None => length == 0,
            Self::Exact(structure) => length == structure.size,
            Self::Rows { header, .. } => length >= header.size,
        }
    }

    /// Bytes of the shortest input.
    #[must_use]
    pub const fn minimum(self) -> usize {
        match self {
            Self::None => 0,
            Self::Exact(structure) => structure.size,
            Self::Rows { header, .. } => header.size,
        }
    }
}

/// What an operation takes.
pub trait Request {
    /// The request once length, version and reserved fields have been found right.
    type Checked<'input>;

    /// How many bytes it has.
    const SIZE: InputSize;

    /// Reads and checks an input.
    ///
    /// # Errors
    /// `STATUS_INFO_LENGTH_MISMATCH` for another length, `STATUS_REVISION_MISMATCH` for another major version,
    /// `STATUS_INVALID_PARAMETER` for a reserved field that is not zero.
    fn read(input: &[u8]) -> Result<Self::Checked<'_>, NtError>;
}

/// A request that is one structure with a header.
pub trait RequestStructure: Structure {
    /// The header that it begins with.
    fn header(&self) -> &RequestHeader;

    /// Whether every other field that has no meaning yet is zero.
    fn reserved_is_zero(&self) -> bool;
}

impl<T: RequestStructure> Request for T {
    type Checked<'input> = T;
    const SIZE: InputSize = InputSize::Exact(T::INFO);

    fn read(input: &[u8]) -> Result<T, NtError> {
        let request = T::read_from_bytes(input).map_err(|_| NtError::INFO_LENGTH_MISMATCH)?;
        if request.header().abi_major != ABI_MAJOR {
            return Err(NtError::REVISION_MISMATCH);
        }
        if request.header().reserved != 0 || !request.reserved_is_zero() {
            return Err(NtError::INVALID_PARAMETER);
        }
        Ok(request)
    }
}

/// No input.
impl Request for () {
    type Checked<'input> = ();
    const SIZE: InputSize = InputSize::None;

    fn read(input: &[u8]) -> Result<(), NtError> {
        if input.is_empty() { Ok(()) } else { Err(NtError::INFO_LENGTH_MISMATCH) }
    }
}

/// A [`BatchHeader`] and as many [`BatchEntry`]s as it says.
#[derive(Clone, Copy, Debug)]
pub struct Batch;

/// The entries of a batch: as many as the header says, 1 to [`MAX_BATCH`].
#[derive(Clone, Copy, Debug)]
pub struct BatchEntries<'input> {
    count: u32,
    bytes: &'input [u8],
}

impl<'input> BatchEntries<'input> {
    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The entries, in their order. Their fields have not been looked at.
    pub fn iter(&self) -> impl Iterator<Item = BatchEntry> + use<'input> {
        self.bytes.chunks_exact(size_of::<BatchEntry>()).filter_map(|entry| BatchEntry::read_from_bytes(entry).ok())
    }
}

impl Request for Batch {
    type Checked<'input> = BatchEntries<'input>;
    const SIZE: InputSize = InputSize::Rows { header: BatchHeader::INFO, row: BatchEntry::INFO };

    fn read(input: &[u8]) -> Result<BatchEntries<'_>, NtError> {
        let (head, bytes) = input.split_at_checked(size_of::<BatchHeader>()).ok_or(NtError::INFO_LENGTH_MISMATCH)?;
        let count = BatchHeader::read(head)?.count;
        if !(1..=MAX_BATCH).contains(&count) {
            return Err(NtError::INVALID_PARAMETER);
        }
        let expected = usize::try_from(count).ok().and_then(|count| count.checked_mul(size_of::<BatchEntry>()));
        if expected == Some(bytes.len()) {
            Ok(BatchEntries { count, bytes })
        } else {
            Err(NtError::INFO_LENGTH_MISMATCH)
        }
    }
}

/// Implements [`RequestStructure`], given how the fields beyond the header are found zero.
macro_rules! requests {
    ($($request:ty: |$name:ident| $reserved:expr;)+) => {
        $(impl RequestStructure for $request {
            fn header(&self) -> &RequestHeader {
                &self.header
            }

            fn reserved_is_zero(&self) -> bool {
                let $name = self;
                $reserved
            }
        })+
    };
}

requests! {
    FamilyRequest: |request| request.reserved == [0; 3];
    FlushNeighborsRequest: |request| request.reserved == 0;
    NeighborRequest: |request| request.key.reserved == 0;
    NeighborKeyRequest: |request| request.key.reserved == 0 && request.key.physical_address_length == 0;
    ResolveNeighborRequest: |request| {
        request.reserved == 0 && request.key.reserved == 0 && request.key.physical_address_length == 0
    };
    InterfaceKeyRequest: |request| request.reserved == 0;
    SetInterfaceRequest: |request| request.row.reserved == 0;
    BatchHeader: |request| request.reserved == 0;
    WatchRequest: |_request| true;
    BestRouteRequest: |_request| true;
}

impl RequestStructure for RequestHeader {
    fn header(&self) -> &RequestHeader {
        self
    }

    fn reserved_is_zero(&self) -> bool {
        true
    }
}
