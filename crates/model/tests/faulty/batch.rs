//! Batches that do not do what they are to do: each entry is sent by itself.

use super::{Answer, Fault, Faulty};
use netioctl_client::{
    Transport,
    abi::{
        ControlCode,
        wire::{BatchEntry, BatchHeader, BatchReply},
    },
};
use zerocopy::{FromBytes, IntoBytes};

pub fn serve<T: Transport>(driver: &Faulty<T>, input: &[u8], output: &mut [u8]) -> Answer {
    let (header, entries) = BatchHeader::read_from_prefix(input).unwrap();
    let count = header.count as usize;
    let mut statuses = vec![[0; 4]; count];
    let places: Vec<_> = match driver.fault {
        Fault::BatchSkips => (0..count - 1).collect(),
        Fault::BatchBackwards => (0..count).rev().collect(),
        _ => (0..count).collect(),
    };
    for place in places {
        statuses[place] = one(driver, header, &entries[place * size_of::<BatchEntry>()..][..size_of::<BatchEntry>()])?;
        if driver.fault == Fault::BatchStops && statuses[place] != [0; 4] {
            break;
        }
    }
    let failed = statuses.iter().filter(|status| **status != [0; 4]).count();
    let reply = BatchReply { count: header.count, failed: u32::try_from(failed).unwrap() };
    let answer = [reply.as_bytes(), statuses.as_bytes()].concat();
    output[..answer.len()].copy_from_slice(&answer);
    Ok(answer.len())
}

/// The status of an entry that is sent by itself.
fn one<T: Transport>(
    driver: &Faulty<T>,
    header: BatchHeader,
    entry: &[u8],
) -> Result<[u8; 4], netioctl_client::Failure> {
    let request = [BatchHeader { count: 1, ..header }.as_bytes(), entry].concat();
    let mut answer = [0; size_of::<BatchReply>() + 4];
    driver.pass(ControlCode::BATCH_NEIGHBORS, &request, &mut answer)?;
    Ok(<[u8; 4]>::read_from_bytes(&answer[size_of::<BatchReply>()..]).unwrap())
}
