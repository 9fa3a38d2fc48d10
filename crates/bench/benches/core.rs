//! What the driver's own decisions cost, natively: a NETIO that answers at once, and a copy of the same bytes beside each
//! table.
//!
//! `cargo bench -p netioctl-bench --bench core`
#![forbid(unsafe_code)]

use std::{
    cell::Cell,
    hint::black_box,
    sync::Barrier,
    thread,
    time::{Duration, Instant as Moment},
};

use criterion::{BenchmarkId, Criterion, Throughput};
use netio_sys::{MIB_IPFORWARD_ROW2, MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, SOCKADDR_INET};
use netioctl_abi::wire::{
    FamilyRequest, InterfaceRow, NeighborKey, NeighborRequest, NeighborRow, RequestHeader, TableHeader,
};
use netioctl_abi::{ControlCode, NtError, Operation};
use netioctl_core::{Circumstances, Completion, Netio, Processor, RouteQuery, Service, Shell, Statistics, TableRow};
use netioctl_irql::{PassiveLevel, in_process};
use netioctl_loopback::{Alone, Tables};
use write_only::WriteOnly;
use zerocopy::{FromZeros, IntoBytes};

/// Rows of each table that is read. They stay in the cache of one processor, so that the memory's speed is not measured.
const ROWS: usize = 1000;

/// Answers every call at once.
struct Instant(Tables);

impl<'tables> Netio for &'tables Instant {
    type Table<'at, R: TableRow> = &'tables [R];

    fn flush_ip_net_table2(&self, _: PassiveLevel<'_>, _: u16, _: u32) -> Result<(), NtError> {
        Ok(())
    }

    fn set_ip_net_entry2(&self, _: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<(), NtError> {
        black_box(row);
        Ok(())
    }

    fn create_ip_net_entry2(&self, _: PassiveLevel<'_>, _: &MIB_IPNET_ROW2) -> Result<(), NtError> {
        Ok(())
    }

    fn delete_ip_net_entry2(&self, _: PassiveLevel<'_>, _: &MIB_IPNET_ROW2) -> Result<(), NtError> {
        Ok(())
    }

    fn get_ip_net_entry2(&self, _: PassiveLevel<'_>, row: MIB_IPNET_ROW2) -> Result<MIB_IPNET_ROW2, NtError> {
        Ok(row)
    }

    fn resolve_ip_net_entry2(
        &self,
        _: PassiveLevel<'_>,
        row: MIB_IPNET_ROW2,
        _: Option<&SOCKADDR_INET>,
    ) -> Result<MIB_IPNET_ROW2, NtError> {
        Ok(row)
    }

    fn get_best_route2(
        &self,
        _: PassiveLevel<'_>,
        query: &RouteQuery,
    ) -> Result<(MIB_IPFORWARD_ROW2, SOCKADDR_INET), NtError> {
        Ok((MIB_IPFORWARD_ROW2::default(), query.destination))
    }

    fn get_ip_interface_entry(
        &self,
        _: PassiveLevel<'_>,
        row: MIB_IPINTERFACE_ROW,
    ) -> Result<MIB_IPINTERFACE_ROW, NtError> {
        Ok(row)
    }

    fn initialize_ip_interface_entry(&self, _: PassiveLevel<'_>) -> MIB_IPINTERFACE_ROW {
        MIB_IPINTERFACE_ROW::default()
    }

    fn set_ip_interface_entry(&self, _: PassiveLevel<'_>, _: MIB_IPINTERFACE_ROW) -> Result<(), NtError> {
        Ok(())
    }

    fn table<'at, R: TableRow>(&self, _: PassiveLevel<'at>, _: u16) -> Result<&'tables [R], NtError> {
        Ok(self.0.rows())
    }
}

type Core<'tables> = Service<&'tables Instant, Alone>;

/// The shell of a driver whose threads each stay on a processor of their own, or all count on the first one.
struct Processors<'a> {
    statistics: &'a Statistics,
    shared: bool,
}

thread_local! {
    static PROCESSOR: Cell<usize> = const { Cell::new(0) };
}

impl Shell for Processors<'_> {
    fn alone<R>(&self, _: PassiveLevel<'_>, body: impl FnOnce() -> R) -> Result<R, NtError> {
        Ok(body())
    }

    fn statistics(&self) -> &Statistics {
        self.statistics
    }

    fn processor(&self) -> usize {
        if self.shared { 0 } else { PROCESSOR.get() }
    }
}

/// From the control code to the completion, counted, as the driver does it.
fn serve<S: Shell>(core: &Service<&Instant, S>, code: ControlCode, input: &[u8], output: &mut [u8]) -> Completion {
    in_process(|at| {
        let entry = Service::find(code);
        let operation = entry.map(|entry| entry.operation);
        let end = core.dispatch(entry, Circumstances::new(at), black_box(input), WriteOnly::from(output));
        core.count(operation, input.len(), end);
        end
    })
}

fn requests(criterion: &mut Criterion) {
    let instant = Instant(Tables::default());
    let core = Core::new(&instant, Alone::new(), [0, 1, 0]);
    let mut group = criterion.benchmark_group("request");
    let unknown = ControlCode::from_raw(0xffff_fffc);
    group.bench_function("unknown", |bencher| bencher.iter(|| serve(&core, unknown, &[], &mut [])));
    let mut address = [0; 16];
    address[..4].copy_from_slice(&[192, 0, 2, 7]);
    let key =
        NeighborKey { interface_luid: 1, family: 2, address, physical_address_length: 6, ..NeighborKey::new_zeroed() };
    let mut set = NeighborRequest { header: RequestHeader::CURRENT, key, ..NeighborRequest::new_zeroed() };
    set.physical_address[..6].copy_from_slice(&[2, 0, 0, 0, 0, 7]);
    let set_code = Operation::SetNeighbor.code();
    assert!(serve(&core, set_code, set.as_bytes(), &mut []).status.is_success());
    group.bench_function("set", |bencher| bencher.iter(|| serve(&core, set_code, set.as_bytes(), &mut [])));
    let flush = FamilyRequest::new(0);
    let flush_code = Operation::FlushNeighbors.code();
    assert!(serve(&core, flush_code, flush.as_bytes(), &mut []).status.is_success());
    group.bench_function("flush", |bencher| bencher.iter(|| serve(&core, flush_code, flush.as_bytes(), &mut [])));
}

/// The same request on all processors at once: with counters of their own, and with those of one.
fn threads(criterion: &mut Criterion) {
    let flush = FamilyRequest::new(0);
    let code = Operation::FlushNeighbors.code();
    let all = thread::available_parallelism().map_or(1, usize::from);
    let mut group = criterion.benchmark_group("threads");
    for (name, shared, count) in [("one", false, 1), ("all", false, all), ("all-share", true, all)] {
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|times| {
                let statistics: Box<Statistics<[Processor; 64]>> = Box::default();
                on_threads(count, || {
                    let instant = Instant(Tables::default());
                    let core = Service::new(&instant, Processors { statistics: &*statistics, shared }, [0, 1, 0]);
                    for _ in 0..times {
                        serve(&core, code, flush.as_bytes(), &mut []);
                    }
                })
            });
        });
    }
}

/// How long it takes until all threads are done, from when the first one begins.
fn on_threads(count: usize, work: impl Fn() + Sync) -> Duration {
    let start = Barrier::new(count);
    let spans: Vec<(Moment, Moment)> = thread::scope(|scope| {
        let run = |number| {
            let (start, work) = (&start, &work);
            scope.spawn(move || {
                PROCESSOR.set(number);
                start.wait();
                let begin = Moment::now();
                work();
                (begin, Moment::now())
            })
        };
        let threads: Vec<_> = (0..count).map(run).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    let begin = spans.iter().map(|span| span.0).min().expect("a thread");
    let end = spans.iter().map(|span| span.1).max().expect("a thread");
    end - begin
}

/// A table of one kind, and a copy of as many bytes.
fn table<R: TableRow>(criterion: &mut Criterion, name: &str, operation: Operation, row: R, size: usize) {
    let mut tables = Tables::default();
    tables.rows_mut().extend(std::iter::repeat_n(row, ROWS));
    let instant = Instant(tables);
    let core = Core::new(&instant, Alone::new(), [0, 1, 0]);
    let request = FamilyRequest::new(0);
    let length = size_of::<TableHeader>() + ROWS * size;
    let mut output = vec![0; length];
    let end = serve(&core, operation.code(), request.as_bytes(), &mut output);
    assert_eq!(end, Completion::success(length));
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(length as u64));
    group.bench_function(BenchmarkId::new("table", ROWS), |bencher| {
        bencher.iter(|| serve(&core, operation.code(), request.as_bytes(), black_box(&mut output)));
    });
    let from = output.clone();
    group.bench_function(BenchmarkId::new("copy", ROWS), |bencher| {
        bencher.iter(|| black_box(&mut output[..]).copy_from_slice(black_box(&from)));
    });
}

fn tables(criterion: &mut Criterion) {
    let address = SOCKADDR_INET { si_family: 23, sin6_addr: [0xfd; 16], ..SOCKADDR_INET::default() };
    let neighbor = MIB_IPNET_ROW2 { Address: address, PhysicalAddressLength: 6, ..MIB_IPNET_ROW2::default() };
    table(criterion, "neighbors", Operation::GetNeighborTable, neighbor, size_of::<NeighborRow>());
    let interface = MIB_IPINTERFACE_ROW { Family: 2, ..MIB_IPINTERFACE_ROW::default() };
    table(criterion, "interfaces", Operation::GetInterfaceTable, interface, size_of::<InterfaceRow>());
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    requests(&mut criterion);
    threads(&mut criterion);
    tables(&mut criterion);
    criterion.final_summary();
}
