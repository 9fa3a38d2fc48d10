//! What the scripted driver tells those who watch it.

use super::machine::{Driver, ETHERNET, Machine, State};
use netioctl_abi::{
    AF_UNSPEC, NtStatus,
    wire::{ChangeEvent, ChangeKind, WatchReply, WatchRequest, WatchSources},
};
use netioctl_client::Canceller;
use std::{collections::VecDeque, thread, time::Duration};
use zerocopy::{FromBytes, IntoBytes};

/// The watch of the driver: what it was asked, and what is going to happen.
#[derive(Default)]
pub struct Watched {
    pub requests: Vec<WatchRequest>,
    pub script: VecDeque<Step>,
}

/// What happens while somebody waits.
pub enum Step {
    /// Something changes in the tables, and these events are told.
    Events { meanwhile: fn(&mut State), events: Vec<ChangeEvent>, lost: u64 },
    /// The waiting ends with this status.
    Fails(NtStatus),
    /// Somebody presses Ctrl+C.
    Interrupt,
}

/// Events without any change of the tables.
pub fn events(events: impl Into<Vec<ChangeEvent>>) -> Step {
    Step::Events { meanwhile: |_| {}, events: events.into(), lost: 0 }
}

/// An event of the Ethernet interface.
pub fn event(source: WatchSources, kind: ChangeKind, family: u16) -> ChangeEvent {
    ChangeEvent {
        interface_luid: ETHERNET,
        interface_index: 12,
        family,
        source: u8::try_from(source.bits()).unwrap(),
        kind: kind as u8,
        notifications: 1,
        ..ChangeEvent::default()
    }
}

/// A machine whose driver tells this after the initial events.
pub fn machine(script: impl Into<VecDeque<Step>>) -> Machine {
    let driver = Driver::default();
    driver.watch.lock().unwrap().script = script.into();
    Machine::with(driver)
}

/// The first request is answered with the initial events, the others by the script.
pub fn answer(driver: &Driver, input: &[u8], canceller: Option<&Canceller>) -> Result<Vec<u8>, NtStatus> {
    if let Some(status) = driver.refuse {
        return Err(status);
    }
    let mut watched = driver.watch.lock().unwrap();
    let request = WatchRequest::read_from_bytes(input).unwrap();
    watched.requests.push(request);
    if watched.requests.len() == 1 {
        let sources = WatchSources::from_bits_retain(request.sources).iter();
        let initial = |source| ChangeEvent {
            interface_luid: 0,
            interface_index: 0,
            ..event(source, ChangeKind::Initial, AF_UNSPEC)
        };
        return Ok(reply(&sources.map(initial).collect::<Vec<_>>(), 0));
    }
    match watched.script.pop_front().expect("nothing happens any more, and the command waits") {
        Step::Events { meanwhile, events, lost } => {
            meanwhile(&mut driver.state());
            Ok(reply(&events, lost))
        }
        Step::Fails(status) => Err(status),
        Step::Interrupt => Err(interrupted(canceller.expect("a watch that Ctrl+C does not end"))),
    }
}

/// The end of a request whose canceller is raised from another thread while it waits.
fn interrupted(canceller: &Canceller) -> NtStatus {
    let pressed = canceller.clone();
    let somebody = thread::spawn(move || pressed.cancel());
    while !canceller.is_cancelled() {
        thread::sleep(Duration::from_millis(1));
    }
    somebody.join().unwrap();
    NtStatus::CANCELLED
}

fn reply(events: &[ChangeEvent], lost: u64) -> Vec<u8> {
    let header = WatchReply::new(u32::try_from(events.len()).unwrap(), lost);
    let mut bytes = header.as_bytes().to_vec();
    events.iter().for_each(|event| bytes.extend_from_slice(event.as_bytes()));
    bytes
}
