//! What the entry stub of a driver calls before and after the driver: `WdfVersionBind` and `WdfVersionUnbind`.

use crate::argument::{self, Argument, Counted, Out};
use crate::inside::IMAGES;
use crate::nt::{self, DriverObject, Pointer};
use crate::{
    caller, census, client, compartment, death, driver, faults, fence, imports, irql, log, retained, schedule,
    settings, table, verifier,
};
use alloc::format;
use alloc::string::String;
use core::ptr::null_mut;
use netioctl_status::NtStatus;
use verifier_abi::{EVENT_BOUND, EVENT_UNBOUND, Violation};
use wdf_abi::releases::RELEASES;
use wdf_abi::{BindInfo, BindInfo2, DriverGlobals, Release, UnicodeString};

const PIN: u32 = 0x01;
const FROM_ADDRESS: u32 = 0x04;
const MAJOR: u32 = 1;

/// Prepares this library, which stays from now on. Later calls change nothing.
pub fn initialize() {
    let mut module = null_mut();
    // SAFETY: the address is of this module, which stays for good: its threads run until the process ends.
    unsafe { nt::GetModuleHandleExW(PIN | FROM_ADDRESS, initialize as *const _, &raw mut module) };
    irql::initialize();
    compartment::initialize();
    caller::initialize();
    death::initialize();
    retained::initialize();
}

/// What the entry stub says about its driver.
struct Asked {
    info: BindInfo,
    /// The longer structure, of a driver that may run on an older framework than the one that it was built for.
    longer: Option<BindInfo2>,
    /// The oldest minor version that the driver is content with, if it says so.
    minimum: Option<u32>,
}

impl Asked {
    /// Reads the bind information.
    ///
    /// # Safety
    /// It is null, or that of an entry stub, with a `Size` that is its own.
    unsafe fn read(info: *const BindInfo) -> Option<Self> {
        // SAFETY: the caller's promise.
        let first = unsafe { argument::read(info) }?;
        // The size says that the structure is the longer one, which begins with the shorter.
        if first.size as usize != size_of::<BindInfo2>() {
            return Some(Self { info: first, longer: None, minimum: None });
        }
        // SAFETY: the caller's promise.
        let longer = unsafe { argument::read(info.cast::<BindInfo2>()) }?;
        // SAFETY: as above: the entry stub names a constant of the driver.
        let minimum = unsafe { argument::read(longer.minimum) };
        Some(Self { info: first, longer: Some(longer), minimum })
    }
}

/// `WdfVersionBind`: gives the driver the function table and its globals.
///
/// # Safety
/// Called by an entry stub, which passes what it has of the driver.
#[unsafe(no_mangle)]
unsafe extern "system" fn WdfVersionBind(
    driver: DriverObject,
    registry_path: *const UnicodeString,
    info: *mut BindInfo,
    globals: *mut *mut DriverGlobals,
) -> NtStatus {
    initialize();
    log::open();
    fence::wait_for_dispatcher();
    settings::load();
    schedule::begin();
    census::begin();
    faults::begin();
    if let Some(status) = faults::refusal("WdfVersionBind") {
        return status;
    }
    let release = settings::release();
    // SAFETY: the entry stub's promise.
    let Some(asked) = (unsafe { Asked::read(info) }) else { return NtStatus::INVALID_PARAMETER };
    let newer = match check(&asked, release) {
        Ok(newer) => newer,
        Err(why) => {
            // What the loader of Windows 10 answers a driver that wants more than its 1.31, too.
            caller::report(Violation::BadArgument, "WdfVersionBind", &why);
            return NtStatus::INVALID_PARAMETER;
        }
    };
    if let Some(places) = asked.longer {
        // SAFETY: the places are those of the entry stub's own bind information.
        unsafe { tell(info, &places, release, newer) };
    }
    let image = caller::module_of(asked.info.function_table.addr());
    // SAFETY: the image is that of the driver, whose entry stub waits for this function.
    unsafe { imports::redirect(image, "WdfVersionBind") };
    // SAFETY: the entry stub's promise.
    let registry_path: Option<Counted<'_>> = unsafe { Argument::from_raw(registry_path) };
    let public = client::add(driver, registry_path.map(|path| path.text()).unwrap_or_default(), image);
    log::event(EVENT_BOUND, &caller::module_name(image));
    // SAFETY: the entry stub's promise.
    unsafe { put(asked.info.function_table, table::pointer(release)) };
    // SAFETY: the entry stub's promise.
    unsafe { put(globals, public) };
    NtStatus::SUCCESS
}

/// Stores a result in the place for it, if there is one.
///
/// # Safety
/// The place is null or valid for writes.
unsafe fn put<T>(place: *mut T, value: T) {
    // SAFETY: the caller's promise.
    unsafe { Out::from_raw(place) }.set(value);
}

/// Whether a release binds a driver, as the loader and the framework see to it, and whether the driver was built for a
/// newer one.
fn check(asked: &Asked, release: Release) -> Result<bool, String> {
    let here = release.minor;
    let info = &asked.info;
    if asked.longer.is_none() && info.size as usize != size_of::<BindInfo>() {
        return Err(format!("bind information of {} bytes", info.size));
    }
    let minimum = asked.minimum.unwrap_or(info.minor);
    if info.major != MAJOR || minimum > here {
        return Err(format!("KMDF {}.{minimum} asked for, {MAJOR}.{here} is here", info.major));
    }
    if minimum > info.minor {
        return Err(format!("built for KMDF 1.{}, but content with nothing older than 1.{minimum}", info.minor));
    }
    let newer = info.minor > here;
    let counts = RELEASES.iter().filter(|known| newer || known.minor <= here);
    if !counts.into_iter().any(|known| known.functions == info.function_count as usize) {
        return Err(format!("{} functions asked for, which no release has", info.function_count));
    }
    Ok(newer)
}

/// Tells a driver whether it was built for a newer framework, and then what this one has.
///
/// # Safety
/// The structure and the places are those of an entry stub, parts of the driver's image that nobody else writes.
unsafe fn tell(info: *mut BindInfo, places: &BindInfo2, release: Release, newer: bool) {
    // SAFETY: the caller's promise.
    unsafe { put(places.client_is_newer, u8::from(newer)) };
    if !newer {
        return;
    }
    let [functions, structures] =
        [release.functions, release.structures].map(|count| u32::try_from(count).unwrap_or(0));
    // SAFETY: the caller's promise.
    unsafe { (*info).function_count = functions };
    // SAFETY: the caller's promise.
    unsafe { put(places.function_count, functions) };
    // SAFETY: the caller's promise.
    unsafe { put(places.structure_count, structures) };
    // SAFETY: the caller's promise.
    unsafe { put(places.structures, table::structure_sizes(release)) };
}

/// `WdfVersionUnbind`: the driver is gone; whatever it left is a violation.
#[unsafe(no_mangle)]
extern "system" fn WdfVersionUnbind(
    _registry_path: *const UnicodeString,
    _info: *const BindInfo,
    globals: *mut DriverGlobals,
) {
    let Some(client) = client::remove(globals.addr()) else { return };
    IMAGES.wait(client.image);
    driver::life::destroy(&client);
    driver::life::report_leaks(&client);
    verifier::settle(client.image);
    log::event(EVENT_UNBOUND, &caller::module_name(client.image));
}

/// `WdfVersionBindClass`: class extensions are not part of this machine.
#[unsafe(no_mangle)]
extern "system" fn WdfVersionBindClass(_info: Pointer, _globals: Pointer, _class: Pointer) -> NtStatus {
    initialize();
    caller::report(Violation::MissingFunction, "WdfVersionBindClass", "class extensions are not provided");
    NtStatus::NOT_IMPLEMENTED
}

/// `WdfVersionUnbindClass`.
#[unsafe(no_mangle)]
extern "system" fn WdfVersionUnbindClass(_info: Pointer, _globals: Pointer, _class: Pointer) {
    caller::report(Violation::MissingFunction, "WdfVersionUnbindClass", "class extensions are not provided");
}
