//! What the entry stub of a driver calls before and after the driver: `WdfVersionBind` and `WdfVersionUnbind`.

use crate::call;
use crate::driver;
use crate::imports;
use crate::irql;
use crate::log;
use crate::nt::{self, DriverObject, Pointer};
use crate::table;
use crate::verifier;
use crate::world;
use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ptr::null_mut;
use verifier_abi::Violation;
use wdf_abi::{BindInfo, DriverGlobals, FUNCTION_COUNT, UnicodeString};
use wdf_model::status::{self, Status};

/// A driver that is bound.
pub struct Client {
    pub driver: DriverObject,
    pub globals: *mut DriverGlobals,
    pub registry_path: Vec<u16>,
    /// Where its image lies.
    pub image: usize,
}

// SAFETY: the driver object and the globals belong to the driver as a whole, not to one of its threads.
unsafe impl Send for Client {}
// SAFETY: as above; the globals are written while the driver is bound and unbound only.
unsafe impl Sync for Client {}

const PIN: u32 = 0x01;
const FROM_ADDRESS: u32 = 0x04;
const MAJOR: u32 = 1;
const MINOR: u32 = 33;
/// Sizes of the bind information: without and with what a driver may ask of frameworks older than itself.
const SIZES: [u32; 2] = [0x30, 0x58];

fn initialize() {
    let mut module = null_mut();
    // SAFETY: the address is of this module, which stays for good: its threads run until the process ends.
    unsafe { nt::GetModuleHandleExW(PIN | FROM_ADDRESS, initialize as *const _, &raw mut module) };
    irql::initialize();
    call::initialize();
    log::open();
}

/// `WdfVersionBind`: gives the driver the function table and its globals.
#[unsafe(no_mangle)]
extern "system" fn WdfVersionBind(
    driver: DriverObject,
    registry_path: *const UnicodeString,
    info: *const BindInfo,
    globals: *mut *mut DriverGlobals,
) -> Status {
    initialize();
    // SAFETY: the entry stub passes its bind information, which is part of the driver's image.
    let Some(info) = (unsafe { info.as_ref() }) else { return status::INVALID_PARAMETER };
    if let Err(why) = check(info) {
        call::report(Violation::BadArgument, "WdfVersionBind", &why);
        return status::INVALID_PARAMETER;
    }
    let image = call::module_of(info.function_table.addr());
    imports::redirect(image);
    let public = Box::into_raw(Box::new(DriverGlobals {
        driver: 0,
        driver_flags: 0,
        driver_tag: 0,
        driver_name: [0; 32],
        displace_driver_unload: 0,
    }));
    let registry_path = nt::text(registry_path).unwrap_or_default();
    let client = Arc::new(Client { driver, globals: public, registry_path, image });
    world::lock().clients.push(client);
    nt::write(info.function_table, table::pointer());
    nt::write(globals, public);
    status::SUCCESS
}

fn check(info: &BindInfo) -> Result<(), alloc::string::String> {
    if !SIZES.contains(&info.size) {
        return Err(format!("bind information of {} bytes", info.size));
    }
    if info.major != MAJOR || info.minor > MINOR {
        return Err(format!("KMDF {}.{} asked for, {MAJOR}.{MINOR} is here", info.major, info.minor));
    }
    if info.function_count as usize > FUNCTION_COUNT {
        return Err(format!("{} functions asked for, {FUNCTION_COUNT} are here", info.function_count));
    }
    Ok(())
}

/// `WdfVersionUnbind`: the driver is gone; whatever it left is a violation.
#[unsafe(no_mangle)]
extern "system" fn WdfVersionUnbind(
    _registry_path: *const UnicodeString,
    _info: *const BindInfo,
    globals: *mut DriverGlobals,
) {
    let mut world = world::lock();
    let at = world.clients.iter().position(|client| client.globals == globals);
    let client = at.map(|at| world.clients.remove(at));
    drop(world);
    let Some(client) = client else { return };
    driver::destroy(&client);
    driver::report_leaks(&client);
    verifier::settle(client.image);
    // SAFETY: the globals came from a box in `WdfVersionBind`, and no client refers to them any more.
    drop(unsafe { Box::from_raw(globals) });
}

/// `WdfVersionBindClass`: class extensions are not part of this machine.
#[unsafe(no_mangle)]
extern "system" fn WdfVersionBindClass(_info: Pointer, _globals: Pointer, _class: Pointer) -> Status {
    initialize();
    call::report(Violation::MissingFunction, "WdfVersionBindClass", "class extensions are not provided");
    status::NOT_IMPLEMENTED
}

/// `WdfVersionUnbindClass`.
#[unsafe(no_mangle)]
extern "system" fn WdfVersionUnbindClass(_info: Pointer, _globals: Pointer, _class: Pointer) {
    call::report(Violation::MissingFunction, "WdfVersionUnbindClass", "class extensions are not provided");
}
