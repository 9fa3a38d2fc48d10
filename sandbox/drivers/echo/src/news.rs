//! Requests for news, of which there are none: they stay in a queue until they are cancelled.

use core::ptr::null_mut;
use driver_parts::{ContextType, check, size, wdf};
use wdk_sys::{
    _WDF_IO_QUEUE_DISPATCH_TYPE, _WDF_TRI_STATE, NTSTATUS, ULONG, WDF_IO_QUEUE_CONFIG, WDF_TRI_STATE, WDFDEVICE,
    WDFQUEUE, WDFREQUEST,
};

/// `CTL_CODE(FILE_DEVICE_UNKNOWN, 0x911, METHOD_BUFFERED, FILE_ANY_ACCESS)`: a queue for these lasts as long as the device.
const NEWS: ULONG = 0x22 << 16 | 0x911 << 2;
/// The same with 0x912: the framework empties the queue when the device has no power any more.
const NEWS_WITH_POWER: ULONG = 0x22 << 16 | 0x912 << 2;

/// What the device keeps of them.
#[repr(C)]
struct Queues {
    lasting: WDFQUEUE,
    with_power: WDFQUEUE,
}

static QUEUES: ContextType = ContextType::new(b"Queues\0", size_of::<Queues>());

/// Makes the queues.
pub fn prepare(device: WDFDEVICE) -> NTSTATUS {
    let mut context = null_mut();
    let mut with_queues = QUEUES.attributes();
    check!(wdf!(WdfObjectAllocateContext, device.cast(), &raw mut with_queues, &raw mut context));
    // SAFETY: the context has room for this, and nobody else knows of it yet.
    let queues = unsafe { &mut *context.cast::<Queues>() };
    check!(create(device, _WDF_TRI_STATE::WdfFalse, &mut queues.lasting));
    create(device, _WDF_TRI_STATE::WdfTrue, &mut queues.with_power)
}

fn create(device: WDFDEVICE, managed: WDF_TRI_STATE, queue: &mut WDFQUEUE) -> NTSTATUS {
    let mut config = WDF_IO_QUEUE_CONFIG {
        Size: size::<WDF_IO_QUEUE_CONFIG>(),
        DispatchType: _WDF_IO_QUEUE_DISPATCH_TYPE::WdfIoQueueDispatchManual,
        PowerManaged: managed,
        ..WDF_IO_QUEUE_CONFIG::default()
    };
    wdf!(WdfIoQueueCreate, device, &raw mut config, null_mut(), queue)
}

/// Keeps a request, if it asks for news.
pub fn kept(device: WDFDEVICE, request: WDFREQUEST, code: ULONG) -> bool {
    // SAFETY: the device has this context, which nobody changes any more.
    let queues = unsafe { &*QUEUES.of::<Queues>(device.cast()) };
    let queue = match code {
        NEWS => queues.lasting,
        NEWS_WITH_POWER => queues.with_power,
        _ => return false,
    };
    let status = wdf!(WdfRequestForwardToIoQueue, request, queue);
    if status < 0 {
        wdf!(WdfRequestComplete, request, status);
    }
    true
}
