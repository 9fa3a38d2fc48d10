//! The function table: what is there, and for everything else an entry that names itself when it is called.

use crate::call::BUG_CHECK;
use crate::nt::Pointer;
use crate::{
    caller, collection, death, device, driver, file, locks, memory, object, queue, request, text, timer, work_item,
};
use alloc::vec::Vec;
use verifier_abi::Violation;
use wdf_abi::constants::WDF_API_UNAVAILABLE;
use wdf_abi::{DriverGlobals, FUNCTION_COUNT, Function as F, NAMES, Release};
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

fn report_missing(index: usize) {
    let name = NAMES.get(index).copied().unwrap_or("unknown");
    caller::report(Violation::MissingFunction, name, "the stand-in does not have this function");
}

/// A missing function that answers with a status.
extern "system" fn missing_status<const INDEX: usize>() -> Status {
    report_missing(INDEX);
    status::NOT_IMPLEMENTED
}

/// A missing function that cannot say so to its caller: the machine stops, as Windows would.
extern "system" fn missing_other<const INDEX: usize>() {
    report_missing(INDEX);
    death::bug_check(BUG_CHECK, WDF_API_UNAVAILABLE as usize, INDEX, 0, 0)
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
    WdfDriverCreate => driver::life::create,
    WdfDriverGetRegistryPath => driver::query::registry_path,
    WdfDriverWdmGetDriverObject => driver::query::wdm_driver_object,
    WdfWdmDriverGetWdfDriverHandle => driver::query::driver_handle,
    WdfDriverRetrieveVersionString => driver::query::version_string,
    WdfDriverIsVersionAvailable => driver::query::is_version_available,

    WdfControlDeviceInitAllocate => device::init_calls::control_allocate,
    WdfDeviceInitFree => device::init_calls::free,
    WdfDeviceInitSetIoType => device::init_calls::set_io_type,
    WdfDeviceInitSetIoTypeEx => device::init_calls::set_io_type_ex,
    WdfDeviceInitSetExclusive => device::init_calls::set_exclusive,
    WdfDeviceInitSetPowerNotPageable => device::init_calls::set_power_not_pageable,
    WdfDeviceInitSetPowerPageable => device::init_calls::set_power_pageable,
    WdfDeviceInitSetPowerPolicyOwnership => device::init_calls::set_power_policy_ownership,
    WdfDeviceInitSetDeviceType => device::init_calls::set_device_type,
    WdfDeviceInitSetDeviceClass => device::init_calls::set_device_class,
    WdfDeviceInitSetCharacteristics => device::init_calls::set_characteristics,
    WdfDeviceInitAssignName => device::init_calls::assign_name,
    WdfDeviceInitAssignSDDLString => device::init_calls::assign_sddl,
    WdfDeviceInitSetFileObjectConfig => device::init_calls::set_file_object_config,
    WdfDeviceInitSetRequestAttributes => device::init_calls::set_request_attributes,
    WdfDeviceInitSetIoInCallerContextCallback => device::init_calls::set_in_caller_context,
    WdfDeviceInitSetPnpPowerEventCallbacks => device::init_calls::set_pnp_power_callbacks,
    WdfFdoInitWdmGetPhysicalDevice => device::init_calls::physical_device,

    WdfDeviceCreate => device::create::create,
    WdfDeviceWdmGetDeviceObject => device::query::device_object,
    WdfDeviceWdmGetAttachedDevice => device::query::attached_device,
    WdfDeviceWdmGetPhysicalDevice => device::query::physical_device,
    WdfWdmDeviceGetWdfDeviceHandle => device::query::device_handle,
    WdfDeviceGetDriver => device::query::driver,
    WdfDeviceGetDefaultQueue => device::query::default_queue,
    WdfDeviceGetFileObject => device::query::file_object,
    WdfDeviceGetCharacteristics => device::query::characteristics,
    WdfDeviceSetCharacteristics => device::query::set_characteristics,
    WdfDeviceGetDevicePnpState => device::query::pnp_state,
    WdfDeviceGetDevicePowerState => device::query::power_state,
    WdfDeviceGetDevicePowerPolicyState => device::query::power_policy_state,
    WdfDeviceGetDeviceState => device::query::state,
    WdfDeviceSetDeviceState => device::query::set_state,
    WdfControlFinishInitializing => device::query::finish_initializing,
    WdfDeviceRetrieveDeviceName => device::query::retrieve_name,
    WdfDeviceCreateSymbolicLink => device::query::create_symbolic_link,
    WdfDeviceCreateDeviceInterface => device::interface_calls::create,
    WdfDeviceSetDeviceInterfaceState => device::interface_calls::set_state,
    WdfDeviceRetrieveDeviceInterfaceString => device::interface_calls::retrieve_string,
    WdfDeviceConfigureRequestDispatching => queue::create::configure,
    WdfDeviceEnqueueRequest => queue::placement::enqueue_request,
    WdfCmResourceListGetCount => device::power::resource_count,

    WdfIoQueueCreate => queue::create::create,
    WdfIoQueueGetState => queue::control::get_state,
    WdfIoQueueGetDevice => queue::control::get_device,
    WdfIoQueueStart => queue::control::start,
    WdfIoQueueStop => queue::control::stop,
    WdfIoQueueStopSynchronously => queue::control::stop_synchronously,
    WdfIoQueueDrain => queue::control::drain,
    WdfIoQueueDrainSynchronously => queue::control::drain_synchronously,
    WdfIoQueuePurge => queue::control::purge,
    WdfIoQueuePurgeSynchronously => queue::control::purge_synchronously,
    WdfIoQueueStopAndPurge => queue::control::stop_and_purge,
    WdfIoQueueStopAndPurgeSynchronously => queue::control::stop_and_purge_synchronously,
    WdfIoQueueRetrieveNextRequest => queue::retrieve::retrieve_next,
    WdfIoQueueRetrieveRequestByFileObject => queue::retrieve::retrieve_by_file,
    WdfIoQueueFindRequest => queue::retrieve::find,
    WdfIoQueueRetrieveFoundRequest => queue::retrieve::retrieve_found,
    WdfIoQueueReadyNotify => queue::control::ready_notify,

    WdfRequestComplete => request::completion::request_complete,
    WdfRequestCompleteWithPriorityBoost => request::completion::complete_with_boost,
    WdfRequestCompleteWithInformation => request::completion::complete_with_information,
    WdfRequestForwardToIoQueue => request::moves::forward,
    WdfRequestRequeue => request::moves::requeue,
    WdfRequestStopAcknowledge => request::moves::stop_acknowledge,
    WdfRequestMarkCancelable => request::cancel_calls::mark_void,
    WdfRequestMarkCancelableEx => request::cancel_calls::mark_ex,
    WdfRequestUnmarkCancelable => request::cancel_calls::unmark,
    WdfRequestIsCanceled => request::cancel_calls::is_canceled,
    WdfRequestGetParameters => request::query::parameters,
    WdfRequestSetInformation => request::query::set_information,
    WdfRequestGetInformation => request::query::get_information,
    WdfRequestGetStatus => request::query::get_status,
    WdfRequestGetRequestorMode => request::query::requestor_mode,
    WdfRequestGetRequestorProcessId => request::query::requestor_process,
    WdfRequestIsFrom32BitProcess => request::query::is_from_32_bit,
    WdfRequestIsReserved => request::query::is_reserved,
    WdfRequestGetIoQueue => request::query::io_queue,
    WdfRequestWdmGetIrp => request::query::wdm_irp,
    WdfRequestGetFileObject => request::query::file_object,
    WdfRequestRetrieveInputBuffer => request::buffers::input_buffer,
    WdfRequestRetrieveOutputBuffer => request::buffers::output_buffer,
    WdfRequestRetrieveInputMemory => request::buffers::input_memory,
    WdfRequestRetrieveOutputMemory => request::buffers::output_memory,
    WdfRequestRetrieveInputWdmMdl => request::buffers::input_mdl,
    WdfRequestRetrieveOutputWdmMdl => request::buffers::output_mdl,
    WdfRequestRetrieveUnsafeUserInputBuffer => request::buffers::unsafe_input,
    WdfRequestRetrieveUnsafeUserOutputBuffer => request::buffers::unsafe_output,

    WdfFileObjectGetFileName => file::query::name,
    WdfFileObjectGetFlags => file::query::flags,
    WdfFileObjectGetDevice => file::query::device,
    WdfFileObjectWdmGetFileObject => file::query::wdm_file_object,

    WdfObjectCreate => object::calls::object_create,
    WdfObjectDelete => object::calls::object_delete,
    WdfObjectReferenceActual => object::calls::reference,
    WdfObjectDereferenceActual => object::calls::dereference,
    WdfObjectGetTypedContextWorker => object::calls::get_typed_context,
    WdfObjectAllocateContext => object::calls::allocate_context,
    WdfObjectContextGetObject => object::calls::context_get_object,
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
    caller::report(Violation::BadArgument, "WdfVerifierDbgBreakPoint", "the driver asks for the debugger");
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
