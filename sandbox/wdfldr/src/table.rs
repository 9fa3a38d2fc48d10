//! The function table: what is there, and for everything else an entry that names itself when it is called.

use crate::call;
use crate::death;
use crate::nt::Pointer;
use crate::runtime::BUG_CHECK;
use crate::{
    cancel, collection, device, device_init, device_query, driver, file, interface, locks, memory, object, power,
    queue, queue_control, request, request_query, text, timer, work_item,
};
use alloc::vec::Vec;
use verifier_abi::Violation;
use wdf_abi::Function as F;
use wdf_abi::{DriverGlobals, FUNCTION_COUNT, NAMES, Release};
use wdf_model::status::{self, Status};

/// An entry: the address of a function.
#[repr(transparent)]
#[derive(Clone, Copy)]
struct Entry(*const ());

// SAFETY: an entry is the address of code, which any thread may read.
unsafe impl Sync for Entry {}

/// The function table of a release, which stays for good.
pub fn pointer(release: Release) -> *const Pointer {
    if release.functions == FUNCTION_COUNT {
        return (&raw const TABLE).cast();
    }
    // What a release lacks lies beyond the end of its table; here, whatever is called there says so.
    let entries = TABLE.iter().take(release.functions).chain(MISSING.iter().skip(release.functions));
    let table: Vec<Entry> = entries.copied().collect();
    table.leak().as_ptr().cast()
}

/// The sizes of the structures of a release, which stay for good.
pub fn structure_sizes(release: Release) -> *const usize {
    let sizes: Vec<usize> = (0..release.structures).filter_map(|index| release.structure_size(index)).collect();
    sizes.leak().as_ptr()
}

/// `WDF_API_UNAVAILABLE`.
const API_UNAVAILABLE: usize = 16;

fn report_missing(index: usize) {
    let name = NAMES.get(index).copied().unwrap_or("unknown");
    call::report(Violation::MissingFunction, name, "the stand-in does not have this function");
}

/// A missing function that answers with a status.
extern "system" fn missing_status<const INDEX: usize>() -> Status {
    report_missing(INDEX);
    status::NOT_IMPLEMENTED
}

/// A missing function that cannot say so to its caller: the machine stops, as Windows would.
extern "system" fn missing_other<const INDEX: usize>() {
    report_missing(INDEX);
    death::bug_check(BUG_CHECK, API_UNAVAILABLE, INDEX, 0, 0)
}

macro_rules! missing {
    ($($name:ident $kind:ident,)*) => {
        [$(missing!(@ $kind F::$name),)*]
    };
    (@ status $function:expr) => { Entry(missing_status::<{ $function as usize }> as *const ()) };
    (@ other $function:expr) => { Entry(missing_other::<{ $function as usize }> as *const ()) };
}

macro_rules! present {
    ($($name:ident => $function:path,)*) => {
        const TABLE_WITH_ALL: [Entry; FUNCTION_COUNT] = {
            let mut table = ALL_MISSING;
            $(table[F::$name as usize] = Entry($function as *const ());)*
            table
        };
    };
}

const ALL_MISSING: [Entry; FUNCTION_COUNT] = wdf_abi::for_each_function!(missing);
static MISSING: [Entry; FUNCTION_COUNT] = ALL_MISSING;
static TABLE: [Entry; FUNCTION_COUNT] = TABLE_WITH_ALL;

present! {
    WdfDriverCreate => driver::create,
    WdfDriverGetRegistryPath => driver::registry_path,
    WdfDriverWdmGetDriverObject => driver::wdm_driver_object,
    WdfWdmDriverGetWdfDriverHandle => driver::driver_handle,
    WdfDriverRetrieveVersionString => driver::version_string,
    WdfDriverIsVersionAvailable => driver::is_version_available,

    WdfControlDeviceInitAllocate => device_init::control_allocate,
    WdfDeviceInitFree => device_init::free,
    WdfDeviceInitSetIoType => device_init::set_io_type,
    WdfDeviceInitSetIoTypeEx => device_init::set_io_type_ex,
    WdfDeviceInitSetExclusive => device_init::set_exclusive,
    WdfDeviceInitSetPowerNotPageable => device_init::set_power_not_pageable,
    WdfDeviceInitSetPowerPageable => device_init::set_power_pageable,
    WdfDeviceInitSetPowerPolicyOwnership => device_init::set_power_policy_ownership,
    WdfDeviceInitSetDeviceType => device_init::set_device_type,
    WdfDeviceInitSetDeviceClass => device_init::set_device_class,
    WdfDeviceInitSetCharacteristics => device_init::set_characteristics,
    WdfDeviceInitAssignName => device_init::assign_name,
    WdfDeviceInitAssignSDDLString => device_init::assign_sddl,
    WdfDeviceInitSetFileObjectConfig => device_init::set_file_object_config,
    WdfDeviceInitSetRequestAttributes => device_init::set_request_attributes,
    WdfDeviceInitSetIoInCallerContextCallback => device_init::set_in_caller_context,
    WdfDeviceInitSetPnpPowerEventCallbacks => device_init::set_pnp_power_callbacks,
    WdfFdoInitWdmGetPhysicalDevice => device_init::physical_device,

    WdfDeviceCreate => device::create,
    WdfDeviceWdmGetDeviceObject => device_query::device_object,
    WdfDeviceWdmGetAttachedDevice => device_query::attached_device,
    WdfDeviceWdmGetPhysicalDevice => device_query::physical_device,
    WdfWdmDeviceGetWdfDeviceHandle => device_query::device_handle,
    WdfDeviceGetDriver => device_query::driver,
    WdfDeviceGetDefaultQueue => device_query::default_queue,
    WdfDeviceGetFileObject => device_query::file_object,
    WdfDeviceGetCharacteristics => device_query::characteristics,
    WdfDeviceSetCharacteristics => device_query::set_characteristics,
    WdfDeviceGetDevicePnpState => device_query::pnp_state,
    WdfDeviceGetDevicePowerState => device_query::power_state,
    WdfDeviceGetDevicePowerPolicyState => device_query::power_policy_state,
    WdfDeviceGetDeviceState => device_query::state,
    WdfDeviceSetDeviceState => device_query::set_state,
    WdfControlFinishInitializing => device_query::finish_initializing,
    WdfDeviceRetrieveDeviceName => device_query::retrieve_name,
    WdfDeviceCreateSymbolicLink => device_query::create_symbolic_link,
    WdfDeviceCreateDeviceInterface => interface::create,
    WdfDeviceSetDeviceInterfaceState => interface::set_state,
    WdfDeviceRetrieveDeviceInterfaceString => interface::retrieve_string,
    WdfDeviceConfigureRequestDispatching => queue::configure,
    WdfDeviceEnqueueRequest => queue::enqueue_request,
    WdfCmResourceListGetCount => power::resource_count,

    WdfIoQueueCreate => queue::create,
    WdfIoQueueGetState => queue_control::get_state,
    WdfIoQueueGetDevice => queue_control::get_device,
    WdfIoQueueStart => queue_control::start,
    WdfIoQueueStop => queue_control::stop,
    WdfIoQueueStopSynchronously => queue_control::stop_synchronously,
    WdfIoQueueDrain => queue_control::drain,
    WdfIoQueueDrainSynchronously => queue_control::drain_synchronously,
    WdfIoQueuePurge => queue_control::purge,
    WdfIoQueuePurgeSynchronously => queue_control::purge_synchronously,
    WdfIoQueueStopAndPurge => queue_control::stop_and_purge,
    WdfIoQueueStopAndPurgeSynchronously => queue_control::stop_and_purge_synchronously,
    WdfIoQueueRetrieveNextRequest => queue_control::retrieve_next,
    WdfIoQueueRetrieveRequestByFileObject => queue_control::retrieve_by_file,
    WdfIoQueueFindRequest => queue_control::find,
    WdfIoQueueRetrieveFoundRequest => queue_control::retrieve_found,
    WdfIoQueueReadyNotify => queue_control::ready_notify,

    WdfRequestComplete => request::request_complete,
    WdfRequestCompleteWithPriorityBoost => request::complete_with_boost,
    WdfRequestCompleteWithInformation => request::complete_with_information,
    WdfRequestForwardToIoQueue => request::forward,
    WdfRequestRequeue => request::requeue,
    WdfRequestStopAcknowledge => request::stop_acknowledge,
    WdfRequestMarkCancelable => cancel::mark_void,
    WdfRequestMarkCancelableEx => cancel::mark_ex,
    WdfRequestUnmarkCancelable => cancel::unmark,
    WdfRequestIsCanceled => cancel::is_canceled,
    WdfRequestGetParameters => request_query::parameters,
    WdfRequestSetInformation => request_query::set_information,
    WdfRequestGetInformation => request_query::get_information,
    WdfRequestGetStatus => request_query::get_status,
    WdfRequestGetRequestorMode => request_query::requestor_mode,
    WdfRequestGetRequestorProcessId => request_query::requestor_process,
    WdfRequestIsFrom32BitProcess => request_query::is_from_32_bit,
    WdfRequestIsReserved => request_query::is_reserved,
    WdfRequestGetIoQueue => request_query::io_queue,
    WdfRequestWdmGetIrp => request_query::wdm_irp,
    WdfRequestGetFileObject => request_query::file_object,
    WdfRequestRetrieveInputBuffer => request_query::input_buffer,
    WdfRequestRetrieveOutputBuffer => request_query::output_buffer,
    WdfRequestRetrieveInputMemory => request_query::input_memory,
    WdfRequestRetrieveOutputMemory => request_query::output_memory,
    WdfRequestRetrieveInputWdmMdl => request_query::input_mdl,
    WdfRequestRetrieveOutputWdmMdl => request_query::output_mdl,
    WdfRequestRetrieveUnsafeUserInputBuffer => request_query::unsafe_input,
    WdfRequestRetrieveUnsafeUserOutputBuffer => request_query::unsafe_output,

    WdfFileObjectGetFileName => file::name,
    WdfFileObjectGetFlags => file::flags,
    WdfFileObjectGetDevice => file::device,
    WdfFileObjectWdmGetFileObject => file::wdm_file_object,

    WdfObjectCreate => object::object_create,
    WdfObjectDelete => object::object_delete,
    WdfObjectReferenceActual => object::reference,
    WdfObjectDereferenceActual => object::dereference,
    WdfObjectGetTypedContextWorker => object::get_typed_context,
    WdfObjectAllocateContext => object::allocate_context,
    WdfObjectContextGetObject => object::context_get_object,
    WdfObjectAcquireLock => locks::object_acquire,
    WdfObjectReleaseLock => locks::object_release,

    WdfWaitLockCreate => locks::wait_create,
    WdfWaitLockAcquire => locks::wait_acquire,
    WdfWaitLockRelease => locks::wait_release,
    WdfSpinLockCreate => locks::spin_create,
    WdfSpinLockAcquire => locks::spin_acquire,
    WdfSpinLockRelease => locks::spin_release,

    WdfWorkItemCreate => work_item::create,
    WdfWorkItemEnqueue => work_item::enqueue,
    WdfWorkItemFlush => work_item::flush,
    WdfWorkItemGetParentObject => work_item::parent,
    WdfTimerCreate => timer::create,
    WdfTimerStart => timer::start,
    WdfTimerStop => timer::stop,
    WdfTimerGetParentObject => timer::parent,

    WdfMemoryCreate => memory::create,
    WdfMemoryCreatePreallocated => memory::create_preallocated,
    WdfMemoryGetBuffer => memory::get_buffer,
    WdfMemoryAssignBuffer => memory::assign_buffer,
    WdfMemoryCopyToBuffer => memory::copy_to,
    WdfMemoryCopyFromBuffer => memory::copy_from,
    WdfStringCreate => text::create,
    WdfStringGetUnicodeString => text::get,
    WdfCollectionCreate => collection::create,
    WdfCollectionGetCount => collection::count,
    WdfCollectionAdd => collection::add,
    WdfCollectionRemove => collection::remove,
    WdfCollectionRemoveItem => collection::remove_item,
    WdfCollectionGetItem => collection::get_item,
    WdfCollectionGetFirstItem => collection::first,
    WdfCollectionGetLastItem => collection::last,

    WdfVerifierDbgBreakPoint => verifier_break,
    WdfVerifierKeBugCheck => verifier_bug_check,
}

/// `WdfVerifierDbgBreakPoint`: there is no debugger here.
extern "system" fn verifier_break(_globals: *const DriverGlobals) {
    call::report(Violation::BadArgument, "WdfVerifierDbgBreakPoint", "the driver asks for the debugger");
}

/// `WdfVerifierKeBugCheck`.
extern "system" fn verifier_bug_check(
    _globals: *const DriverGlobals,
    code: u32,
    p1: usize,
    p2: usize,
    p3: usize,
    p4: usize,
) {
    death::bug_check(code, p1, p2, p3, p4)
}
