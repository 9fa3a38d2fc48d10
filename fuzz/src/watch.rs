//! Handles that watch, over the loopback: what happens while a request waits is the next part of the same input.
//!
//! A request that waits is answered by an event, cancelled, or ends with the device. While it waits, the steps that
//! follow are done, other requests that wait among them.

use crate::take::{byte, one_of, short};
use arbitrary::Unstructured;
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_UNICASTIPADDRESS_ROW, SOCKADDR_INET};
use netioctl_abi::{
    AF_INET, AF_INET6, AF_UNSPEC, ControlCode, NtStatus, Operation,
    wire::{
        ChangeEvent, MAX_WAITING_REQUESTS, MAX_WATCH_OUTPUT, RequestHeader, WatchFlags, WatchReply, WatchRequest,
        WatchSources,
    },
};
use netioctl_client::{Access, Canceller, Failure, Transport};
use netioctl_loopback::{Handle, Loopback};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use zerocopy::{FromBytes, IntoBytes};

/// Handles of a world.
const HANDLES: usize = 3;

/// Steps of an input, at most.
const MAX_STEPS: u32 = 200;

/// Does what the bytes describe, and looks whether everything that happened was told.
pub fn run(input: &[u8]) {
    let world = Arc::new(World::new(input));
    let weak = Arc::downgrade(&world);
    world.driver.while_waiting(move |_| weak.upgrade().iter().for_each(|world| world.meanwhile()));
    while !world.is_over() {
        world.step();
    }
    for number in 0..HANDLES {
        world.drain(number);
    }
    // A world knows its driver, and the driver what happens in the world.
    world.driver.while_waiting(|_| ());
}

/// Watches of each kind, with events before, after and while requests wait.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let watch = |number: u8, sources: u8, room: u8| [0, number, sources, 0, 0, 0, room, 0];
    let tell = |luid: u8, kind: u8| [1, luid, 0, kind, 0, 0, 0, 0];
    let steps: [Vec<[u8; 8]>; 5] = [
        vec![watch(0, 3, 200), tell(1, 1), [8; 8], watch(0, 3, 200), tell(2, 2), [8; 8]],
        vec![watch(0, 1, 80), tell(1, 0), tell(1, 0), tell(2, 1), [8; 8], watch(0, 1, 200), [8; 8]],
        vec![watch(0, 3, 90), watch(1, 3, 90), watch(0, 3, 90), tell(1, 1), tell(2, 2), [8; 8], [8; 8], [8; 8]],
        vec![[2; 8], watch(0, 3, 90), [8; 8], [2; 8], watch(0, 3, 90), tell(3, 1), [4; 8], [8; 8], watch(0, 3, 90)],
        vec![watch(2, 2, 90), [3; 8], [8; 8], watch(1, 1, 90)],
    ];
    // More events than the driver keeps.
    let many = (0..100).map(|luid| tell(luid, 1)).collect::<Vec<_>>().concat();
    let many = [&watch(0, 1, 90)[..], &many, &watch(0, 1, 200)].concat();
    steps.iter().map(|steps| steps.concat()).chain([many]).collect()
}

/// What a handle watches, and how far it has been told.
#[derive(Default)]
struct Told {
    wish: Option<(u32, u16, u16)>,
    waiting: u32,
    /// Notifications since the watch began.
    happened: u64,
    /// Those that events stood for.
    notified: u64,
    lost: u64,
    /// The numbers of the events. A request that waits while another one does sees its answer later than that.
    sequences: BTreeSet<u64>,
}

struct World {
    driver: Loopback,
    handles: [Mutex<Arc<Handle>>; HANDLES],
    told: [Mutex<Told>; HANDLES],
    /// What is still to be done, the first byte last.
    script: Mutex<Vec<u8>>,
    steps: Mutex<u32>,
    /// The cancellers of the requests that wait, one within the other.
    waiting: Mutex<Vec<Canceller>>,
    /// Registering for addresses fails.
    failing: Mutex<bool>,
    removed: Mutex<bool>,
}

impl World {
    fn new(input: &[u8]) -> Self {
        let driver = Loopback::new();
        let open = || Mutex::new(Arc::new(driver.connect(Access::Read)));
        Self {
            handles: [open(), open(), open()],
            driver: driver.clone(),
            told: Default::default(),
            script: Mutex::new(input.iter().rev().copied().collect()),
            steps: Mutex::new(0),
            waiting: Mutex::default(),
            failing: Mutex::new(false),
            removed: Mutex::new(false),
        }
    }

    /// A request waits: steps are done until it is given up.
    fn meanwhile(&self) {
        while self.step() {}
        if let Some(canceller) = lock(&self.waiting).last() {
            canceller.cancel();
        }
    }

    fn is_over(&self) -> bool {
        lock(&self.script).is_empty() || *lock(&self.steps) > MAX_STEPS
    }

    /// Does the next step. False where the request that waits is to be given up, or there are no more steps.
    fn step(&self) -> bool {
        let mut next = Vec::new();
        if self.is_over() {
            return false;
        }
        *lock(&self.steps) += 1;
        {
            let mut script = lock(&self.script);
            let left = script.len().saturating_sub(8);
            next.extend(script.drain(left..).rev());
        }
        let input = &mut Unstructured::new(&next);
        match byte(input) {
            0 | 9..=0x7f => self.watch(input),
            1 | 0x80..=0xef => self.tell(input),
            2 => self.fail(),
            3 => self.remove(),
            4 => self.reopen(usize::from(byte(input)) % HANDLES),
            _ => return false,
        }
        true
    }

    fn watch(&self, input: &mut Unstructured<'_>) {
        let number = usize::from(byte(input)) % HANDLES;
        let (sources, family) = (byte(input), one_of(input, &[AF_UNSPEC, AF_INET, AF_INET6, 10]));
        let (flags, odd, room) = (byte(input), byte(input), short(input));
        let mut request =
            WatchRequest::new(WatchSources::from_bits_retain((sources & 7).into()), family, WatchFlags::empty());
        request.flags = u16::from(flags & 3);
        match odd {
            0xf0 => request.header.abi_major = 9,
            0xf1 => request.header.reserved = 1,
            _ => {}
        }
        let length = if odd == 0xf2 { size_of::<WatchRequest>() - 1 } else { size_of::<WatchRequest>() };
        self.send(number, &request, length, usize::from(room % 10_000));
    }

    /// Sends a request, waits for its end and holds it against what is known.
    fn send(&self, number: usize, request: &WatchRequest, length: usize, room: usize) -> Option<Failure> {
        let refusal = self.refusal(number, request, length, room);
        let canceller = Canceller::new().expect("a canceller in memory");
        let handle = Arc::clone(&lock(&self.handles[number]));
        if refusal.is_none() {
            self.begin(number, request);
        }
        lock(&self.waiting).push(canceller.clone());
        let mut output = vec![0xcc; room];
        let code = ControlCode::WATCH_CHANGES.raw();
        let end = handle.control(code, &request.as_bytes()[..length], &mut output, Some(&canceller));
        lock(&self.waiting).pop();
        if refusal.is_none() {
            lock(&self.told[number]).waiting -= 1;
        }
        let end_status = end.err().and_then(|failure| failure.ntstatus);
        match (refusal, end) {
            (Some(refusal), _) => assert_eq!(end_status, Some(refusal), "{request:?} of {length} bytes, {room} back"),
            (None, Ok(bytes)) => self.answered(number, &output[..bytes]),
            (None, Err(failure)) => {
                let possible = [NtStatus::CANCELLED, NtStatus::DEVICE_REMOVED];
                assert!(failure.ntstatus.is_some_and(|status| possible.contains(&status)), "{failure:?}");
                let removed = *lock(&self.removed);
                assert!(removed || failure.ntstatus == Some(NtStatus::CANCELLED), "{failure:?}");
            }
        }
        let documented = |status| Operation::WatchChanges.reasons().any(|(known, _)| known == status);
        assert!(end_status.is_none_or(documented), "{end_status:?} is not documented");
        end.err()
    }

    /// Why a request is refused at once, if it is.
    fn refusal(&self, number: usize, request: &WatchRequest, length: usize, room: usize) -> Option<NtStatus> {
        let told = lock(&self.told[number]);
        let header = request.header;
        let wish = (request.sources, request.family, request.flags);
        let possible = (1..4).contains(&request.sources) && request.flags < 2 && request.family != 10;
        let events = size_of::<WatchReply>() + size_of::<ChangeEvent>();
        let fails = *lock(&self.failing) && request.sources & WatchSources::ADDRESSES.bits() != 0;
        let rules = [
            (*lock(&self.removed), NtStatus::DEVICE_REMOVED),
            (length != size_of::<WatchRequest>(), NtStatus::INFO_LENGTH_MISMATCH),
            (room < events, NtStatus::BUFFER_TOO_SMALL),
            (room > MAX_WATCH_OUTPUT as usize, NtStatus::QUOTA_EXCEEDED),
            (told.waiting >= MAX_WAITING_REQUESTS, NtStatus::QUOTA_EXCEEDED),
            (header.abi_major != RequestHeader::CURRENT.abi_major, NtStatus::REVISION_MISMATCH),
            (header.reserved != 0 || !possible, NtStatus::INVALID_PARAMETER),
            (told.wish.is_some_and(|known| known != wish), NtStatus::INVALID_DEVICE_STATE),
            (told.wish.is_none() && fails, NtStatus::NO_MEMORY),
        ];
        rules.into_iter().find(|(broken, _)| *broken).map(|(_, status)| status)
    }

    /// The handle watches from now on, if it has not before.
    fn begin(&self, number: usize, request: &WatchRequest) {
        let mut told = lock(&self.told[number]);
        told.waiting += 1;
        if told.wish.is_none() {
            told.wish = Some((request.sources, request.family, request.flags));
            if request.flags == WatchFlags::INITIAL.bits() {
                told.happened = request.sources.count_ones().into();
            }
        }
    }

    fn answered(&self, number: usize, answer: &[u8]) {
        let (header, events) = WatchReply::read_from_prefix(answer).expect("an answer has a header");
        assert_eq!(header, WatchReply::new(header.returned_events, header.lost));
        assert_eq!(events.len(), header.returned_events as usize * size_of::<ChangeEvent>());
        assert_ne!(header.returned_events, 0, "a request is answered when there is something");
        let mut told = lock(&self.told[number]);
        let (sources, family, _) = told.wish.expect("a watch has begun");
        told.lost += header.lost;
        let mut last = 0;
        for event in events.chunks_exact(size_of::<ChangeEvent>()) {
            let event = ChangeEvent::read_from_bytes(event).expect("as many bytes as an event has");
            assert!(event.sequence > last, "{event:?} after {last}");
            assert!(told.sequences.insert(event.sequence), "{event:?} is told twice");
            assert!(
                event.notifications > 0 && u32::from(event.source) & sources == u32::from(event.source),
                "{event:?}"
            );
            let concerned = family == AF_UNSPEC || event.family == family || event.family == AF_UNSPEC;
            assert!(concerned, "{event:?} for {family}");
            last = event.sequence;
            told.notified += u64::from(event.notifications);
        }
    }

    /// NETIO tells of an interface or an address.
    fn tell(&self, input: &mut Unstructured<'_>) {
        let (luid, address, kind) = (u64::from(byte(input) % 80) + 1, byte(input) & 1 == 1, byte(input) % 3);
        let family = one_of(input, &[AF_INET, AF_INET6]);
        let source = if address { WatchSources::ADDRESSES } else { WatchSources::INTERFACES };
        for told in &self.told {
            let mut told = lock(told);
            let Some((sources, watched, _)) = told.wish else { continue };
            if sources & source.bits() != 0 && (watched == AF_UNSPEC || watched == family) {
                told.happened += 1;
            }
        }
        let row = SOCKADDR_INET { si_family: family, sin_addr_or_flowinfo: [192, 0, 2, 1], ..SOCKADDR_INET::default() };
        if address {
            let row =
                MIB_UNICASTIPADDRESS_ROW { Address: row, InterfaceLuid: luid, ..MIB_UNICASTIPADDRESS_ROW::default() };
            self.driver.netio().tell_address(&row, kind.into());
        } else {
            let row = MIB_IPINTERFACE_ROW { Family: family, InterfaceLuid: luid, ..MIB_IPINTERFACE_ROW::default() };
            self.driver.netio().tell_interface(&row, kind.into());
        }
    }

    /// From now on registering for addresses fails, or succeeds again.
    fn fail(&self) {
        let mut failing = lock(&self.failing);
        *failing = !*failing;
        let status = if *failing { NtStatus::NO_MEMORY } else { NtStatus::SUCCESS };
        self.driver.netio().fail("NotifyUnicastIpAddressChange", status);
    }

    fn remove(&self) {
        *lock(&self.removed) = true;
        self.driver.remove();
    }

    /// Closes a handle through which nothing waits, and opens another.
    fn reopen(&self, number: usize) {
        if lock(&self.told[number]).waiting == 0 {
            *lock(&self.handles[number]) = Arc::new(self.driver.connect(Access::Read));
            *lock(&self.told[number]) = Told::default();
        }
    }

    /// Reads what has not been told yet: then everything has been told, or counted as lost.
    fn drain(&self, number: usize) {
        let wish = lock(&self.told[number]).wish;
        let Some((sources, family, flags)) = wish.filter(|_| !*lock(&self.removed)) else { return };
        let mut request = WatchRequest::new(WatchSources::from_bits_retain(sources), family, WatchFlags::empty());
        request.flags = flags;
        while self.send(number, &request, size_of::<WatchRequest>(), MAX_WATCH_OUTPUT as usize).is_none() {}
        let told = lock(&self.told[number]);
        assert_eq!(told.notified + told.lost, told.happened, "handle {number}");
        // A number that was left out is an event that was lost.
        let (told, lost) = (&told.sequences, told.lost);
        assert!(told.last().is_none_or(|last| *last <= told.len() as u64 + lost), "{told:?}, {lost} lost");
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
