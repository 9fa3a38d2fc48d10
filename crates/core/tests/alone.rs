//! Changes of one interface by many threads at the same time.

use netio_sys::{MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, SOCKADDR_INET};
use netioctl_abi::{
    AF_INET, ControlCode, NtError, NtStatus,
    wire::{InterfaceMember, InterfaceRow, RequestHeader, SetInterfaceRequest},
};
use netioctl_core::{Circumstances, Netio, Service, TableRow, WaitLock};
use netioctl_irql::{PassiveLevel, in_process};
use std::{
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};
use write_only::WriteOnly;
use zerocopy::{FromZeros, IntoBytes};

/// One interface: its row is read and written whole, and a reader dawdles, so that others can come in between.
#[derive(Default)]
struct Stack {
    row: Mutex<MIB_IPINTERFACE_ROW>,
    changes: Mutex<()>,
}

impl Netio for &Stack {
    type Table<'at, R: TableRow> = Vec<R>;

    fn get_ip_interface_entry(
        &self,
        _: PassiveLevel<'_>,
        _: MIB_IPINTERFACE_ROW,
    ) -> Result<MIB_IPINTERFACE_ROW, NtError> {
        let row = *self.row.lock().unwrap_or_else(PoisonError::into_inner);
        thread::sleep(Duration::from_micros(50));
        Ok(row)
    }

    fn initialize_ip_interface_entry(&self, _: PassiveLevel<'_>) -> MIB_IPINTERFACE_ROW {
        MIB_IPINTERFACE_ROW::default()
    }

    fn set_ip_interface_entry(&self, _: PassiveLevel<'_>, row: MIB_IPINTERFACE_ROW) -> Result<(), NtError> {
        *self.row.lock().unwrap_or_else(PoisonError::into_inner) = row;
        Ok(())
    }

    fn flush_ip_net_table2(&self, _: PassiveLevel<'_>, _: u16, _: u32) -> Result<(), NtError> {
        unreachable!()
    }

    fn set_ip_net_entry2(&self, _: PassiveLevel<'_>, _: MIB_IPNET_ROW2) -> Result<(), NtError> {
        unreachable!()
    }

    fn create_ip_net_entry2(&self, _: PassiveLevel<'_>, _: &MIB_IPNET_ROW2) -> Result<(), NtError> {
        unreachable!()
    }

    fn delete_ip_net_entry2(&self, _: PassiveLevel<'_>, _: &MIB_IPNET_ROW2) -> Result<(), NtError> {
        unreachable!()
    }

    fn get_ip_net_entry2(&self, _: PassiveLevel<'_>, _: MIB_IPNET_ROW2) -> Result<MIB_IPNET_ROW2, NtError> {
        unreachable!()
    }

    fn resolve_ip_net_entry2(
        &self,
        _: PassiveLevel<'_>,
        _: MIB_IPNET_ROW2,
        _: Option<&SOCKADDR_INET>,
    ) -> Result<MIB_IPNET_ROW2, NtError> {
        unreachable!()
    }

    fn get_ip_interface_table<'at>(&self, _: PassiveLevel<'at>, _: u16) -> Result<Vec<MIB_IPINTERFACE_ROW>, NtError> {
        unreachable!()
    }

    fn get_ip_net_table2<'at>(&self, _: PassiveLevel<'at>, _: u16) -> Result<Vec<MIB_IPNET_ROW2>, NtError> {
        unreachable!()
    }
}

impl WaitLock for &Stack {
    fn alone<R>(&self, _: PassiveLevel<'_>, body: impl FnOnce() -> R) -> Result<R, NtError> {
        let _held = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(body())
    }
}

/// What the member of this number holds now.
fn value(stack: &Stack, index: usize) -> u32 {
    let row = *stack.row.lock().unwrap_or_else(PoisonError::into_inner);
    [row.Metric, row.DadTransmits, row.RetransmitTime, row.BaseReachableTime][index]
}

/// Sets a member that nobody else sets to 1, and on to `ROUNDS`; answers how often something else was there when it was
/// set again.
fn set(service: &Service<&Stack, &Stack>, stack: &Stack, member: InterfaceMember, index: usize) -> u32 {
    let mut lost = 0;
    for round in 1..=ROUNDS {
        lost += u32::from(value(stack, index) != round - 1);
        let mut row = InterfaceRow { interface_index: 7, family: AF_INET, ..InterfaceRow::new_zeroed() };
        (row.metric, row.dad_transmits) = (round, round);
        (row.retransmit_time, row.base_reachable_time) = (round, round);
        let request = SetInterfaceRequest { header: RequestHeader::CURRENT, members: member.bits(), row };
        let entry = Service::<&Stack, &Stack>::find(ControlCode::SET_INTERFACE);
        let end =
            in_process(|at| service.dispatch(entry, Circumstances::new(at), request.as_bytes(), WriteOnly::empty()));
        assert_eq!(end.status, NtStatus::SUCCESS);
        thread::yield_now();
    }
    lost
}

/// Every member can have these values.
const ROUNDS: u32 = 100;

#[test]
fn no_change_undoes_another() {
    const MEMBERS: [InterfaceMember; 4] = [
        InterfaceMember::METRIC,
        InterfaceMember::DAD_TRANSMITS,
        InterfaceMember::RETRANSMIT_TIME,
        InterfaceMember::BASE_REACHABLE_TIME,
    ];
    let stack = Stack::default();
    let service = Service::new(&stack, &stack, [0; 3]);
    let lost: Vec<u32> = thread::scope(|scope| {
        let threads: Vec<_> = MEMBERS
            .iter()
            .enumerate()
            .map(|(index, &member)| {
                let (service, stack) = (&service, &stack);
                scope.spawn(move || set(service, stack, member, index))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(lost, [0; 4], "changes that another undid");
    assert_eq!([0, 1, 2, 3].map(|index| value(&stack, index)), [ROUNDS; 4], "the last changes");
}
