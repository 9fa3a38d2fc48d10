//! The framework functions that are there, and the thunks through which drivers call them.
//!
//! A row is a function as the framework's reference has it, with the highest IRQL at which it may be called and the
//! safe function behind it. Its thunk is all that touches the driver's pointers.

use crate::argument::{Answer, Argument, ContextType, Counted, Given, InOut, Out, StateFlags, Unused};
use crate::call::Call;
use crate::faults::{self, Refusable};
use crate::nt::{DeviceObject, DriverObject, FileObject, Irp, Mdl, Pointer};
use crate::{
    collection, device, driver, file, locks, memory, object, queue, request, text, timer, verifier, work_item,
};
use netioctl_status::NtStatus;
use wdf_abi::{
    DriverConfig, DriverGlobals, FileObjectConfig, Function, Guid, Handle, HandleCallback, IoDefault, IoQueueConfig,
    PnpPowerEventCallbacks, QueueState, RequestParameters, TimerConfig, UnicodeString, WorkItemConfig,
};
use wdf_model::irql::{DISPATCH_LEVEL, HIGH_LEVEL, PASSIVE_LEVEL};

macro_rules! functions {
    ($(
        $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?, $highest:ident => $($behind:ident)::+;
    )*) => {
        $(
            const _: () = {
                let parameters: &[&str] = &[$(stringify!($argument)),*];
                let expected = Function::$name.parameters();
                assert!(
                    matches!(expected, Some(count) if count == parameters.len()),
                    concat!("the framework's ", stringify!($name), " has other parameters")
                );
            };

            #[allow(non_snake_case, reason = "the framework's name")]
            #[allow(unused_unsafe, reason = "most functions behind the table are safe")]
            unsafe extern "system" fn $name(
                globals: *const DriverGlobals,
                $($argument: <$type as Argument>::Raw),*
            ) $(-> $result)? {
                // SAFETY: a driver passes the globals that it was given when it was bound.
                let driver = unsafe { globals.as_ref() }.map_or(0, |globals| globals.driver);
                let call = Call::new(Function::$name, globals.addr(), driver);
                call.at_most($highest);
                $(
                    let planned = || faults::refusal(Function::$name.name());
                    if let Some(answer) = <$result as Refusable>::refused(Function::$name, planned) {
                        return answer;
                    }
                )?
                $(
                    // SAFETY: the framework's contract asks the driver for a valid pointer or none.
                    let $argument = unsafe { <$type as Argument>::from_raw($argument) };
                )*
                // SAFETY: what is asked for beyond that, the framework's contract asks of the driver as well.
                unsafe { Answer::into_raw($($behind)::+(call, $($argument),*)) }
            }
        )*

        /// The functions of this family, and where they are.
        pub const FAMILY: &[(Function, *const ())] = &[$((Function::$name, $name as *const ()),)*];
    };
}

mod interrupt;
mod pnp;
mod registry;
mod target;

/// The functions by family, and where they are.
pub const PRESENT: [&[(Function, *const ())]; 5] =
    [FAMILY, interrupt::FAMILY, pnp::FAMILY, registry::FAMILY, target::FAMILY];

functions! {
    WdfDriverCreate(
        driver: Option<DriverObject>, registry_path: Option<Counted<'_>>, attributes: Option<Given>, config: Option<DriverConfig>, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => driver::life::create;
    WdfDriverGetRegistryPath(driver: Handle) -> *mut u16, PASSIVE_LEVEL => driver::query::registry_path;
    WdfDriverWdmGetDriverObject(driver: Handle) -> Option<DriverObject>, DISPATCH_LEVEL => driver::query::wdm_driver_object;
    WdfWdmDriverGetWdfDriverHandle(driver: Option<DriverObject>) -> Handle, DISPATCH_LEVEL => driver::query::driver_handle;
    WdfDriverRetrieveVersionString(driver: Handle, string: Handle) -> NtStatus, PASSIVE_LEVEL =>
        driver::query::version_string;
    WdfDriverIsVersionAvailable(driver: Handle, wanted: Option<[u32; 3]>) -> u8, PASSIVE_LEVEL =>
        driver::query::is_version_available;

    WdfControlDeviceInitAllocate(driver: Handle, sddl: Option<Counted<'_>>) -> Handle, PASSIVE_LEVEL =>
        device::init_calls::control_allocate;
    WdfDeviceInitFree(init: Handle), PASSIVE_LEVEL => device::init_calls::free;
    WdfDeviceInitSetIoType(init: Handle, io_type: i32), PASSIVE_LEVEL => device::init_calls::set_io_type;
    WdfDeviceInitSetIoTypeEx(init: Handle, config: Option<[i32; 4]>), PASSIVE_LEVEL =>
        device::init_calls::set_io_type_ex;
    WdfDeviceInitSetExclusive(init: Handle, exclusive: u8), PASSIVE_LEVEL => device::init_calls::set_exclusive;
    WdfDeviceInitSetPowerNotPageable(init: Handle), PASSIVE_LEVEL => device::init_calls::set_power_not_pageable;
    WdfDeviceInitSetPowerPageable(init: Handle), PASSIVE_LEVEL => device::init_calls::set_power_pageable;
    WdfDeviceInitSetPowerPolicyOwnership(init: Handle, owner: u8), PASSIVE_LEVEL =>
        device::init_calls::set_power_policy_ownership;
    WdfDeviceInitSetDeviceType(init: Handle, kind: u32), PASSIVE_LEVEL => device::init_calls::set_device_type;
    WdfDeviceInitSetDeviceClass(init: Handle, class: Option<Guid>), PASSIVE_LEVEL =>
        device::init_calls::set_device_class;
    WdfDeviceInitSetCharacteristics(init: Handle, characteristics: u32, or_in: u8), PASSIVE_LEVEL =>
        device::init_calls::set_characteristics;
    WdfDeviceInitAssignName(init: Handle, name: Option<Counted<'_>>) -> NtStatus, PASSIVE_LEVEL =>
        device::init_calls::assign_name;
    WdfDeviceInitAssignSDDLString(init: Handle, sddl: Option<Counted<'_>>) -> NtStatus, PASSIVE_LEVEL =>
        device::init_calls::assign_sddl;
    WdfDeviceInitSetFileObjectConfig(
        init: Handle, config: Option<FileObjectConfig>, attributes: Option<Given>
    ), PASSIVE_LEVEL => device::init_calls::set_file_object_config;
    WdfDeviceInitSetRequestAttributes(init: Handle, attributes: Option<Given>), PASSIVE_LEVEL =>
        device::init_calls::set_request_attributes;
    WdfDeviceInitSetIoInCallerContextCallback(init: Handle, callback: IoDefault), PASSIVE_LEVEL =>
        device::init_calls::set_in_caller_context;
    WdfDeviceInitSetPnpPowerEventCallbacks(
        init: Handle, callbacks: Option<PnpPowerEventCallbacks>
    ), PASSIVE_LEVEL => device::init_calls::set_pnp_power_callbacks;
    WdfFdoInitWdmGetPhysicalDevice(init: Handle) -> Option<DeviceObject>, PASSIVE_LEVEL =>
        device::init_calls::physical_device;

    WdfDeviceCreate(init: InOut<Handle>, attributes: Option<Given>, out: Out<Handle>) -> NtStatus, PASSIVE_LEVEL =>
        device::create::create;
    WdfDeviceWdmGetDeviceObject(device: Handle) -> Option<DeviceObject>, DISPATCH_LEVEL => device::query::device_object;
    WdfDeviceWdmGetAttachedDevice(device: Handle) -> Option<DeviceObject>, DISPATCH_LEVEL => device::query::attached_device;
    WdfDeviceWdmGetPhysicalDevice(device: Handle) -> Option<DeviceObject>, DISPATCH_LEVEL => device::query::physical_device;
    WdfWdmDeviceGetWdfDeviceHandle(device: Option<DeviceObject>) -> Handle, DISPATCH_LEVEL => device::query::device_handle;
    WdfDeviceGetDriver(device: Handle) -> Handle, DISPATCH_LEVEL => device::query::driver;
    WdfDeviceGetDefaultQueue(device: Handle) -> Handle, DISPATCH_LEVEL => device::query::default_queue;
    WdfDeviceGetFileObject(device: Handle, file: Option<FileObject>) -> Handle, DISPATCH_LEVEL =>
        device::query::file_object;
    WdfDeviceGetCharacteristics(device: Handle) -> u32, DISPATCH_LEVEL => device::query::characteristics;
    WdfDeviceSetCharacteristics(device: Handle, value: u32), DISPATCH_LEVEL => device::query::set_characteristics;
    WdfDeviceGetDevicePnpState(device: Handle) -> i32, DISPATCH_LEVEL => device::query::pnp_state;
    WdfDeviceGetDevicePowerState(device: Handle) -> i32, DISPATCH_LEVEL => device::query::power_state;
    WdfDeviceGetDevicePowerPolicyState(device: Handle) -> i32, DISPATCH_LEVEL => device::query::power_policy_state;
    WdfDeviceGetDeviceState(device: Handle, out: StateFlags), DISPATCH_LEVEL => device::query::state;
    WdfDeviceSetDeviceState(device: Handle, wanted: StateFlags), DISPATCH_LEVEL => device::query::set_state;
    WdfControlFinishInitializing(device: Handle), PASSIVE_LEVEL => device::query::finish_initializing;
    WdfDeviceRetrieveDeviceName(device: Handle, string: Handle) -> NtStatus, PASSIVE_LEVEL =>
        device::query::retrieve_name;
    WdfDeviceCreateSymbolicLink(device: Handle, link: Option<Counted<'_>>) -> NtStatus, PASSIVE_LEVEL =>
        device::query::create_symbolic_link;
    WdfDeviceCreateDeviceInterface(
        device: Handle, class: Option<Guid>, reference: Option<Counted<'_>>
    ) -> NtStatus, PASSIVE_LEVEL => device::interface_calls::create;
    WdfDeviceSetDeviceInterfaceState(
        device: Handle, class: Option<Guid>, reference: Option<Counted<'_>>, enable: u8
    ), PASSIVE_LEVEL => device::interface_calls::set_state;
    WdfDeviceRetrieveDeviceInterfaceString(
        device: Handle, class: Option<Guid>, reference: Option<Counted<'_>>, string: Handle
    ) -> NtStatus, DISPATCH_LEVEL => device::interface_calls::retrieve_string;
    WdfDeviceConfigureRequestDispatching(device: Handle, queue: Handle, kind: i32) -> NtStatus, DISPATCH_LEVEL =>
        queue::create::configure;
    WdfDeviceEnqueueRequest(device: Handle, request: Handle) -> NtStatus, DISPATCH_LEVEL =>
        queue::placement::enqueue_request;
    WdfCmResourceListGetCount(list: Handle) -> u32, HIGH_LEVEL => device::power::resource_count;

    WdfIoQueueCreate(
        device: Handle, config: Option<IoQueueConfig>, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, DISPATCH_LEVEL => queue::create::create;
    WdfIoQueueGetState(queue: Handle, waiting: Out<u32>, owned: Out<u32>) -> u32, DISPATCH_LEVEL =>
        queue::control::get_state;
    WdfIoQueueGetDevice(queue: Handle) -> Handle, DISPATCH_LEVEL => queue::control::get_device;
    WdfIoQueueStart(queue: Handle), DISPATCH_LEVEL => queue::control::start;
    WdfIoQueueStop(queue: Handle, done: QueueState, context: Pointer), DISPATCH_LEVEL => queue::control::stop;
    WdfIoQueueStopSynchronously(queue: Handle), PASSIVE_LEVEL => queue::control::stop_synchronously;
    WdfIoQueueDrain(queue: Handle, done: QueueState, context: Pointer), DISPATCH_LEVEL => queue::control::drain;
    WdfIoQueueDrainSynchronously(queue: Handle), PASSIVE_LEVEL => queue::control::drain_synchronously;
    WdfIoQueuePurge(queue: Handle, done: QueueState, context: Pointer), DISPATCH_LEVEL => queue::control::purge;
    WdfIoQueuePurgeSynchronously(queue: Handle), PASSIVE_LEVEL => queue::control::purge_synchronously;
    WdfIoQueueStopAndPurge(queue: Handle, done: QueueState, context: Pointer), DISPATCH_LEVEL =>
        queue::control::stop_and_purge;
    WdfIoQueueStopAndPurgeSynchronously(queue: Handle), PASSIVE_LEVEL =>
        queue::control::stop_and_purge_synchronously;
    WdfIoQueueRetrieveNextRequest(queue: Handle, out: Out<Handle>) -> NtStatus, DISPATCH_LEVEL =>
        queue::retrieve::retrieve_next;
    WdfIoQueueRetrieveRequestByFileObject(
        queue: Handle, file: Handle, out: Out<Handle>
    ) -> NtStatus, DISPATCH_LEVEL => queue::retrieve::retrieve_by_file;
    WdfIoQueueFindRequest(
        queue: Handle, after: Handle, file: Handle, parameters: Out<RequestParameters>, out: Out<Handle>
    ) -> NtStatus, DISPATCH_LEVEL => queue::retrieve::find;
    WdfIoQueueRetrieveFoundRequest(queue: Handle, found: Handle, out: Out<Handle>) -> NtStatus, DISPATCH_LEVEL =>
        queue::retrieve::retrieve_found;
    WdfIoQueueReadyNotify(queue: Handle, function: QueueState, context: Pointer) -> NtStatus, DISPATCH_LEVEL =>
        queue::control::ready_notify;

    WdfRequestComplete(request: Handle, status: NtStatus), DISPATCH_LEVEL => request::completion::request_complete;
    WdfRequestCompleteWithPriorityBoost(request: Handle, status: NtStatus, boost: i8), DISPATCH_LEVEL =>
        request::completion::complete_with_boost;
    WdfRequestCompleteWithInformation(request: Handle, status: NtStatus, information: usize), DISPATCH_LEVEL =>
        request::completion::complete_with_information;
    WdfRequestForwardToIoQueue(request: Handle, queue: Handle) -> NtStatus, DISPATCH_LEVEL => request::moves::forward;
    WdfRequestRequeue(request: Handle) -> NtStatus, DISPATCH_LEVEL => request::moves::requeue;
    WdfRequestStopAcknowledge(handle: Handle, requeue: u8), DISPATCH_LEVEL => request::moves::stop_acknowledge;
    WdfRequestMarkCancelable(request: Handle, function: HandleCallback), DISPATCH_LEVEL =>
        request::cancel_calls::mark_void;
    WdfRequestMarkCancelableEx(request: Handle, function: HandleCallback) -> NtStatus, DISPATCH_LEVEL =>
        request::cancel_calls::mark_ex;
    WdfRequestUnmarkCancelable(request: Handle) -> NtStatus, DISPATCH_LEVEL => request::cancel_calls::unmark;
    WdfRequestIsCanceled(request: Handle) -> u8, DISPATCH_LEVEL => request::cancel_calls::is_canceled;
    WdfRequestGetParameters(handle: Handle, out: InOut<RequestParameters>), DISPATCH_LEVEL =>
        request::query::parameters;
    WdfRequestSetInformation(request: Handle, information: usize), DISPATCH_LEVEL =>
        request::query::set_information;
    WdfRequestGetInformation(request: Handle) -> usize, DISPATCH_LEVEL => request::query::get_information;
    WdfRequestGetStatus(request: Handle) -> NtStatus, DISPATCH_LEVEL => request::query::get_status;
    WdfRequestGetRequestorMode(request: Handle) -> i8, DISPATCH_LEVEL => request::query::requestor_mode;
    WdfRequestGetRequestorProcessId(request: Handle) -> u32, DISPATCH_LEVEL => request::query::requestor_process;
    WdfRequestIsFrom32BitProcess(request: Handle) -> u8, DISPATCH_LEVEL => request::query::is_from_32_bit;
    WdfRequestIsReserved(request: Handle) -> u8, DISPATCH_LEVEL => request::query::is_reserved;
    WdfRequestGetIoQueue(request: Handle) -> Handle, DISPATCH_LEVEL => request::query::io_queue;
    WdfRequestWdmGetIrp(request: Handle) -> Option<Irp>, DISPATCH_LEVEL => request::query::wdm_irp;
    WdfRequestGetFileObject(request: Handle) -> Handle, DISPATCH_LEVEL => request::query::file_object;
    WdfRequestRetrieveInputBuffer(
        request: Handle, minimum: usize, out: Out<Pointer>, length: Out<usize>
    ) -> NtStatus, DISPATCH_LEVEL => request::buffers::input_buffer;
    WdfRequestRetrieveOutputBuffer(
        request: Handle, minimum: usize, out: Out<Pointer>, length: Out<usize>
    ) -> NtStatus, DISPATCH_LEVEL => request::buffers::output_buffer;
    WdfRequestRetrieveInputMemory(request: Handle, out: Out<Handle>) -> NtStatus, DISPATCH_LEVEL =>
        request::buffers::input_memory;
    WdfRequestRetrieveOutputMemory(request: Handle, out: Out<Handle>) -> NtStatus, DISPATCH_LEVEL =>
        request::buffers::output_memory;
    WdfRequestRetrieveInputWdmMdl(request: Handle, out: Out<Option<Mdl>>) -> NtStatus, DISPATCH_LEVEL =>
        request::buffers::input_mdl;
    WdfRequestRetrieveOutputWdmMdl(request: Handle, out: Out<Option<Mdl>>) -> NtStatus, DISPATCH_LEVEL =>
        request::buffers::output_mdl;
    WdfRequestRetrieveUnsafeUserInputBuffer(
        request: Handle, minimum: usize, out: Out<Pointer>, length: Out<usize>
    ) -> NtStatus, DISPATCH_LEVEL => request::buffers::unsafe_input;
    WdfRequestRetrieveUnsafeUserOutputBuffer(
        request: Handle, minimum: usize, out: Out<Pointer>, length: Out<usize>
    ) -> NtStatus, DISPATCH_LEVEL => request::buffers::unsafe_output;

    WdfFileObjectGetFileName(file: Handle) -> *mut UnicodeString, DISPATCH_LEVEL => file::query::name;
    WdfFileObjectGetFlags(file: Handle) -> u32, DISPATCH_LEVEL => file::query::flags;
    WdfFileObjectGetDevice(file: Handle) -> Handle, DISPATCH_LEVEL => file::query::device;
    WdfFileObjectWdmGetFileObject(file: Handle) -> Option<FileObject>, DISPATCH_LEVEL => file::query::wdm_file_object;

    WdfObjectCreate(attributes: Option<Given>, object: Out<Handle>) -> NtStatus, DISPATCH_LEVEL =>
        object::calls::object_create;
    WdfObjectDelete(object: Handle), DISPATCH_LEVEL => object::calls::object_delete;
    WdfObjectReferenceActual(object: Handle, tag: Unused, line: i32, file: Unused), DISPATCH_LEVEL =>
        object::calls::reference;
    WdfObjectDereferenceActual(object: Handle, tag: Unused, line: i32, file: Unused), DISPATCH_LEVEL =>
        object::calls::dereference;
    WdfObjectGetTypedContextWorker(object: Handle, info: Option<ContextType>) -> Pointer, HIGH_LEVEL =>
        object::calls::get_typed_context;
    WdfObjectAllocateContext(
        object: Handle, attributes: Option<Given>, context: Out<Pointer>
    ) -> NtStatus, DISPATCH_LEVEL => object::calls::allocate_context;
    WdfObjectContextGetObject(context: Pointer) -> Handle, HIGH_LEVEL => object::calls::context_get_object;
    WdfObjectAcquireLock(object: Handle), DISPATCH_LEVEL => locks::object_acquire;
    WdfObjectReleaseLock(object: Handle), DISPATCH_LEVEL => locks::object_release;

    WdfWaitLockCreate(attributes: Option<Given>, out: Out<Handle>) -> NtStatus, DISPATCH_LEVEL => locks::wait_create;
    WdfWaitLockAcquire(lock: Handle, timeout: Option<i64>) -> NtStatus, HIGH_LEVEL => locks::wait_acquire;
    WdfWaitLockRelease(lock: Handle), DISPATCH_LEVEL => locks::wait_release;
    WdfSpinLockCreate(attributes: Option<Given>, out: Out<Handle>) -> NtStatus, DISPATCH_LEVEL => locks::spin_create;
    WdfSpinLockAcquire(lock: Handle), DISPATCH_LEVEL => locks::spin_acquire;
    WdfSpinLockRelease(lock: Handle), DISPATCH_LEVEL => locks::spin_release;

    WdfWorkItemCreate(
        config: Option<WorkItemConfig>, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, DISPATCH_LEVEL => work_item::create;
    WdfWorkItemEnqueue(handle: Handle), DISPATCH_LEVEL => work_item::enqueue;
    WdfWorkItemFlush(handle: Handle), PASSIVE_LEVEL => work_item::flush;
    WdfWorkItemGetParentObject(handle: Handle) -> Handle, DISPATCH_LEVEL => work_item::parent;
    WdfTimerCreate(
        config: Option<TimerConfig>, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, DISPATCH_LEVEL => timer::create;
    WdfTimerStart(handle: Handle, due: i64) -> u8, DISPATCH_LEVEL => timer::start;
    WdfTimerStop(handle: Handle, wait: u8) -> u8, HIGH_LEVEL => timer::stop;
    WdfTimerGetParentObject(handle: Handle) -> Handle, DISPATCH_LEVEL => timer::parent;

    WdfMemoryCreate(
        attributes: Option<Given>, pool: i32, tag: u32, size: usize, out: Out<Handle>, buffer: Out<Pointer>
    ) -> NtStatus, DISPATCH_LEVEL => memory::create;
    WdfMemoryCreatePreallocated(
        attributes: Option<Given>, buffer: Pointer, size: usize, out: Out<Handle>
    ) -> NtStatus, DISPATCH_LEVEL => memory::create_preallocated;
    WdfMemoryGetBuffer(memory: Handle, size: Out<usize>) -> Pointer, HIGH_LEVEL => memory::get_buffer;
    WdfMemoryAssignBuffer(memory: Handle, buffer: Pointer, size: usize) -> NtStatus, DISPATCH_LEVEL =>
        memory::assign_buffer;
    WdfMemoryCopyToBuffer(memory: Handle, offset: usize, buffer: Pointer, count: usize) -> NtStatus, DISPATCH_LEVEL =>
        memory::copy_to;
    WdfMemoryCopyFromBuffer(
        memory: Handle, offset: usize, buffer: Pointer, count: usize
    ) -> NtStatus, DISPATCH_LEVEL => memory::copy_from;
    WdfStringCreate(
        text: Option<Counted<'_>>, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => text::create;
    WdfStringGetUnicodeString(string: Handle, out: Out<UnicodeString>), PASSIVE_LEVEL => text::get;
    WdfCollectionCreate(attributes: Option<Given>, out: Out<Handle>) -> NtStatus, DISPATCH_LEVEL =>
        collection::create;
    WdfCollectionGetCount(collection: Handle) -> u32, DISPATCH_LEVEL => collection::count;
    WdfCollectionAdd(collection: Handle, item: Handle) -> NtStatus, DISPATCH_LEVEL => collection::add;
    WdfCollectionRemove(collection: Handle, item: Handle), DISPATCH_LEVEL => collection::remove;
    WdfCollectionRemoveItem(collection: Handle, index: u32), DISPATCH_LEVEL => collection::remove_item;
    WdfCollectionGetItem(collection: Handle, index: u32) -> Handle, DISPATCH_LEVEL => collection::get_item;
    WdfCollectionGetFirstItem(collection: Handle) -> Handle, DISPATCH_LEVEL => collection::first;
    WdfCollectionGetLastItem(collection: Handle) -> Handle, DISPATCH_LEVEL => collection::last;

    WdfVerifierDbgBreakPoint(), HIGH_LEVEL => verifier::breakpoint;
    WdfVerifierKeBugCheck(code: u32, p1: usize, p2: usize, p3: usize, p4: usize), HIGH_LEVEL => verifier::bug_check;
}
