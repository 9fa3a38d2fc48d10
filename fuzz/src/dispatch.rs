//! The core of the driver, with any codes and bytes, and any answers of NETIO.
//!
//! Every request goes through two cores that differ in what stands in undefined memory: in the output buffer, and in
//! what NETIO leaves undefined in its rows. They must answer the same bytes.

use crate::{
    Random,
    answers::Answers,
    counted::Counted,
    request::{self, Request},
};
use arbitrary::Unstructured;
use netioctl_abi::{
    ControlCode, NtStatus, Operation, OutputSize,
    wire::{RequestHeader, StatisticsRow, TableHeader},
};
use netioctl_core::{Circumstances, Completion, Service};
use netioctl_irql::in_process;
use netioctl_loopback::Alone;
use write_only::WriteOnly;
use zerocopy::{FromBytes, IntoBytes};

/// Requests of one input, at most.
const MAX_REQUESTS: u32 = 64;

/// Undefined memory, here and there.
const GARBAGE: [u8; 2] = [0xcc, 0x33];

/// Statuses that say what is wrong with the request itself, before NETIO is asked for anything.
const REFUSALS: [NtStatus; 4] = [
    NtStatus::INVALID_DEVICE_REQUEST,
    NtStatus::INFO_LENGTH_MISMATCH,
    NtStatus::BUFFER_TOO_SMALL,
    NtStatus::REVISION_MISMATCH,
];

type Core<'a> = Service<&'a Answers, Alone>;

/// Sends the requests that the bytes describe.
pub fn run(input: &[u8]) {
    let netio = GARBAGE.map(Answers::new);
    let cores = Cores::over(&netio);
    let mut counted = Counted::default();
    let mut input = Unstructured::new(input);
    for _ in 0..MAX_REQUESTS {
        if input.is_empty() {
            break;
        }
        cores.send(&Request::next(&mut input), &mut counted);
    }
    cores.check_counters(&counted);
}

/// A request of each operation, with a NETIO that succeeds and with one that fails.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let answers: [&[u8]; 3] = [&[], &[0, 3, 2], &[0xc6]];
    let right = request::right();
    let one =
        right.iter().flat_map(|(operation, bytes)| answers.map(|answers| Request::seed(*operation, bytes, answers)));
    let all = answers
        .map(|answers| right.iter().flat_map(|(operation, bytes)| Request::seed(*operation, bytes, answers)).collect());
    one.chain(all).collect()
}

/// Sends so many random requests through one core, and answers how many it refused before it asked NETIO.
#[must_use]
pub fn random(count: u64, seed: u64) -> u64 {
    let netio = GARBAGE.map(Answers::new);
    let cores = Cores::over(&netio);
    let (mut counted, mut random, mut bytes) = (Counted::default(), Random::new(seed), Vec::new());
    let mut refused = 0;
    for sent in 0..count {
        cores.send(&Request::random(&mut random, &mut bytes), &mut counted);
        refused += u64::from(netio[0].calls() == 0);
        if sent % 65536 == 0 {
            cores.check_counters(&counted);
        }
    }
    cores.check_counters(&counted);
    refused
}

/// Two cores that get the same requests.
struct Cores<'a> {
    netio: &'a [Answers; 2],
    services: [Core<'a>; 2],
}

impl<'a> Cores<'a> {
    fn over(netio: &'a [Answers; 2]) -> Self {
        Self { netio, services: netio.each_ref().map(|netio| Core::new(netio, Alone::new(), [1, 2, 3])) }
    }

    fn send(&self, request: &Request, counted: &mut Counted) {
        let [(end, output), (other_end, other)] =
            [0, 1].map(|which| serve(&self.services[which], &self.netio[which], request, GARBAGE[which]));
        let operation = Operation::find(request.code);
        assert_eq!(end, other_end, "{operation:?}: the end depends on undefined memory");
        let answered = output.get(..end.information).expect("more bytes than there was room for");
        assert_eq!(Some(answered), other.get(..end.information), "{operation:?}: undefined memory is answered");
        self.check_end(operation, request, end);
        if end.status.is_success() {
            let rest = &output[end.information..];
            assert!(rest.iter().all(|byte| *byte == GARBAGE[0]), "{operation:?}: more is written than is said");
        }
        check_answer(operation, end, answered);
        if operation == Some(Operation::GetStatistics) && end.status.is_success() {
            check_counters(answered, counted);
        }
        counted.count(operation, request.input.len(), end);
    }

    /// The status is one of the operation's own, or what NETIO said.
    fn check_end(&self, operation: Option<Operation>, request: &Request, end: Completion) {
        let [netio, _] = self.netio;
        let status = end.status;
        let documented = match operation {
            None => status == NtStatus::INVALID_DEVICE_REQUEST,
            Some(operation) => {
                // A request that waits for changes needs a handle, and there is none here.
                let homeless = operation == Operation::WatchChanges && status == NtStatus::INVALID_DEVICE_STATE;
                let own = operation.reasons().any(|(documented, _)| documented == status);
                (status == NtStatus::SUCCESS && operation != Operation::WatchChanges) || own || homeless
            }
        };
        if let Some(refusal) = operation.and_then(|operation| refusal(operation, request)) {
            assert_eq!(status, refusal, "{operation:?}: {} bytes in, room for {}", request.input.len(), request.room);
        }
        assert!(documented || netio.gave(status), "{operation:?} ends with {status}, which nobody documents");
        assert!(!status.is_error() || end.information == 0, "{operation:?}: {} bytes with {status}", end.information);
        if REFUSALS.contains(&status) && !netio.gave(status) {
            assert_eq!(netio.calls(), 0, "{operation:?}: NETIO was asked for what ends with {status}: {request:?}");
        }
    }

    fn check_counters(&self, counted: &Counted) {
        let request = Request {
            code: ControlCode::GET_STATISTICS,
            input: RequestHeader::CURRENT.as_bytes().to_vec(),
            room: 1 << 14,
            answers: Vec::new(),
        };
        for (service, netio) in self.services.iter().zip(self.netio) {
            // This one is not counted.
            let (end, output) = dispatch(service, netio, &request, 0);
            check_counters(&output[..end.information], counted);
        }
    }
}

fn serve(service: &Core<'_>, netio: &Answers, request: &Request, garbage: u8) -> (Completion, Vec<u8>) {
    let (end, output) = dispatch(service, netio, request, garbage);
    service.count(Operation::find(request.code), request.input.len(), end);
    (end, output)
}

fn dispatch(service: &Core<'_>, netio: &Answers, request: &Request, garbage: u8) -> (Completion, Vec<u8>) {
    netio.expect(&request.answers);
    let mut output = vec![garbage; request.room];
    let entry = Core::find(request.code);
    let end = in_process(|at| {
        service.dispatch(entry, Circumstances::new(at), &request.input, WriteOnly::from(&mut output[..]))
    });
    (end, output)
}

/// What a request ends with whose lengths are wrong: that of the input counts first.
fn refusal(operation: Operation, request: &Request) -> Option<NtStatus> {
    if !operation.input().fits(request.input.len()) {
        return Some(NtStatus::INFO_LENGTH_MISMATCH);
    }
    (request.room < operation.output().minimum()).then_some(NtStatus::BUFFER_TOO_SMALL)
}

/// An answer has the length that its operation gives it, and a table the rows that it says.
fn check_answer(operation: Option<Operation>, end: Completion, answer: &[u8]) {
    let Some(operation) = operation.filter(|_| end.status.is_success() || !answer.is_empty()) else { return };
    let name = operation.name();
    match operation.output() {
        OutputSize::None => assert!(answer.is_empty(), "{name} answers nothing"),
        OutputSize::Exact(structure) => assert_eq!(answer.len(), structure.size, "{name}"),
        OutputSize::Table { row } => {
            let (header, rows) = TableHeader::read_from_prefix(answer).expect("a table has a header");
            let returned = usize::try_from(header.returned_rows).unwrap_or(usize::MAX);
            assert_eq!((header.row_size as usize, rows.len()), (row.size, returned * row.size), "{name}");
            let all = header.returned_rows == header.total_rows;
            assert!(header.returned_rows <= header.total_rows && all == end.status.is_success(), "{name}: {header:?}");
        }
        OutputSize::Events { .. } => panic!("{name} answered without a handle"),
        OutputSize::Statuses { header } => {
            let statuses = answer.len() - header.size;
            let count = u32::from_le_bytes([answer[0], answer[1], answer[2], answer[3]]) as usize;
            assert_eq!(statuses, count * size_of::<NtStatus>(), "{name}");
        }
    }
}

fn check_counters(answer: &[u8], counted: &Counted) {
    let rows = answer[size_of::<TableHeader>()..].chunks_exact(size_of::<StatisticsRow>());
    counted.check(rows.map(|row| StatisticsRow::read_from_bytes(row).expect("a row of so many bytes")));
}
