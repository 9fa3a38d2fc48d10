//! Every structure of the crate has the layout that the record of KMDF's interface gives it: size, alignment, each
//! member and its offset, none left out on either side.

use std::collections::BTreeMap;
use std::mem::{align_of, offset_of, size_of};

use kmdf_record::{Interface, Member};
use wdf_abi::releases::NEWEST;
use wdf_abi::{
    CompletionParams, ContextTypeInfo, DeviceState, DriverConfig, DriverGlobals, FileObjectConfig, InterruptConfig,
    IoQueueConfig, MemoryDescriptor, MemoryOffset, ObjectAttributes, PnpPowerEventCallbacks, QueryInterfaceConfig,
    RequestParameters, ReuseParams, SendOptions, TargetOpenParams, TimerConfig, WmiInstanceConfig, WorkItemConfig,
};

struct Layout {
    size: usize,
    alignment: usize,
    offsets: BTreeMap<&'static str, usize>,
}

/// The layout of a structure under the names of its members in C. A member without a name there stands for padding or
/// for a part of the member before it.
macro_rules! layout {
    ($structure:ident { $($member:ident $(= $name:literal)?,)* }) => {{
        // Does not compile when a member is missing below.
        let _ = |$structure { $($member: _,)* }: $structure| ();
        let mut offsets = BTreeMap::new();
        $($(offsets.insert($name, offset_of!($structure, $member));)?)*
        Layout { size: size_of::<$structure>(), alignment: align_of::<$structure>(), offsets }
    }};
}

#[expect(clippy::too_many_lines, reason = "one table")]
fn layouts() -> [(&'static str, Layout); 20] {
    [
        (
            "_WDF_DRIVER_GLOBALS",
            layout!(DriverGlobals {
                driver = "Driver",
                driver_flags = "DriverFlags",
                driver_tag = "DriverTag",
                driver_name = "DriverName",
                displace_driver_unload = "DisplaceDriverUnload",
            }),
        ),
        (
            "_WDF_OBJECT_CONTEXT_TYPE_INFO",
            layout!(ContextTypeInfo {
                size = "Size",
                context_name = "ContextName",
                context_size = "ContextSize",
                unique_type = "UniqueType",
                get_unique_type = "EvtDriverGetUniqueContextType",
            }),
        ),
        (
            "_WDF_OBJECT_ATTRIBUTES",
            layout!(ObjectAttributes {
                size = "Size",
                cleanup = "EvtCleanupCallback",
                destroy = "EvtDestroyCallback",
                execution_level = "ExecutionLevel",
                synchronization_scope = "SynchronizationScope",
                parent = "ParentObject",
                context_size_override = "ContextSizeOverride",
                context_type = "ContextTypeInfo",
            }),
        ),
        (
            "_WDF_DRIVER_CONFIG",
            layout!(DriverConfig {
                size = "Size",
                device_add = "EvtDriverDeviceAdd",
                unload = "EvtDriverUnload",
                init_flags = "DriverInitFlags",
                pool_tag = "DriverPoolTag",
            }),
        ),
        (
            "_WDF_IO_QUEUE_CONFIG",
            layout!(IoQueueConfig {
                size = "Size",
                dispatch_type = "DispatchType",
                power_managed = "PowerManaged",
                allow_zero_length_requests = "AllowZeroLengthRequests",
                default_queue = "DefaultQueue",
                io_default = "EvtIoDefault",
                io_read = "EvtIoRead",
                io_write = "EvtIoWrite",
                io_device_control = "EvtIoDeviceControl",
                io_internal_device_control = "EvtIoInternalDeviceControl",
                io_stop = "EvtIoStop",
                io_resume = "EvtIoResume",
                io_canceled_on_queue = "EvtIoCanceledOnQueue",
                presented_requests = "Settings",
                driver = "Driver",
            }),
        ),
        (
            "_WDF_FILEOBJECT_CONFIG",
            layout!(FileObjectConfig {
                size = "Size",
                create = "EvtDeviceFileCreate",
                close = "EvtFileClose",
                cleanup = "EvtFileCleanup",
                auto_forward_cleanup_close = "AutoForwardCleanupClose",
                class = "FileObjectClass",
            }),
        ),
        (
            "_WDF_PNPPOWER_EVENT_CALLBACKS",
            layout!(PnpPowerEventCallbacks {
                size = "Size",
                d0_entry = "EvtDeviceD0Entry",
                d0_entry_post_interrupts_enabled = "EvtDeviceD0EntryPostInterruptsEnabled",
                d0_exit = "EvtDeviceD0Exit",
                d0_exit_pre_interrupts_disabled = "EvtDeviceD0ExitPreInterruptsDisabled",
                prepare_hardware = "EvtDevicePrepareHardware",
                release_hardware = "EvtDeviceReleaseHardware",
                self_managed_io_cleanup = "EvtDeviceSelfManagedIoCleanup",
                self_managed_io_flush = "EvtDeviceSelfManagedIoFlush",
                self_managed_io_init = "EvtDeviceSelfManagedIoInit",
                self_managed_io_suspend = "EvtDeviceSelfManagedIoSuspend",
                self_managed_io_restart = "EvtDeviceSelfManagedIoRestart",
                surprise_removal = "EvtDeviceSurpriseRemoval",
                query_remove = "EvtDeviceQueryRemove",
                query_stop = "EvtDeviceQueryStop",
                usage_notification = "EvtDeviceUsageNotification",
                relations_query = "EvtDeviceRelationsQuery",
                usage_notification_ex = "EvtDeviceUsageNotificationEx",
            }),
        ),
        (
            "_WDF_REQUEST_PARAMETERS",
            layout!(RequestParameters {
                size = "Size",
                minor_function = "MinorFunction",
                request_type = "Type",
                word0 = "Parameters",
                word1,
                word2,
                word3,
            }),
        ),
        (
            "_WDF_TIMER_CONFIG",
            layout!(TimerConfig {
                size = "Size",
                function = "EvtTimerFunc",
                period = "Period",
                automatic_serialization = "AutomaticSerialization",
                tolerable_delay = "TolerableDelay",
                reserved,
                use_high_resolution_timer = "UseHighResolutionTimer",
            }),
        ),
        (
            "_WDF_WORKITEM_CONFIG",
            layout!(WorkItemConfig {
                size = "Size",
                function = "EvtWorkItemFunc",
                automatic_serialization = "AutomaticSerialization",
            }),
        ),
        ("_WDF_DEVICE_STATE", layout!(DeviceState { size = "Size", flags = "Disabled", })),
        (
            "_WDF_IO_TARGET_OPEN_PARAMS",
            layout!(TargetOpenParams {
                size = "Size",
                kind = "Type",
                query_remove = "EvtIoTargetQueryRemove",
                remove_canceled = "EvtIoTargetRemoveCanceled",
                remove_complete = "EvtIoTargetRemoveComplete",
                device = "TargetDeviceObject",
                file = "TargetFileObject",
                name = "TargetDeviceName",
                access = "DesiredAccess",
                share = "ShareAccess",
                file_attributes = "FileAttributes",
                disposition = "CreateDisposition",
                options = "CreateOptions",
                ea = "EaBuffer",
                ea_length = "EaBufferLength",
                allocation = "AllocationSize",
                information = "FileInformation",
                file_name = "FileName",
            }),
        ),
        ("_WDF_REQUEST_SEND_OPTIONS", layout!(SendOptions { size = "Size", flags = "Flags", timeout = "Timeout", })),
        (
            "_WDF_REQUEST_REUSE_PARAMS",
            layout!(ReuseParams { size = "Size", flags = "Flags", status = "Status", irp = "NewIrp", }),
        ),
        (
            "_WDF_REQUEST_COMPLETION_PARAMS",
            layout!(CompletionParams {
                size = "Size",
                request_type = "Type",
                status = "IoStatus",
                information,
                word0 = "Parameters",
                word1,
                word2,
                word3,
                word4,
                word5,
            }),
        ),
        ("_WDF_MEMORY_DESCRIPTOR", layout!(MemoryDescriptor { kind = "Type", subject = "u", extent, })),
        (
            "_WDF_QUERY_INTERFACE_CONFIG",
            layout!(QueryInterfaceConfig {
                size = "Size",
                table = "Interface",
                class = "InterfaceType",
                send_to_parent = "SendQueryToParentStack",
                process = "EvtDeviceProcessQueryInterfaceRequest",
                import = "ImportInterface",
            }),
        ),
        (
            "_WDF_WMI_INSTANCE_CONFIG",
            layout!(WmiInstanceConfig {
                size = "Size",
                provider = "Provider",
                provider_config = "ProviderConfig",
                use_context_for_query = "UseContextForQuery",
                register = "Register",
                query = "EvtWmiInstanceQueryInstance",
                set = "EvtWmiInstanceSetInstance",
                set_item = "EvtWmiInstanceSetItem",
                execute = "EvtWmiInstanceExecuteMethod",
            }),
        ),
        (
            "_WDF_INTERRUPT_CONFIG",
            layout!(InterruptConfig {
                size = "Size",
                spin_lock = "SpinLock",
                share_vector = "ShareVector",
                floating_save = "FloatingSave",
                automatic_serialization = "AutomaticSerialization",
                isr = "EvtInterruptIsr",
                dpc = "EvtInterruptDpc",
                enable = "EvtInterruptEnable",
                disable = "EvtInterruptDisable",
                work_item = "EvtInterruptWorkItem",
                raw = "InterruptRaw",
                translated = "InterruptTranslated",
                wait_lock = "WaitLock",
                passive_handling = "PassiveHandling",
                report_inactive_on_power_down = "ReportInactiveOnPowerDown",
                can_wake_device = "CanWakeDevice",
            }),
        ),
        ("_WDFMEMORY_OFFSET", layout!(MemoryOffset { offset = "BufferOffset", length = "BufferLength", })),
    ]
}

/// The seven flags of `WDF_DEVICE_STATE` are one array here.
const FLAGS: [&str; 6] =
    ["DontDisplayInUI", "Failed", "NotDisableable", "Removed", "ResourcesChanged", "AssignedToGuest"];

#[test]
fn structures_are_those_of_the_record() {
    let interface = Interface::read().unwrap();
    for (name, layout) in layouts() {
        let recorded = &interface.structures[name];
        assert_eq!(Some(&layout.size), recorded.size.within(33), "the size of {name}");
        assert_eq!(layout.alignment, recorded.alignment, "the alignment of {name}");
        let mut offsets: BTreeMap<_, _> = layout.offsets.into_iter().collect();
        if name == "_WDF_DEVICE_STATE" {
            let first = offsets["Disabled"];
            offsets.extend(FLAGS.into_iter().zip((first + 4..).step_by(4)));
        }
        let members = recorded.members.iter().map(|member| (member.name.as_str(), member.offset.unwrap()));
        let recorded: BTreeMap<_, _> = members.collect();
        assert_eq!(offsets, recorded, "the members of {name}");
    }
}

fn find<'a>(members: &'a [Member], name: &str) -> &'a Member {
    members.iter().find(|member| member.name == name).unwrap()
}

/// The four words of a request's parameters are those that the stand-in fills for each type of request.
#[test]
fn the_words_of_request_parameters_are_the_members_of_the_union() {
    let interface = Interface::read().unwrap();
    let words = [
        offset_of!(RequestParameters, word0),
        offset_of!(RequestParameters, word1),
        offset_of!(RequestParameters, word2),
        offset_of!(RequestParameters, word3),
    ];
    let union = find(&interface.structures["_WDF_REQUEST_PARAMETERS"].members, "Parameters");
    for (part, members) in [
        ("Read", ["Length", "Key", "DeviceOffset"].as_slice()),
        ("Write", &["Length", "Key", "DeviceOffset"]),
        ("DeviceIoControl", &["OutputBufferLength", "InputBufferLength", "IoControlCode", "Type3InputBuffer"]),
        ("Others", &["Arg1", "Arg2", "IoControlCode", "Arg4"]),
    ] {
        let part = find(union.members(), part);
        for (member, word) in members.iter().zip(words) {
            let offset = find(part.members(), member).offset.unwrap();
            assert_eq!(union.offset.unwrap() + offset, word, "{member}");
        }
    }
}

/// A driver learns the sizes of the newest release from the same record.
#[test]
fn sizes_by_index_are_those_of_the_record() {
    let interface = Interface::read().unwrap();
    for (index, (name, size)) in interface.sized_structures().enumerate() {
        assert_eq!(NEWEST.structure_size(index), Some(size.unwrap_or(0)), "{name}");
    }
    let layouts: BTreeMap<_, _> = layouts().into_iter().collect();
    let sized: Vec<_> =
        interface.sized_structures().filter(|(name, _)| layouts.contains_key(&*format!("_{name}"))).collect();
    assert_eq!(sized.len(), layouts.len(), "{sized:?}");
}
