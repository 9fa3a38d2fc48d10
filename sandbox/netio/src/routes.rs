//! `GetBestRoute2`. The last parameter is the address that its caller goes on at.

use crate::{
    caller::{read, status_of, write_image},
    remote::ask,
    verifier::Call,
};
use core::ffi::c_void;
use netio_sys::{MIB_IPFORWARD_ROW2, SOCKADDR_INET};
use netio_wire::{BestRoute, BestRouteRequest, Operation, Row};
use netioctl_status::NtStatus;

pub unsafe extern "system" fn best(
    luid: *const u64,
    index: u32,
    source: *const SOCKADDR_INET,
    destination: *const SOCKADDR_INET,
    _options: u32,
    route: *mut MIB_IPFORWARD_ROW2,
    from: *mut SOCKADDR_INET,
    caller: *const c_void,
) -> NtStatus {
    let call = Call::new("GetBestRoute2", caller);
    let find = || {
        call.begin()?;
        if route.is_null() || from.is_null() {
            return Err(NtStatus::INVALID_PARAMETER);
        }
        // SAFETY: NETIO's contract: an address, or NULL.
        let destination = unsafe { read(destination) }?.image();
        // SAFETY: NETIO's contract: an address, or NULL.
        let source = unsafe { read(source) };
        let has_source = u32::from(source.is_ok());
        let source = source.unwrap_or_default().image();
        // SAFETY: NETIO's contract: a LUID, or NULL.
        let luid = unsafe { read(luid) }.unwrap_or(0);
        let request = BestRouteRequest { luid, index, has_source, source, destination };
        let best: BestRoute = ask(call, Operation::GetBestRoute2, &request)?.read()?;
        // SAFETY: It is not NULL; NETIO's contract makes it writable.
        unsafe { write_image(route, best.route) };
        // SAFETY: As above.
        unsafe { write_image(from, best.source) };
        Ok(())
    };
    status_of(find())
}
