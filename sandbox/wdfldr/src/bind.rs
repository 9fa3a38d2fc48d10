//! What the entry stub of a driver calls before and after the driver: `WdfVersionBind` and `WdfVersionUnbind`.

use crate::nt::{self, DriverObject, Pointer};
use crate::{
    caller, client, compartment, death, driver, fence, imports, irql, log, retained, settings, table, verifier,
};
use alloc::format;
use alloc::string::String;
use core::ptr::null_mut;
use verifier_abi::{EVENT_BOUND, EVENT_UNBOUND, Violation};
use wdf_abi::releases::RELEASES;
use wdf_abi::{BindInfo, BindInfo2, DriverGlobals, Release, UnicodeString};
use wdf_model::status::{self, Status};

const PIN: u32 = 0x01;
const FROM_ADDRESS: u32 = 0x04;
const MAJOR: u32 = 1;

fn initialize() {
    let mut module = null_mut();
    // SAFETY: the address is of this module, which stays for good: its threads run until the process ends.
    unsafe { nt::GetModuleHandleExW(PIN | FROM_ADDRESS, initialize as *const _, &raw mut module) };
    irql::initialize();
    compartment::initialize();
    caller::initialize();
    log::open();
    death::initialize();
    retained::initialize();
}

/// `WdfVersionBind`: gives the driver the function table and its globals.
#[unsafe(no_mangle)]
extern "system" fn WdfVersionBind(
    driver: DriverObject,
    registry_path: *const UnicodeString,
    info: *mut BindInfo,
    globals: *mut *mut DriverGlobals,
) -> Status {
    initialize();
    fence::wait_for_dispatcher();
    settings::load();
    let release = settings::release();
    let Some(asked) = nt::read(info.cast_const()) else { return status::INVALID_PARAMETER };
    // The size says that the structure is the longer one, which begins with the shorter.
    let longer = asked.size as usize == size_of::<BindInfo2>();
    let for_older = if longer { nt::read(info.cast_const().cast::<BindInfo2>()) } else { None };
    let newer = match check(&asked, for_older, release) {
        Ok(newer) => newer,
        Err(why) => {
            // What the loader of Windows 10 answers a driver that wants more than its 1.31, too.
            caller::report(Violation::BadArgument, "WdfVersionBind", &why);
            return status::INVALID_PARAMETER;
        }
    };
    if let Some(places) = for_older {
        tell(info, &places, release, newer);
    }
    let image = caller::module_of(asked.function_table.addr());
    imports::redirect(image);
    let public = client::add(driver, nt::text(registry_path).unwrap_or_default(), image);
    log::event(EVENT_BOUND, &caller::module_name(image));
    nt::write(asked.function_table, table::pointer(release));
    nt::write(globals, public);
    status::SUCCESS
}

/// Whether a release binds a driver, as the loader and the framework see to it, and whether the driver was built for a
/// newer one.
fn check(info: &BindInfo, for_older: Option<BindInfo2>, release: Release) -> Result<bool, String> {
    let here = release.minor;
    let minimum = match for_older {
        Some(info) => nt::read(info.minimum).unwrap_or(info.first.minor),
        None if info.size as usize == size_of::<BindInfo>() => info.minor,
        None => return Err(format!("bind information of {} bytes", info.size)),
    };
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
fn tell(info: *mut BindInfo, places: &BindInfo2, release: Release, newer: bool) {
    nt::write(places.client_is_newer, u8::from(newer));
    if !newer {
        return;
    }
    // SAFETY: the entry stub passes its bind information, which is part of the driver's image and written by nobody else.
    if let Some(info) = unsafe { info.as_mut() } {
        info.function_count = release.functions as u32;
    }
    nt::write(places.function_count, release.functions as u32);
    nt::write(places.structure_count, release.structures as u32);
    nt::write(places.structures, table::structure_sizes(release));
}

/// `WdfVersionUnbind`: the driver is gone; whatever it left is a violation.
#[unsafe(no_mangle)]
extern "system" fn WdfVersionUnbind(
    _registry_path: *const UnicodeString,
    _info: *const BindInfo,
    globals: *mut DriverGlobals,
) {
    let Some(client) = client::remove(globals.addr()) else { return };
    driver::life::destroy(&client);
    driver::life::report_leaks(&client);
    verifier::settle(client.image);
    log::event(EVENT_UNBOUND, &caller::module_name(client.image));
}

/// `WdfVersionBindClass`: class extensions are not part of this machine.
#[unsafe(no_mangle)]
extern "system" fn WdfVersionBindClass(_info: Pointer, _globals: Pointer, _class: Pointer) -> Status {
    initialize();
    caller::report(Violation::MissingFunction, "WdfVersionBindClass", "class extensions are not provided");
    status::NOT_IMPLEMENTED
}

/// `WdfVersionUnbindClass`.
#[unsafe(no_mangle)]
extern "system" fn WdfVersionUnbindClass(_info: Pointer, _globals: Pointer, _class: Pointer) {
    caller::report(Violation::MissingFunction, "WdfVersionUnbindClass", "class extensions are not provided");
}
