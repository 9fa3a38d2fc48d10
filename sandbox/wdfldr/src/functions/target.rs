//! I/O targets, and requests that are sent to them.

use crate::argument::{Answer, Argument, Given, InOut, Out};
use crate::call::Call;
use crate::faults::{self, Refusable};
use crate::nt::{DeviceObject, FileObject, Pointer};
use crate::target::source::Source;
use crate::target::{cancel, create, format_calls, query, requests, send, state, synchronous};
use netioctl_status::NtStatus;
use wdf_abi::{
    CompletionParams, DriverGlobals, Function, Handle, MemoryOffset, RequestCompletion, ReuseParams, SendOptions,
    TargetOpenParams,
};
use wdf_model::irql::{DISPATCH_LEVEL, PASSIVE_LEVEL};

functions! {
    WdfDeviceGetIoTarget(device: Handle) -> Handle, DISPATCH_LEVEL => create::of_device;
    WdfIoTargetCreate(device: Handle, attributes: Option<Given>, out: Out<Handle>) -> NtStatus, PASSIVE_LEVEL =>
        create::create;
    WdfIoTargetOpen(target: Handle, parameters: Option<TargetOpenParams>) -> NtStatus, PASSIVE_LEVEL => create::open;
    WdfIoTargetClose(target: Handle), PASSIVE_LEVEL => create::close;
    WdfIoTargetCloseForQueryRemove(target: Handle), PASSIVE_LEVEL => create::close_for_query_remove;
    WdfIoTargetStart(target: Handle) -> NtStatus, DISPATCH_LEVEL => state::start;
    WdfIoTargetStop(target: Handle, action: i32), DISPATCH_LEVEL => state::stop;
    WdfIoTargetPurge(target: Handle, action: i32), DISPATCH_LEVEL => state::purge;
    WdfIoTargetGetState(target: Handle) -> i32, DISPATCH_LEVEL => query::state;
    WdfIoTargetGetDevice(target: Handle) -> Handle, DISPATCH_LEVEL => query::device;
    WdfIoTargetWdmGetTargetDeviceObject(target: Handle) -> Option<DeviceObject>, DISPATCH_LEVEL => query::device_object;
    WdfIoTargetWdmGetTargetPhysicalDevice(target: Handle) -> Option<DeviceObject>, DISPATCH_LEVEL =>
        query::physical_device;
    WdfIoTargetWdmGetTargetFileObject(target: Handle) -> Option<FileObject>, DISPATCH_LEVEL => query::file_object;
    WdfIoTargetWdmGetTargetFileHandle(target: Handle) -> Pointer, PASSIVE_LEVEL => query::file_handle;

    WdfIoTargetFormatRequestForRead(
        target: Handle, request: Handle, output: Handle, offset: Option<MemoryOffset>, at: Option<i64>
    ) -> NtStatus, DISPATCH_LEVEL => format_calls::read;
    WdfIoTargetFormatRequestForWrite(
        target: Handle, request: Handle, input: Handle, offset: Option<MemoryOffset>, at: Option<i64>
    ) -> NtStatus, DISPATCH_LEVEL => format_calls::write;
    WdfIoTargetFormatRequestForIoctl(
        target: Handle, request: Handle, code: u32, input: Handle, input_offset: Option<MemoryOffset>, output: Handle,
        output_offset: Option<MemoryOffset>
    ) -> NtStatus, DISPATCH_LEVEL => format_calls::control;
    WdfIoTargetFormatRequestForInternalIoctl(
        target: Handle, request: Handle, code: u32, input: Handle, input_offset: Option<MemoryOffset>, output: Handle,
        output_offset: Option<MemoryOffset>
    ) -> NtStatus, DISPATCH_LEVEL => format_calls::internal_control;
    WdfIoTargetSendReadSynchronously(
        target: Handle, request: Handle, output: Source, at: Option<i64>, options: Option<SendOptions>, bytes: Out<usize>
    ) -> NtStatus, PASSIVE_LEVEL => synchronous::read;
    WdfIoTargetSendWriteSynchronously(
        target: Handle, request: Handle, input: Source, at: Option<i64>, options: Option<SendOptions>, bytes: Out<usize>
    ) -> NtStatus, PASSIVE_LEVEL => synchronous::write;
    WdfIoTargetSendIoctlSynchronously(
        target: Handle, request: Handle, code: u32, input: Source, output: Source, options: Option<SendOptions>,
        bytes: Out<usize>
    ) -> NtStatus, PASSIVE_LEVEL => synchronous::control;
    WdfIoTargetSendInternalIoctlSynchronously(
        target: Handle, request: Handle, code: u32, input: Source, output: Source, options: Option<SendOptions>,
        bytes: Out<usize>
    ) -> NtStatus, PASSIVE_LEVEL => synchronous::internal_control;

    WdfRequestCreate(attributes: Option<Given>, target: Handle, out: Out<Handle>) -> NtStatus, DISPATCH_LEVEL =>
        requests::create;
    WdfRequestReuse(request: Handle, parameters: Option<ReuseParams>) -> NtStatus, DISPATCH_LEVEL => requests::reuse;
    WdfRequestChangeTarget(request: Handle, target: Handle) -> NtStatus, DISPATCH_LEVEL => requests::change_target;
    WdfRequestAllocateTimer(request: Handle) -> NtStatus, DISPATCH_LEVEL => requests::allocate_timer;
    WdfRequestSetCompletionRoutine(request: Handle, function: RequestCompletion, context: Pointer), DISPATCH_LEVEL =>
        requests::set_completion;
    WdfRequestGetCompletionParams(request: Handle, out: InOut<CompletionParams>), DISPATCH_LEVEL =>
        requests::completion_params;
    WdfRequestFormatRequestUsingCurrentType(request: Handle), DISPATCH_LEVEL => format_calls::using_current_type;
    WdfRequestWdmFormatUsingStackLocation(request: Handle, stack: Pointer), DISPATCH_LEVEL =>
        format_calls::using_stack_location;
    WdfRequestSend(request: Handle, target: Handle, options: Option<SendOptions>) -> u8, DISPATCH_LEVEL => send::send;
    WdfRequestCancelSentRequest(request: Handle) -> u8, DISPATCH_LEVEL => cancel::cancel_sent;
}
