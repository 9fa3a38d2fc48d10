//! Filter drivers: Wine loads the function driver of a device alone, so its filters are loaded here, before and after it.
//!
//! `LowerFilters` and `UpperFilters` of the device and of its class name their services, as on Windows.

use crate::device::ask;
use crate::lock::Mutex;
use crate::nt::{self, DeviceObject, DriverObject};
use crate::registry::raw::{self, Key};
use crate::{caller, log};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ptr::{null, null_mut};
use netioctl_status::NtStatus;
use verifier_abi::Violation;
use wdf_model::registry;

/// Which filters.
#[derive(Clone, Copy)]
pub enum Side {
    Lower,
    Upper,
}

/// Physical devices whose stack is being made: the filters are added to them, which is no reason to look for filters.
static BUSY: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Filters by the driver object of the function driver that they were loaded for.
static LOADED: Mutex<Vec<(usize, Vec<u16>)>> = Mutex::new(Vec::new());

/// `IRP_MJ_PNP` goes on to each filter: makes the stack of a device around what adds the function driver's device.
pub fn around(driver: DriverObject, pdo: DeviceObject, add: impl FnOnce() -> NtStatus) -> NtStatus {
    let first = {
        let mut busy = BUSY.lock();
        let first = !busy.contains(&pdo.address());
        if first {
            busy.push(pdo.address());
        }
        first
    };
    if !first {
        return add();
    }
    let names = [Side::Lower, Side::Upper].map(|side| names(pdo, side));
    let [lower, upper] = names;
    load(driver, pdo, lower);
    let status = add();
    if status.is_success() {
        load(driver, pdo, upper);
    }
    BUSY.lock().retain(|&busy| busy != pdo.address());
    status
}

fn names(pdo: DeviceObject, side: Side) -> Vec<Vec<u16>> {
    let value: Vec<u16> = match side {
        Side::Lower => "LowerFilters",
        Side::Upper => "UpperFilters",
    }
    .encode_utf16()
    .collect();
    let Ok(device) = ask::instance(pdo).and_then(|instance| raw::of_device(&instance)) else { return Vec::new() };
    let strings = |key: &Key| {
        let value = key.value(&value).and_then(|value| registry::strings(value.kind, &value.bytes));
        value.unwrap_or_default()
    };
    let mut names = strings(&device);
    if let Ok(class) = class_of(&device) {
        names.extend(strings(&class));
    }
    names
}

fn class_of(device: &Key) -> Result<Key, NtStatus> {
    let name: Vec<u16> = "ClassGUID".encode_utf16().collect();
    let value = device.value(&name)?;
    let class = String::from_utf16_lossy(&registry::string(value.kind, &value.bytes)?);
    let path = format!(r"\Registry\Machine\System\CurrentControlSet\Control\Class\{class}");
    Key::open(None, &path.encode_utf16().collect::<Vec<u16>>(), raw::READ)
}

fn load(driver: DriverObject, pdo: DeviceObject, names: Vec<Vec<u16>>) {
    for name in names {
        if let Err(status) = load_one(driver, pdo, &name) {
            let detail =
                format!("the filter {} cannot be added: {:#010x}", String::from_utf16_lossy(&name), status.bits());
            log::violation(Violation::StandInFailed, "AddDevice", &caller::describe(0), &detail);
        }
    }
}

/// `STATUS_IMAGE_ALREADY_LOADED`.
const ALREADY_LOADED: NtStatus = NtStatus::from_bits(0xC000_010E);

fn load_one(driver: DriverObject, pdo: DeviceObject, name: &[u16]) -> Result<(), NtStatus> {
    let service = service(name);
    let path = nt::counted(&service);
    // SAFETY: the name is a local.
    let status = unsafe { nt::ZwLoadDriver(&raw const path) };
    if status.is_success() {
        LOADED.lock().push((driver.address(), service.clone()));
    } else if status != ALREADY_LOADED {
        return Err(status);
    }
    let object: Vec<u16> = r"\Driver\".encode_utf16().chain(name.iter().copied()).collect();
    let object = nt::counted(&object);
    let mut filter = null_mut();
    // SAFETY: the name and the place are locals; nothing else is passed.
    let status = unsafe {
        nt::ObReferenceObjectByName(
            &raw const object,
            OBJ_CASE_INSENSITIVE,
            null(),
            0,
            null(),
            0,
            null_mut(),
            &raw mut filter,
        )
    };
    // SAFETY: what that name stands for is a driver object.
    let found = unsafe { DriverObject::at(filter) }.filter(|_| status.is_success()).ok_or(status)?;
    let outcome = found.add_device(pdo);
    // SAFETY: the object was just referenced.
    unsafe { nt::ObDereferenceObject(filter) };
    if outcome.is_success() { Ok(()) } else { Err(outcome) }
}

const OBJ_CASE_INSENSITIVE: u32 = 0x40;

fn service(name: &[u16]) -> Vec<u16> {
    let services = r"\Registry\Machine\System\CurrentControlSet\Services\";
    services.encode_utf16().chain(name.iter().copied()).collect()
}

/// A function driver goes: what was loaded for it goes as well.
pub fn unload(driver: DriverObject) {
    let mut loaded = LOADED.lock();
    let (mine, others) = core::mem::take(&mut *loaded).into_iter().partition(|(owner, _)| *owner == driver.address());
    *loaded = others;
    drop(loaded);
    let mine: Vec<(usize, Vec<u16>)> = mine;
    for (_, service) in mine.into_iter().rev() {
        let path = nt::counted(&service);
        // SAFETY: the name is a local; the driver has no device any more.
        unsafe { nt::ZwUnloadDriver(&raw const path) };
    }
}
