//! A machine with the driver on it, and requests as programs send them.

use crate::{device::Netioctl, locks, network};
use kmdf::{
    NtStatus,
    machine::{Caller, Machine, on_machine, threads::JoinHandle},
};
use netioctl_abi::{
    ControlCode, Operation,
    wire::{RequestHeader, StatisticsRow, TableHeader, WatchFlags, WatchRequest, WatchSources},
};
use netioctl_client::{InterfaceKey, NeighborKey};
use std::{
    env,
    net::Ipv4Addr,
    sync::{Mutex, PoisonError},
};
use wdf_model::tree::ObjectId;
use zerocopy::{FromBytes, IntoBytes};

/// The driver's image has one set of statics, so one machine at a time.
static ONE: Mutex<()> = Mutex::new(());

/// How many orders are tried of each test, at random and again with few preemptions; the variable asks for more.
const ORDERS: usize = 25;
const VARIABLE: &str = "NETIOCTL_ORDERS";

/// Room for the answer of any request here.
const ROOM: usize = 4096;

/// A machine with the driver and its device.
#[derive(Clone, Copy)]
pub struct Run {
    machine: &'static Machine,
    pub device: ObjectId,
}

/// A handle of a program.
#[derive(Clone, Copy)]
pub struct Handle {
    run: Run,
    file: ObjectId,
}

/// A request that has been sent.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    id: ObjectId,
}

/// Runs a test in many orders of the steps of its threads. In the end nothing is left of it.
pub fn in_many_orders(test: fn(Run)) {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    TEST.set(Some(test));
    let orders = env::var(VARIABLE).map_or(ORDERS, |orders| orders.parse().expect(VARIABLE));
    kmdf::machine::threads::in_orders(one, orders);
}

/// One order of the test of this thread.
fn one() {
    let test = TEST.get().expect("a test");
    on_machine(|machine| {
        // The image is loaded anew.
        locks::CHANGES.forget();
        network::reset();
        Machine::start::<Netioctl>();
        let device = machine.add_device().expect("a device");
        test(Run { machine, device });
        assert_eq!(network::registrations(), 0, "nothing stays registered");
        machine.unload();
    });
}

thread_local! {
    static TEST: std::cell::Cell<Option<fn(Run)>> = const { std::cell::Cell::new(None) };
}

impl Run {
    /// Opens a handle for reading and writing.
    pub fn open(self) -> Handle {
        let caller = Caller { access: 3, logon_session: Some(1) };
        Handle { run: self, file: self.machine.open(self.device, caller).expect("a handle") }
    }

    /// Runs something on another thread.
    pub fn spawn(self, body: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
        self.machine.spawn(body)
    }

    /// Runs all of these at the same time.
    pub fn together(self, bodies: impl IntoIterator<Item = Box<dyn FnOnce() + Send>>) {
        let threads: Vec<_> = bodies.into_iter().map(|body| self.spawn(body)).collect();
        for thread in threads {
            thread.join().expect("a thread");
        }
    }

    /// The device is removed, as far as the driver sees it; handles may be open.
    pub fn begin_removal(self) {
        self.machine.begin_removal(self.device);
    }

    /// The removal comes to its end, all handles having been closed.
    pub fn finish_removal(self) {
        self.machine.finish_removal(self.device);
    }

    /// The device is removed.
    pub fn remove(self) {
        self.machine.remove(self.device);
    }

    /// Presents a request to the driver, on this thread.
    pub fn present(self, request: Request) {
        self.machine.present(request.id);
    }

    /// `CancelIoEx`.
    pub fn cancel(self, request: Request) {
        self.machine.cancel(request.id);
    }

    /// How a request has ended, which it must have.
    pub fn end_of(self, request: Request) -> NtStatus {
        self.machine.end_of(request.id).expect("every request ends").status
    }

    /// How a request has ended, once it has.
    pub fn wait_for(self, request: Request) -> NtStatus {
        self.machine.wait_for(request.id).status
    }

    /// Whether it has ended.
    pub fn has_ended(self, request: Request) -> bool {
        self.machine.end_of(request.id).is_some()
    }

    /// What the driver answers to a request that is served at once.
    pub fn ask(self, handle: Handle, code: ControlCode, input: &[u8]) -> Vec<u8> {
        let request = handle.request(code, input);
        self.present(request);
        let end = self.machine.end_of(request.id).expect("it is served at once");
        assert!(end.status.is_success(), "{end:?}");
        end.output[..end.information].to_vec()
    }
}

impl Handle {
    fn request(self, code: ControlCode, input: &[u8]) -> Request {
        let Run { machine, device } = self.run;
        Request { id: machine.arrive(device, Some(self.file), code.raw(), input, ROOM, Caller::default()) }
    }

    /// A request that waits for changes of these, on its way to the driver.
    pub fn watch(self, sources: WatchSources) -> Request {
        self.request(ControlCode::WATCH_CHANGES, WatchRequest::new(sources, 0, WatchFlags::empty()).as_bytes())
    }

    /// A request for a neighbor, on its way to the driver.
    pub fn resolve(self) -> Request {
        let neighbor = NeighborKey::new(InterfaceKey::Index(1), Ipv4Addr::new(192, 0, 2, 9).into());
        self.request(ControlCode::RESOLVE_NEIGHBOR, neighbor.to_resolve_request(None).as_bytes())
    }

    /// Sets the counters to zero. Reading and resetting are counted as well, elsewhere.
    pub fn reset_statistics(self) {
        self.run.ask(self, ControlCode::RESET_STATISTICS, RequestHeader::CURRENT.as_bytes());
    }

    /// The counters of an operation.
    pub fn statistics(self, operation: Operation) -> StatisticsRow {
        let table = self.run.ask(self, ControlCode::GET_STATISTICS, RequestHeader::CURRENT.as_bytes());
        let rows = table[size_of::<TableHeader>()..].chunks_exact(size_of::<StatisticsRow>());
        let mut rows = rows.map(|row| StatisticsRow::read_from_bytes(row).expect("a row"));
        rows.find(|row| row.code == operation.code().raw()).expect("a row of the operation")
    }

    /// The handle is closed.
    pub fn close(self) {
        self.run.machine.close(self.file);
    }

    /// How many references the driver has to the handle's file object.
    pub fn references(self) -> u32 {
        self.run.machine.lock().tree.extra_references(self.file)
    }
}
