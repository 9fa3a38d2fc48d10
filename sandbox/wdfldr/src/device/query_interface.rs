//! Driver-defined interfaces: tables of functions that drivers of one stack ask each other for.

use crate::argument;
use crate::call::Call;
use crate::device::ask;
use crate::device::data::Device;
use crate::device::lower;
use crate::nt::{self, Irp, Pointer};
use crate::target::data::Target;
use crate::{callback, irp, world};
use alloc::vec::Vec;
use core::ptr::{with_exposed_provenance, with_exposed_provenance_mut};
use netioctl_status::NtStatus;
use wdf_abi::{Guid, Handle, InterfaceHeader, ProcessQueryInterface, QueryInterfaceConfig};
use wdf_model::tree::ObjectId;

/// An interface of a device.
#[derive(Clone)]
pub struct Exposed {
    class: Guid,
    /// The table, with its header.
    table: Vec<u8>,
    header: InterfaceHeader,
    process: ProcessQueryInterface,
    /// Whether the driver fills in what another asks it for, instead of being asked for what it has.
    import: bool,
    /// Whether the query goes on to the device below.
    onwards: bool,
}

/// `WdfDeviceAddQueryInterface`.
///
/// # Safety
/// The class and the table of the configuration are there.
pub unsafe fn add(call: Call, device: Handle, config: Option<QueryInterfaceConfig>) -> Result<(), NtStatus> {
    let config = config.ok_or(NtStatus::INVALID_PARAMETER)?;
    if config.size != wdf_abi::size::<QueryInterfaceConfig>() {
        return Err(NtStatus::INFO_LENGTH_MISMATCH);
    }
    // SAFETY: the caller's promise.
    let class = unsafe { argument::read(config.class) }.ok_or(NtStatus::INVALID_PARAMETER)?;
    // SAFETY: the caller's promise.
    let header = unsafe { argument::read(config.table.cast::<InterfaceHeader>()) };
    let header = header.ok_or(NtStatus::INVALID_PARAMETER)?;
    if config.import != 0 && config.process.is_none() {
        return Err(NtStatus::INVALID_PARAMETER);
    }
    // SAFETY: the header says how many bytes the table has.
    let table = unsafe { core::slice::from_raw_parts(config.table.cast::<u8>(), usize::from(header.size)) }.to_vec();
    let (import, onwards) = (config.import != 0, config.send_to_parent != 0);
    let exposed = Exposed { class, table, header, process: config.process, import, onwards };
    world::with::<Device, _>(call, device, |device| device.exposed.push(exposed))
}

/// `IRP_MN_QUERY_INTERFACE`: class, size and version, the table, and data for it.
pub fn answer(device: ObjectId, irp: Irp) -> NtStatus {
    let [class, wanted, place, data] = irp.stack().parameters();
    // SAFETY: whoever asks names a class.
    let class = unsafe { argument::read(with_exposed_provenance::<Guid>(class)) };
    let found = world::lock().get::<Device>(device).and_then(|device| {
        let exposed = device.exposed.iter();
        exposed.clone().find(|exposed| Some(exposed.class) == class).cloned()
    });
    let Some(exposed) = found else { return lower::pass_down(device, irp) };
    let (size, version) = (wanted & 0xFFFF, wanted >> 16 & 0xFFFF);
    if size < exposed.table.len() || version != usize::from(exposed.header.version) {
        return lower::pass_down(device, irp);
    }
    let place: Pointer = with_exposed_provenance_mut(place);
    let status = exposed.hand_out(device, place, with_exposed_provenance_mut(data));
    if !status.is_success() {
        return irp::done(irp, status);
    }
    irp.set_status(NtStatus::SUCCESS);
    if exposed.onwards { lower::pass_down(device, irp) } else { irp::done(irp, NtStatus::SUCCESS) }
}

impl Exposed {
    fn hand_out(&self, device: ObjectId, place: Pointer, data: Pointer) -> NtStatus {
        if !self.import {
            // SAFETY: whoever asks has as much room as it says, which was compared.
            unsafe { self.table.as_ptr().copy_to(place.cast(), self.table.len()) };
        }
        let class = (&raw const self.class).cast_mut().cast();
        let answer =
            callback!("EvtDeviceProcessQueryInterfaceRequest", self.process, world::handle(device), class, place, data);
        let status = answer.unwrap_or(NtStatus::SUCCESS);
        if status.is_success() && !self.import {
            callback!("InterfaceReference", self.header.reference, self.header.context);
        }
        status
    }
}

/// `WdfFdoQueryForInterface`: of the drivers below.
pub fn of_device(
    call: Call,
    device: Handle,
    class: Pointer,
    table: Pointer,
    size: u16,
    version: u16,
    data: Pointer,
) -> Result<(), NtStatus> {
    let below = world::with::<Device, _>(call, device, |device| device.attached)?;
    query(below, class, table, size, version, data)
}

/// `WdfIoTargetQueryForInterface`.
pub fn of_target(
    call: Call,
    target: Handle,
    class: Pointer,
    table: Pointer,
    size: u16,
    version: u16,
    data: Pointer,
) -> Result<(), NtStatus> {
    let object = world::with::<Target, _>(call, target, |target| target.object)?;
    query(object, class, table, size, version, data)
}

fn query(
    device: Option<nt::DeviceObject>,
    class: Pointer,
    table: Pointer,
    size: u16,
    version: u16,
    data: Pointer,
) -> Result<(), NtStatus> {
    let device = device.ok_or(NtStatus::INVALID_DEVICE_STATE)?;
    let wanted = usize::from(size) | usize::from(version) << 16;
    let [class, table, data] = [class, table, data].map(Pointer::expose_provenance);
    let (status, _) = ask::below(device, nt::IRP_MN_QUERY_INTERFACE, [class, wanted, table, data]);
    if status.is_success() { Ok(()) } else { Err(status) }
}
