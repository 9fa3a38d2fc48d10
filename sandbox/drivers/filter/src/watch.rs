//! A request of the filter's own that stays with the device below, as that of a driver which waits for news. Whenever it comes
//! back, the filter says why, and sends it again if it was cancelled.

use crate::below;
use core::ptr::null_mut;
use driver_parts::{attributes, check, print_status, size, wdf};
use wdk_sys::{
    _WDF_REQUEST_REUSE_FLAGS, NTSTATUS, PWDF_REQUEST_COMPLETION_PARAMS, STATUS_CANCELLED, STATUS_SUCCESS, ULONG,
    WDF_REQUEST_REUSE_PARAMS, WDFCONTEXT, WDFIOTARGET, WDFQUEUE, WDFREQUEST,
};

/// `CTL_CODE(FILE_DEVICE_UNKNOWN, 0x911, METHOD_BUFFERED, FILE_ANY_ACCESS)`, of the device below: news, which never come.
const NEWS: ULONG = 0x22 << 16 | 0x911 << 2;
/// The same with 0x912, for which the device has a queue that ends with its power.
const NEWS_WITH_POWER: ULONG = 0x22 << 16 | 0x912 << 2;

/// Sends the request.
pub fn begin(queue: WDFQUEUE, with_power: bool) -> NTSTATUS {
    let target = below(queue);
    let mut below_target = attributes();
    below_target.ParentObject = target.cast();
    let mut own: WDFREQUEST = null_mut();
    check!(wdf!(WdfRequestCreate, &raw mut below_target, target, &raw mut own));
    let status = send(own, target, if with_power { NEWS_WITH_POWER } else { NEWS });
    if status < 0 {
        wdf!(WdfObjectDelete, own.cast());
    }
    status
}

fn send(own: WDFREQUEST, target: WDFIOTARGET, code: ULONG) -> NTSTATUS {
    let none = null_mut();
    check!(wdf!(WdfIoTargetFormatRequestForIoctl, target, own, code, none, null_mut(), none, null_mut()));
    let context = core::ptr::without_provenance_mut(code as usize);
    wdf!(WdfRequestSetCompletionRoutine, own, Some(came_back), context);
    if wdf!(WdfRequestSend, own, target, null_mut()) == 0 { wdf!(WdfRequestGetStatus, own) } else { STATUS_SUCCESS }
}

unsafe extern "C" fn came_back(
    own: WDFREQUEST,
    target: WDFIOTARGET,
    _parameters: PWDF_REQUEST_COMPLETION_PARAMS,
    code: WDFCONTEXT,
) {
    let status = wdf!(WdfRequestGetStatus, own);
    print_status(c"filter: no news: %08x\n", status);
    if status == STATUS_CANCELLED {
        let code = ULONG::try_from(code.addr()).unwrap_or(0);
        print_status(c"filter: sent again: %08x\n", again(own, target, code));
    }
}

/// The request goes with the target in the end.
fn again(own: WDFREQUEST, target: WDFIOTARGET, code: ULONG) -> NTSTATUS {
    let mut anew = WDF_REQUEST_REUSE_PARAMS {
        Size: size::<WDF_REQUEST_REUSE_PARAMS>(),
        Flags: _WDF_REQUEST_REUSE_FLAGS::WDF_REQUEST_REUSE_NO_FLAGS.cast_unsigned(),
        Status: STATUS_SUCCESS,
        ..WDF_REQUEST_REUSE_PARAMS::default()
    };
    check!(wdf!(WdfRequestReuse, own, &raw mut anew));
    send(own, target, code)
}
