//! Targets are made, opened and closed.

use crate::argument::{Given, Out, text_of};
use crate::call::Call;
use crate::device::data::{Device, above};
use crate::file::refused;
use crate::nt::{self, DeviceObject, FileObject, IoStatusBlock, NtObjectAttributes};
use crate::object::attributes::Chosen;
use crate::object::life;
use crate::target::data::{self, Opened, Target};
use crate::target::state;
use crate::{fence, world};
use core::ptr::{from_ref, null_mut};
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_abi::constants::{
    WDF_IO_TARGET_OPEN_BY_NAME, WDF_IO_TARGET_OPEN_REOPEN, WDF_IO_TARGET_OPEN_USE_EXISTING_DEVICE,
};
use wdf_abi::{Handle, TargetOpenParams};
use wdf_model::attributes::Accepts;
use wdf_model::target::State;
use wdf_model::tree::ObjectId;

/// `WdfDeviceGetIoTarget`: none for a control device.
pub fn of_device(call: Call, device: Handle) -> Handle {
    local(call, device).map_or(0, world::handle)
}

fn local(call: Call, device: Handle) -> Result<ObjectId, NtStatus> {
    let mut world = world::lock();
    let id = world.check::<Device>(call, device)?;
    let found = world.get::<Device>(id).ok_or(NtStatus::INVALID_HANDLE)?;
    if let Some(target) = found.target {
        return Ok(target);
    }
    let below = found.attached.ok_or(NtStatus::NOT_FOUND)?;
    let target = data::make(call, &Chosen::check(None, Accepts::PLAIN)?, &mut world, id, Some(below))?;
    if let Some(object) = world.objects.get_mut(target) {
        // It goes with the device, which is not the driver's.
        object.creator = 0;
    }
    if let Some(device) = world.get_mut::<Device>(id) {
        device.target = Some(target);
    }
    Ok(target)
}

/// `WdfIoTargetCreate`.
pub fn create(call: Call, device: Handle, attributes: Option<Given>, out: Out<Handle>) -> Result<(), NtStatus> {
    if out.is_missing() {
        call.null_parameter("no place for the handle");
        return Err(NtStatus::INVALID_PARAMETER);
    }
    let chosen = Chosen::check(attributes, Accepts::PLAIN)?;
    let mut world = world::lock();
    let device = world.check::<Device>(call, device)?;
    if let Some(parent) = chosen.parent()
        && above(&world, world::id(parent)) != Some(device)
    {
        return Err(NtStatus::INVALID_DEVICE_REQUEST);
    }
    life::hand_out(data::make(call, &chosen, &mut world, device, None), out)
}

/// What a target stands for once it is open.
struct Found {
    object: DeviceObject,
    file: Option<FileObject>,
    handle: usize,
}

/// `WdfIoTargetOpen`.
pub fn open(call: Call, target: Handle, given: Option<TargetOpenParams>) -> Result<(), NtStatus> {
    let given = given.ok_or(NtStatus::INVALID_PARAMETER)?;
    if given.size != wdf_abi::size::<TargetOpenParams>() {
        return Err(NtStatus::INFO_LENGTH_MISMATCH);
    }
    let state = world::with::<Target, _>(call, target, |target| target.state)?;
    if !state.can_open() {
        call.report(Violation::BadArgument, "the target is open");
        return Err(NtStatus::INVALID_DEVICE_STATE);
    }
    let found = match given.kind {
        WDF_IO_TARGET_OPEN_USE_EXISTING_DEVICE => existing(&given),
        WDF_IO_TARGET_OPEN_BY_NAME => by_name(call, &given),
        WDF_IO_TARGET_OPEN_REOPEN => {
            call.report(Violation::MissingFunction, "targets are not opened again by what they were opened with");
            Err(NtStatus::NOT_IMPLEMENTED)
        }
        _ => Err(NtStatus::INVALID_PARAMETER),
    }?;
    world::with::<Target, _>(call, target, |target| {
        target.object = Some(found.object);
        target.file = found.file;
        target.handle = found.handle;
        target.state = State::Started;
    })
}

fn existing(given: &TargetOpenParams) -> Result<Found, NtStatus> {
    // SAFETY: the framework's contract asks the driver for a device object, and a file object or none.
    let object = unsafe { DeviceObject::at(given.device) }.ok_or(NtStatus::INVALID_PARAMETER)?;
    // SAFETY: as above.
    Ok(Found { object, file: unsafe { FileObject::at(given.file) }, handle: 0 })
}

const FILE_OPEN: u32 = 1;
const OBJ_CASE_INSENSITIVE: u32 = 0x40;

fn by_name(call: Call, given: &TargetOpenParams) -> Result<Found, NtStatus> {
    // SAFETY: the framework's contract asks the driver for a name.
    let name = unsafe { text_of(&given.name) };
    let name = nt::counted(&name);
    let attributes = NtObjectAttributes {
        length: wdf_abi::size::<NtObjectAttributes>(),
        root: null_mut(),
        name: from_ref(&name),
        attributes: OBJ_CASE_INSENSITIVE,
        security: null_mut(),
        quality: null_mut(),
    };
    let (mut handle, mut outcome) = (null_mut(), IoStatusBlock::default());
    let disposition = if given.disposition == 0 { FILE_OPEN } else { given.disposition };
    // SAFETY: all pointers are to locals that live through the call, or what the driver passed for it.
    let status = unsafe {
        nt::NtCreateFile(
            &raw mut handle,
            given.access,
            &raw const attributes,
            &raw mut outcome,
            given.allocation,
            given.file_attributes,
            given.share,
            disposition,
            given.options,
            given.ea,
            given.ea_length,
        )
    };
    if !status.is_success() {
        return Err(status);
    }
    // Wine's open does not wait for the driver; and before that has seen it, Wine does not know the file object.
    fence::wait_for_dispatcher();
    let handle = handle.expose_provenance();
    let file = file_of(handle).inspect_err(|_| close_handle(handle))?;
    let opened = Opened::new(file, handle);
    if let Some(status) = refused::status(file) {
        opened.close();
        return Err(status);
    }
    let Some(object) = file.opened() else {
        opened.close();
        call.report(
            Violation::StandInFailed,
            "the target is a device of another process; drivers that talk to each other need one LoadOrderGroup",
        );
        return Err(NtStatus::NO_SUCH_DEVICE);
    };
    // SAFETY: the device is that of an open file object.
    let object = unsafe { nt::IoGetAttachedDevice(object) };
    Ok(Found { object, file: Some(file), handle })
}

const KERNEL_MODE: i8 = 0;

fn file_of(handle: usize) -> Result<FileObject, NtStatus> {
    let mut file = null_mut();
    let handle = core::ptr::with_exposed_provenance_mut(handle);
    // SAFETY: the handle is that of a file that was just opened, and the object goes to a local.
    let status =
        unsafe { nt::ObReferenceObjectByHandle(handle, 0, null_mut(), KERNEL_MODE, &raw mut file, null_mut()) };
    // SAFETY: what the handle of a file stands for is a file object.
    let file = unsafe { FileObject::at(file) };
    file.filter(|_| status.is_success()).ok_or(NtStatus::UNSUCCESSFUL)
}

fn close_handle(handle: usize) {
    // SAFETY: the handle was just made, and nobody knows it.
    unsafe { nt::NtClose(core::ptr::with_exposed_provenance_mut(handle)) };
}

/// `WdfIoTargetClose`.
pub fn close(call: Call, target: Handle) {
    leave(call, target, State::Closed);
}

/// `WdfIoTargetCloseForQueryRemove`.
pub fn close_for_query_remove(call: Call, target: Handle) {
    leave(call, target, State::ClosedForQueryRemove);
}

fn leave(call: Call, target: Handle, into: State) {
    let found = world::lock().check::<Target>(call, target);
    let Ok(id) = found else { return };
    if world::lock().get::<Target>(id).is_some_and(|target| target.local) {
        call.report(Violation::BadArgument, "the target for the device below is not the driver's to close");
        return;
    }
    state::end(id, into);
}
