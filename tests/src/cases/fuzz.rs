//! Requests that no client sends: random, damaged and out of order.

use crate::lab::Lab;
use anyhow::{Context, Result, anyhow, ensure};
use netioctl_client::{
    Canceller, Device, Family, Operation,
    abi::{InputSize, wire::RequestHeader},
};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};
use std::{thread, time::Duration};
use zerocopy::IntoBytes;

super::cases! { "fuzz":
    Witness any_bytes_get_an_answer_that_is_documented,
}

/// Requests that are sent; the same ones each time.
const REQUESTS: u32 = 3000;

/// One that waits is given up so soon.
const PATIENCE: Duration = Duration::from_millis(20);

/// Operation, input, and room for output.
type Sent = (Operation, Vec<u8>, usize);

/// Bytes of which half are zero, as in most requests that somebody would send.
fn bytes(length: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop_oneof![Just(0), any::<u8>()], length)
}

/// Mostly the right length, and mostly the right header.
fn input(operation: Operation) -> impl Strategy<Value = Vec<u8>> {
    let right = match operation.input() {
        InputSize::None => 0..=0,
        InputSize::Exact(structure) => structure.size..=structure.size,
        InputSize::Rows { header, row } => header.size..=header.size + 4 * row.size,
    };
    let body = prop_oneof![9 => bytes(right).boxed(), 1 => bytes(0..300).boxed()];
    (body, prop::bool::weighted(0.9)).prop_map(|(mut body, header)| {
        let current = RequestHeader::CURRENT;
        if let Some(place) = body.get_mut(..size_of::<RequestHeader>()).filter(|_| header) {
            place.copy_from_slice(current.as_bytes());
        }
        body
    })
}

fn requests() -> impl Strategy<Value = Sent> {
    let operation = select(Operation::ALL);
    operation.prop_flat_map(|operation| (Just(operation), input(operation), 0..600_usize))
}

fn send(device: &Device, (operation, input, room): Sent) -> Result<(), TestCaseError> {
    let canceller = Canceller::new().map_err(|error| TestCaseError::fail(error.to_string()))?;
    let device = device.with_canceller(&canceller);
    let mut output = vec![0; room];
    let answer = thread::scope(|scope| {
        let (ended, end) = std::sync::mpsc::channel::<()>();
        scope.spawn(move || {
            if end.recv_timeout(PATIENCE).is_err() {
                canceller.cancel();
            }
        });
        let answer = device.raw_control(operation.code().raw(), &input, &mut output);
        let _ = ended.send(());
        answer
    });
    match answer {
        Ok(bytes) => prop_assert!(bytes <= room, "{}: {bytes} bytes in {room}", operation.name()),
        Err(failure) => {
            let documented = failure.ntstatus.is_none_or(|status| status.info().is_some());
            prop_assert!(documented, "{}: {failure}", operation.name());
        }
    }
    Ok(())
}

fn any_bytes_get_an_answer_that_is_documented(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    let mut linux = lab.linux()?;
    let links = linux.links()?;
    let config = Config { cases: REQUESTS, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner.run(&requests(), |sent| send(&device, sent)).map_err(|failed| anyhow!("{failed}"))?;
    ensure!(linux.links()?.map(|link| link.mtu) == links.map(|link| link.mtu), "a link was changed");
    drop(device);
    linux.await_listeners(0)?;
    let device = lab.device().context("afterwards")?;
    device.flush_neighbors(Family::Both, None)?;
    linux.populate()?;
    linux.agrees(&device, Family::Both)
}
