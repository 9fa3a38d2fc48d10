//! Requests of the filter's own: one that it gives up, and a question to the device below.

use crate::below;
use core::ptr::{null, null_mut};
use core::sync::atomic::{AtomicU32, Ordering};
use driver_parts::facts::{FACTS, Facts, VERSION};
use driver_parts::{SUCCESS, attributes, check, given, outcome, wdf};
use wdk_sys::{
    INTERFACE, NTSTATUS, PIRP, PWDF_REQUEST_COMPLETION_PARAMS, ULONG, WDFCONTEXT, WDFDEVICE, WDFIOTARGET, WDFMEMORY,
    WDFQUEUE, WDFREQUEST,
};

/// I/O controls that were seen before the framework saw them.
static SEEN: AtomicU32 = AtomicU32::new(0);

/// What is asked below: how many writes the device has had, and how many I/O controls came by here.
#[repr(C)]
pub struct Answer {
    writes: ULONG,
    controls: ULONG,
}

/// Looks at an I/O control before the framework does, and gives it back.
pub unsafe extern "C" fn preprocess(device: WDFDEVICE, irp: PIRP) -> NTSTATUS {
    SEEN.fetch_add(1, Ordering::Relaxed);
    // What `IoSkipCurrentIrpStackLocation` does, which C has in a header.
    // SAFETY: the IRP is the driver's for the time of the call.
    let irp_fields = unsafe { &mut *irp };
    irp_fields.CurrentLocation += 1;
    // SAFETY: of an IRP in a queue of no driver this member is the one in use.
    let overlay = unsafe { &mut irp_fields.Tail.Overlay.__bindgen_anon_2.__bindgen_anon_1 };
    // SAFETY: an IRP has a stack location for each device that it passes, and one behind the last.
    let location = unsafe { overlay.CurrentStackLocation.add(1) };
    overlay.CurrentStackLocation = location;
    wdf!(WdfDeviceWdmDispatchPreprocessedIrp, device, irp)
}

/// Asks the device below by its interface, and lets go of it.
pub fn ask(queue: WDFQUEUE) -> Result<Answer, NtStatus> {
    let device = wdf!(WdfIoQueueGetDevice, queue);
    let mut facts = Facts { header: INTERFACE::default(), writes: None };
    let status =
        wdf!(WdfFdoQueryForInterface, device, given(&FACTS), (&raw mut facts).cast(), Facts::SIZE, VERSION, null_mut());
    if status < 0 {
        return Err(status);
    }
    let context = facts.header.Context;
    // SAFETY: the device below has filled the table in, and it is held.
    let writes = facts.writes.map_or(0, |writes| unsafe { writes(context) });
    if let Some(let_go) = facts.header.InterfaceDereference {
        // SAFETY: it is held once.
        unsafe { let_go(context) };
    }
    Ok(Answer { writes, controls: SEEN.load(Ordering::Relaxed) })
}

type NtStatus = NTSTATUS;

/// Reads below and gives up at once; `request` is answered with what became of it.
pub fn give_up(queue: WDFQUEUE, request: WDFREQUEST) -> NTSTATUS {
    let target = below(queue);
    let mut own: WDFREQUEST = null_mut();
    check!(wdf!(WdfRequestCreate, null_mut(), target, &raw mut own));
    let status = send(target, own, request);
    if status < 0 {
        wdf!(WdfObjectDelete, own.cast());
    }
    status
}

fn send(target: WDFIOTARGET, own: WDFREQUEST, request: WDFREQUEST) -> NTSTATUS {
    let mut below_request = attributes();
    below_request.ParentObject = own.cast();
    let mut memory: WDFMEMORY = null_mut();
    let pool = wdk_sys::_POOL_TYPE::NonPagedPoolNx;
    check!(wdf!(WdfMemoryCreate, &raw mut below_request, pool, 0, 8, &raw mut memory, null_mut()));
    check!(wdf!(WdfIoTargetFormatRequestForRead, target, own, memory, null_mut(), null_mut()));
    wdf!(WdfRequestSetCompletionRoutine, own, Some(given_up), request.cast());
    // Held beyond its completion, which may come before the next call.
    wdf!(WdfObjectReferenceActual, own.cast(), null_mut(), 0, null());
    if wdf!(WdfRequestSend, own, target, null_mut()) == 0 {
        let status = wdf!(WdfRequestGetStatus, own);
        wdf!(WdfObjectDereferenceActual, own.cast(), null_mut(), 0, null());
        return status;
    }
    let _cancelled = wdf!(WdfRequestCancelSentRequest, own);
    wdf!(WdfObjectDereferenceActual, own.cast(), null_mut(), 0, null());
    SUCCESS
}

unsafe extern "C" fn given_up(
    own: WDFREQUEST,
    _target: WDFIOTARGET,
    parameters: PWDF_REQUEST_COMPLETION_PARAMS,
    request: WDFCONTEXT,
) {
    // SAFETY: the framework passes the parameters for the time of the call.
    let (status, _) = unsafe { outcome(parameters) };
    wdf!(WdfObjectDelete, own.cast());
    wdf!(WdfRequestComplete, request.cast(), status);
}
