//! Changes of one interface by many threads at the same time.

use netio_sys::MIB_IPINTERFACE_ROW;
use netioctl_abi::{
    AF_INET, ControlCode, NtError, NtStatus,
    wire::{InterfaceMember, InterfaceRow, RequestHeader, SetInterfaceRequest},
};
use netioctl_core::{Circumstances, Processor, Service, Shell, Statistics};
use netioctl_irql::{PassiveLevel, in_process};
use netioctl_loopback::Memory;
use std::{
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};
use write_only::WriteOnly;
use zerocopy::{FromZeros, IntoBytes};

/// One interface: its row is read and written whole, and a reader dawdles, so that others can come in between.
fn netio() -> Memory {
    let netio = Memory::default();
    let row = MIB_IPINTERFACE_ROW { InterfaceIndex: 7, Family: AF_INET, ..MIB_IPINTERFACE_ROW::default() };
    netio.update(|tables| tables.rows_mut().push(row));
    netio.delay("GetIpInterfaceEntry", Duration::from_micros(50));
    netio
}

#[derive(Default)]
struct Changes(Mutex<()>, Statistics<[Processor; 1]>);

impl Shell for Changes {
    fn alone<R>(&self, _: PassiveLevel<'_>, body: impl FnOnce() -> R) -> Result<R, NtError> {
        let _held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(body())
    }

    fn statistics(&self) -> &Statistics {
        &self.1
    }

    fn processor(&self) -> usize {
        0
    }
}

type Core = Service<Memory, Changes>;

/// What the member of this number holds now.
fn value(netio: &Memory, index: usize) -> u32 {
    let row: MIB_IPINTERFACE_ROW = netio.look(|tables| tables.rows()[0]);
    [row.Metric, row.DadTransmits, row.RetransmitTime, row.BaseReachableTime][index]
}

/// Sets a member that nobody else sets to 1, and on to `ROUNDS`; answers how often something else was there when it was
/// set again.
fn set(service: &Core, netio: &Memory, member: InterfaceMember, index: usize) -> u32 {
    let mut lost = 0;
    for round in 1..=ROUNDS {
        lost += u32::from(value(netio, index) != round - 1);
        let mut row = InterfaceRow { interface_index: 7, family: AF_INET, ..InterfaceRow::new_zeroed() };
        (row.metric, row.dad_transmits) = (round, round);
        (row.retransmit_time, row.base_reachable_time) = (round, round);
        let request = SetInterfaceRequest { header: RequestHeader::CURRENT, members: member.bits(), row };
        let entry = Core::find(ControlCode::SET_INTERFACE);
        let end =
            in_process(|at| service.dispatch(entry, Circumstances::new(at), request.as_bytes(), WriteOnly::empty()));
        assert_eq!(end.status, NtStatus::SUCCESS);
        thread::yield_now();
    }
    lost
}

/// Every member can have these values. Miri, which is a thousand times slower, tries fewer.
const ROUNDS: u32 = if cfg!(miri) { 10 } else { 100 };

#[test]
fn no_change_undoes_another() {
    const MEMBERS: [InterfaceMember; 4] = [
        InterfaceMember::METRIC,
        InterfaceMember::DAD_TRANSMITS,
        InterfaceMember::RETRANSMIT_TIME,
        InterfaceMember::BASE_REACHABLE_TIME,
    ];
    let netio = netio();
    let service = Core::new(netio.clone(), Changes::default(), [0; 3]);
    let lost: Vec<u32> = thread::scope(|scope| {
        let threads: Vec<_> = MEMBERS
            .iter()
            .enumerate()
            .map(|(index, &member)| {
                let (service, netio) = (&service, &netio);
                scope.spawn(move || set(service, netio, member, index))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(lost, [0; 4], "changes that another undid");
    assert_eq!([0, 1, 2, 3].map(|index| value(&netio, index)), [ROUNDS; 4], "the last changes");
}
