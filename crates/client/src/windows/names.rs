//! Names of interfaces, from the IP Helper of user mode.

use super::call::from_wide;
use crate::InterfaceLuid;
use windows_sys::Win32::{
    Foundation::{ERROR_SUCCESS, WIN32_ERROR},
    NetworkManagement::{
        IpHelper::{ConvertInterfaceLuidToAlias, ConvertInterfaceLuidToNameW},
        Ndis::NET_LUID_LH,
    },
};

/// `NDIS_IF_MAX_STRING_SIZE` and a terminating zero, in characters.
const MAX_NAME: usize = 257;

/// The signature that both conversions share.
type Convert = unsafe extern "system" fn(*const NET_LUID_LH, *mut u16, usize) -> WIN32_ERROR;

pub fn alias(luid: InterfaceLuid) -> Option<String> {
    convert(ConvertInterfaceLuidToAlias, luid)
}

pub fn name(luid: InterfaceLuid) -> Option<String> {
    convert(ConvertInterfaceLuidToNameW, luid)
}

fn convert(function: Convert, luid: InterfaceLuid) -> Option<String> {
    let luid = NET_LUID_LH { Value: luid.0 };
    let mut buffer = [0; MAX_NAME];
    // SAFETY: both functions read one LUID and write at most the given number of characters; both pointers are to
    // locals that outlive the call.
    let error = unsafe { function(&raw const luid, buffer.as_mut_ptr(), buffer.len()) };
    let text = from_wide(&buffer);
    (error == ERROR_SUCCESS && !text.is_empty()).then_some(text)
}
