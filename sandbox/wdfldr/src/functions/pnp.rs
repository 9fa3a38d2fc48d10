//! Plug and play, power, WMI, DPCs, and what only some drivers ask of requests.

use crate::argument::{Answer, Argument, Counted, Given, Out, Unused};
use crate::call::Call;
use crate::device::preprocess::{self, Function as Preprocess};
use crate::device::{init_calls, power, property, query_interface, settings};
use crate::faults::{self, Refusable};
use crate::nt::{Irp, Pointer};
use crate::request::user_memory;
use crate::{dpc, wmi};
use netioctl_status::NtStatus;
use wdf_abi::{DeviceNotice, DriverGlobals, Function, Handle, QueryInterfaceConfig, WmiInstanceConfig, WorkItemConfig};
use wdf_model::irql::{DISPATCH_LEVEL, HIGH_LEVEL, PASSIVE_LEVEL};

functions! {
    WdfFdoInitSetFilter(init: Handle), PASSIVE_LEVEL => init_calls::set_filter;
    WdfFdoInitSetEventCallbacks(init: Handle, callbacks: Option<u32>), PASSIVE_LEVEL => settings::fdo_callbacks;
    WdfDeviceInitSetPowerPolicyEventCallbacks(init: Handle, callbacks: Option<u32>), PASSIVE_LEVEL =>
        settings::power_policy_callbacks;
    WdfControlDeviceInitSetShutdownNotification(init: Handle, function: DeviceNotice, flags: u8), PASSIVE_LEVEL =>
        init_calls::set_shutdown_notification;
    WdfDeviceInitAssignWdmIrpPreprocessCallback(
        init: Handle, function: Preprocess, major: u8, minors: Pointer, count: u32
    ) -> NtStatus, PASSIVE_LEVEL => preprocess::assign;
    WdfDeviceWdmDispatchPreprocessedIrp(device: Handle, irp: Option<Irp>) -> NtStatus, DISPATCH_LEVEL =>
        preprocess::dispatch;

    WdfDeviceSetPnpCapabilities(device: Handle, capabilities: Option<u32>), DISPATCH_LEVEL =>
        settings::pnp_capabilities;
    WdfDeviceSetPowerCapabilities(device: Handle, capabilities: Option<u32>), DISPATCH_LEVEL =>
        settings::power_capabilities;
    WdfDeviceAssignS0IdleSettings(device: Handle, settings: Option<u32>) -> NtStatus, PASSIVE_LEVEL => settings::idle;
    WdfDeviceAssignSxWakeSettings(device: Handle, settings: Option<u32>) -> NtStatus, PASSIVE_LEVEL => settings::wake;
    WdfDeviceStopIdleNoTrack(device: Handle, wait: u8) -> NtStatus, DISPATCH_LEVEL => settings::stop_idle;
    WdfDeviceStopIdleActual(
        device: Handle, wait: u8, tag: Unused, line: i32, file: Unused
    ) -> NtStatus, DISPATCH_LEVEL => settings::stop_idle_tracked;
    WdfDeviceResumeIdleNoTrack(device: Handle), DISPATCH_LEVEL => settings::resume_idle;
    WdfDeviceResumeIdleActual(device: Handle, tag: Unused, line: i32, file: Unused), DISPATCH_LEVEL =>
        settings::resume_idle_tracked;
    WdfDeviceGetSystemPowerAction(device: Handle) -> i32, DISPATCH_LEVEL => settings::system_power_action;
    WdfDeviceSetStaticStopRemove(device: Handle, stoppable: u8), DISPATCH_LEVEL => settings::flag;
    WdfDeviceSetSpecialFileSupport(device: Handle, kind: i32, supported: u8), DISPATCH_LEVEL => settings::special_file;
    WdfDeviceSetBusInformationForChildren(device: Handle, information: Unused), DISPATCH_LEVEL =>
        settings::bus_information;
    WdfDeviceSetAlignmentRequirement(device: Handle, alignment: u32), DISPATCH_LEVEL => settings::set_alignment;
    WdfDeviceGetAlignmentRequirement(device: Handle) -> u32, DISPATCH_LEVEL => settings::alignment;
    WdfDeviceSetFailed(device: Handle, action: i32), DISPATCH_LEVEL => settings::set_failed;
    WdfCmResourceListGetDescriptor(list: Handle, index: u32) -> Pointer, HIGH_LEVEL => power::resource;

    WdfDeviceQueryProperty(
        device: Handle, property: i32, length: u32, buffer: Pointer, needed: Out<u32>
    ) -> NtStatus, PASSIVE_LEVEL => property::of_device;
    WdfDeviceAllocAndQueryProperty(
        device: Handle, property: i32, pool: i32, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => property::allocate_of_device;
    WdfFdoInitQueryProperty(
        init: Handle, property: i32, length: u32, buffer: Pointer, needed: Out<u32>
    ) -> NtStatus, PASSIVE_LEVEL => property::of_init;
    WdfFdoInitAllocAndQueryProperty(
        init: Handle, property: i32, pool: i32, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => property::allocate_of_init;
    WdfIoTargetQueryTargetProperty(
        target: Handle, property: i32, length: u32, buffer: Pointer, needed: Out<u32>
    ) -> NtStatus, PASSIVE_LEVEL => property::of_target;
    WdfIoTargetAllocAndQueryTargetProperty(
        target: Handle, property: i32, pool: i32, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => property::allocate_of_target;
    WdfDeviceAddQueryInterface(device: Handle, config: Option<QueryInterfaceConfig>) -> NtStatus, PASSIVE_LEVEL =>
        query_interface::add;
    WdfFdoQueryForInterface(
        device: Handle, class: Pointer, table: Pointer, size: u16, version: u16, data: Pointer
    ) -> NtStatus, PASSIVE_LEVEL => query_interface::of_device;
    WdfIoTargetQueryForInterface(
        target: Handle, class: Pointer, table: Pointer, size: u16, version: u16, data: Pointer
    ) -> NtStatus, PASSIVE_LEVEL => query_interface::of_target;

    WdfDpcCreate(config: Option<WorkItemConfig>, attributes: Option<Given>, out: Out<Handle>) -> NtStatus, DISPATCH_LEVEL =>
        dpc::create;
    WdfDpcEnqueue(dpc: Handle) -> u8, HIGH_LEVEL => dpc::enqueue;
    WdfDpcCancel(dpc: Handle, wait: u8) -> u8, HIGH_LEVEL => dpc::cancel;
    WdfDpcGetParentObject(dpc: Handle) -> Handle, HIGH_LEVEL => dpc::parent;

    WdfRequestProbeAndLockUserBufferForRead(
        request: Handle, buffer: Pointer, length: usize, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => user_memory::probe_and_lock;
    WdfRequestProbeAndLockUserBufferForWrite(
        request: Handle, buffer: Pointer, length: usize, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => user_memory::probe_and_lock;

    WdfDeviceAssignMofResourceName(device: Handle, name: Option<Counted<'_>>) -> NtStatus, PASSIVE_LEVEL =>
        wmi::assign_mof;
    WdfWmiProviderCreate(
        device: Handle, config: Option<u32>, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => wmi::create_provider;
    WdfWmiProviderGetDevice(provider: Handle) -> Handle, DISPATCH_LEVEL => wmi::device_of_provider;
    WdfWmiProviderIsEnabled(provider: Handle, control: i32) -> u8, DISPATCH_LEVEL => wmi::is_enabled;
    WdfWmiInstanceCreate(
        device: Handle, config: Option<WmiInstanceConfig>, attributes: Option<Given>, out: Out<Handle>
    ) -> NtStatus, PASSIVE_LEVEL => wmi::create_instance;
    WdfWmiInstanceRegister(instance: Handle) -> NtStatus, PASSIVE_LEVEL => wmi::register;
    WdfWmiInstanceDeregister(instance: Handle), PASSIVE_LEVEL => wmi::deregister;
    WdfWmiInstanceGetDevice(instance: Handle) -> Handle, DISPATCH_LEVEL => wmi::device_of_instance;
    WdfWmiInstanceGetProvider(instance: Handle) -> Handle, DISPATCH_LEVEL => wmi::provider_of_instance;
}
