//! An IRP becomes a request.

use crate::call::Call;
use crate::device::data::Device;
use crate::file::end;
use crate::nt::Irp;
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::request::data::{Request, Sending};
use crate::{compartment, faults, nt, world};
use alloc::vec::Vec;
use netioctl_status::NtStatus;
use wdf_abi::Function;
use wdf_abi::constants::{WDF_DEVICE_IO_DIRECT, WDF_DEVICE_IO_NEITHER};
use wdf_model::attributes::Accepts;
use wdf_model::buffer::Method;
use wdf_model::irql::Irql;
use wdf_model::request::Life;
use wdf_model::tree::ObjectId;

/// Makes a request of an IRP.
pub fn arrive(device: ObjectId, irp: Irp, irql: Irql) -> Result<ObjectId, NtStatus> {
    faults::allocation("WDFREQUEST")?;
    let stack = irp.stack();
    let (major, parameters) = (stack.major(), stack.parameters());
    let mut world = world::lock();
    let owner = world.get::<Device>(device).ok_or(NtStatus::INVALID_DEVICE_REQUEST)?;
    let control = matches!(major, nt::IRP_MJ_DEVICE_CONTROL | nt::IRP_MJ_INTERNAL_DEVICE_CONTROL);
    let method = if control {
        Method::of_control_code(u32::try_from(parameters[2] & 0xFFFF_FFFF).unwrap_or(0))
    } else {
        transfer_method(owner.init.io_type)
    };
    let chosen = Chosen::check(owner.init.request_attributes, Accepts::PLAIN)?;
    let request = Request {
        irp,
        device,
        life: Life::new(),
        cancel: None,
        cancelled: false,
        acknowledged: false,
        irql,
        compartment: compartment::of_sender(),
        major,
        minor: stack.minor(),
        parameters,
        file: stack.file(),
        method,
        input: None,
        output: None,
        mdls: Vec::new(),
        handler: 0,
        sending: Sending::default(),
    };
    let call = Call::internal(Function::WdfDeviceEnqueueRequest);
    let id = life::create(&mut world, call, &chosen, None, request)?;
    if let Some(object) = world.objects.get_mut(id) {
        // The I/O manager's, not the driver's: what happens to it is accounted for by its own rules.
        object.creator = 0;
    }
    world.irps.insert(irp.address(), id);
    end::request_arrived(device, stack.file());
    Ok(id)
}

fn transfer_method(io_type: i32) -> Method {
    match io_type {
        WDF_DEVICE_IO_DIRECT => Method::OutDirect,
        WDF_DEVICE_IO_NEITHER => Method::Neither,
        _ => Method::Buffered,
    }
}
