//! A driver with a fault: requests are changed on their way to a good one, and so are its answers.

mod batch;

use netioctl_client::{
    Canceller, Failure, Transport,
    abi::{
        AF_INET, AF_INET6, ControlCode, NtStatus,
        wire::{
            FamilyRequest, FlushNeighborsRequest, InterfaceKeyRequest, InterfaceMember, NeighborRow,
            SetInterfaceRequest, Structure, TableHeader,
        },
    },
};
use std::{collections::HashMap, sync::Mutex};
use zerocopy::{FromBytes, Immutable, IntoBytes};

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// What is wrong with a driver.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault {
            $($(#[$doc])* $name,)+
        }

        impl Fault {
            pub const ALL: &[Self] = &[$(Self::$name,)+];
        }
    };
}

faults! {
    /// Set answers, and changes nothing.
    SetDoesNothing,
    /// Set makes a neighbor that is not there.
    SetCreates,
    /// Create changes a neighbor that is there.
    CreateReplaces,
    /// Replace refuses a neighbor that is there.
    ReplaceCreates,
    /// Delete answers, and deletes nothing.
    DeleteDoesNothing,
    /// Delete succeeds where nothing is.
    DeleteOfNothing,
    /// Flush takes the neighbors of all interfaces.
    FlushOfAllInterfaces,
    /// Flush takes the neighbors of both families.
    FlushOfBothFamilies,
    /// Flush answers, and takes nothing.
    FlushDoesNothing,
    /// A batch passes over its last entry, and says that it was done.
    BatchSkips,
    /// A batch ends with its first failure, and says that the rest was done.
    BatchStops,
    /// A batch begins with its last entry.
    BatchBackwards,
    /// What was read of a neighbor once is read for ever.
    GetIsStale,
    /// The table lacks its last row.
    TableLacksOne,
    /// The table has both families, whichever is asked for.
    TableOfBothFamilies,
    /// Neighbors that are set are not permanent.
    NotPermanent,
    /// Rows have the index of another interface.
    OtherIndex,
    /// A physical address is cut off.
    ShortPhysicalAddress,
    /// An interface is read as it is for the other family.
    InterfaceOfOtherFamily,
    /// A change of an interface is accepted, and not made.
    SetInterfaceDoesNothing,
    /// A change of an interface is made for both families.
    SetInterfaceOfBothFamilies,
    /// A new metric sets a time, too.
    SetInterfaceSetsMore,
    /// An interface that is not there is accepted.
    AnyInterface,
    /// What is invalid is not found.
    OtherStatus,
}

/// What a driver answers: bytes of output, or a failure.
type Answer = Result<usize, Failure>;

/// A driver with a fault.
pub struct Faulty<T> {
    good: T,
    fault: Fault,
    /// What was read of each neighbor at first.
    stale: Mutex<HashMap<Vec<u8>, Vec<u8>>>,
}

impl<T: Transport> Faulty<T> {
    pub fn new(good: T, fault: Fault) -> Self {
        Self { good, fault, stale: Mutex::default() }
    }

    fn pass(&self, code: ControlCode, input: &[u8], output: &mut [u8]) -> Answer {
        self.good.control(code.raw(), input, output, None)
    }

    /// The request as the driver takes it.
    fn request(&self, code: ControlCode, input: &[u8]) -> (ControlCode, Vec<u8>) {
        use ControlCode as C;
        let code = match (self.fault, code) {
            (Fault::SetCreates, C::SET_NEIGHBOR) | (Fault::CreateReplaces, C::CREATE_NEIGHBOR) => C::REPLACE_NEIGHBOR,
            (Fault::ReplaceCreates, C::REPLACE_NEIGHBOR) => C::CREATE_NEIGHBOR,
            _ => code,
        };
        let input = match (self.fault, code) {
            (Fault::FlushOfAllInterfaces, C::FLUSH_NEIGHBORS) => {
                edit(input, |request: &mut FlushNeighborsRequest| request.interface_index = 0)
            }
            (Fault::FlushOfBothFamilies, C::FLUSH_NEIGHBORS) => {
                edit(input, |request: &mut FlushNeighborsRequest| request.family = 0)
            }
            (Fault::TableOfBothFamilies, C::GET_NEIGHBOR_TABLE) => {
                edit(input, |request: &mut FamilyRequest| request.family = 0)
            }
            (Fault::InterfaceOfOtherFamily, C::GET_INTERFACE) => {
                edit(input, |request: &mut InterfaceKeyRequest| request.family = AF_INET + AF_INET6 - request.family)
            }
            (Fault::SetInterfaceSetsMore, C::SET_INTERFACE) => edit(input, |request: &mut SetInterfaceRequest| {
                if request.members == InterfaceMember::METRIC.bits() {
                    request.members |= InterfaceMember::RETRANSMIT_TIME.bits();
                    request.row.retransmit_time = 5_000;
                }
            }),
            _ => input.to_vec(),
        };
        (code, input)
    }

    /// What the driver does besides.
    fn also(&self, code: ControlCode, input: &[u8]) {
        if (self.fault, code) == (Fault::SetInterfaceOfBothFamilies, ControlCode::SET_INTERFACE) {
            let other = edit(input, |request: &mut SetInterfaceRequest| {
                request.row.family = AF_INET + AF_INET6 - request.row.family;
            });
            let _ = self.pass(code, &other, &mut []);
        }
    }

    /// The answer as the driver gives it.
    fn answer(&self, code: ControlCode, input: &[u8], output: &mut [u8], answer: Answer) -> Answer {
        use ControlCode as C;
        let status = answer.as_ref().err().and_then(|failure| failure.ntstatus);
        match (self.fault, code, status) {
            (Fault::DeleteOfNothing, C::DELETE_NEIGHBOR, Some(NtStatus::NOT_FOUND))
            | (Fault::AnyInterface, _, Some(NtStatus::OBJECT_NAME_NOT_FOUND)) => return Ok(0),
            (Fault::OtherStatus, _, Some(NtStatus::INVALID_PARAMETER)) => {
                return answer.map_err(|failure| Failure { ntstatus: Some(NtStatus::NOT_FOUND), ..failure });
            }
            _ => {}
        }
        let length = answer?;
        match code {
            C::GET_NEIGHBOR => {
                change(&mut output[..length], |row| self.row(row));
                if self.fault == Fault::GetIsStale {
                    let mut stale = self.stale.lock().unwrap();
                    let first = stale.entry(input.to_vec()).or_insert_with(|| output[..length].to_vec());
                    output[..length].copy_from_slice(first);
                }
            }
            C::GET_NEIGHBOR_TABLE => return Ok(self.table(&mut output[..length])),
            _ => {}
        }
        Ok(length)
    }

    fn table(&self, answer: &mut [u8]) -> usize {
        let (header, rows) = TableHeader::mut_from_prefix(answer).unwrap();
        let size = header.row_size as usize;
        rows.chunks_exact_mut(size).for_each(|row| change(row, |row| self.row(row)));
        if self.fault == Fault::TableLacksOne && header.returned_rows > 0 {
            header.returned_rows -= 1;
            header.total_rows -= 1;
        }
        size_of::<TableHeader>() + header.returned_rows as usize * size
    }

    fn row(&self, row: &mut NeighborRow) {
        match self.fault {
            Fault::NotPermanent => row.state = 4,
            Fault::OtherIndex => row.interface_index = 5 - row.interface_index,
            Fault::ShortPhysicalAddress => row.physical_address_length = row.physical_address_length.min(4),
            _ => {}
        }
    }
}

/// The request with other fields.
fn edit<R: Structure + FromBytes + IntoBytes + Immutable>(input: &[u8], with: impl FnOnce(&mut R)) -> Vec<u8> {
    let mut request = R::read_from_bytes(input).unwrap();
    with(&mut request);
    request.as_bytes().to_vec()
}

/// Changes a row where it is.
fn change(bytes: &mut [u8], with: impl FnOnce(&mut NeighborRow)) {
    with(NeighborRow::mut_from_bytes(bytes).unwrap());
}

impl<T: Transport> Transport for Faulty<T> {
    fn control(&self, code: u32, input: &[u8], output: &mut [u8], _: Option<&Canceller>) -> Answer {
        use ControlCode as C;
        let code = C::from_raw(code);
        match (self.fault, code) {
            (Fault::SetDoesNothing, C::SET_NEIGHBOR)
            | (Fault::DeleteDoesNothing, C::DELETE_NEIGHBOR)
            | (Fault::FlushDoesNothing, C::FLUSH_NEIGHBORS)
            | (Fault::SetInterfaceDoesNothing, C::SET_INTERFACE) => return Ok(0),
            (Fault::BatchSkips | Fault::BatchStops | Fault::BatchBackwards, C::BATCH_NEIGHBORS) => {
                return batch::serve(self, input, output);
            }
            _ => {}
        }
        let (code, input) = self.request(code, input);
        self.also(code, &input);
        let answer = self.pass(code, &input, output);
        self.answer(code, &input, output, answer)
    }
}
