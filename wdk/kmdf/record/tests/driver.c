/*
 * A driver in C that goes once through what the headers offer it: contexts, initializers, the inline functions. It is
 * compiled for every release of the framework, and as C++ too.
 */
#include <ntddk.h>
#include <wdf.h>
#include <usb.h>
#include <wdfusb.h>
#include <wdfminiport.h>

typedef struct _DEVICE_CONTEXT {
    WDFQUEUE Queue;
    WDFTIMER Timer;
    WDFSPINLOCK Lock;
} DEVICE_CONTEXT, *PDEVICE_CONTEXT;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, DeviceContext)

typedef struct _REQUEST_CONTEXT {
    ULONG Count;
} REQUEST_CONTEXT;
WDF_DECLARE_CONTEXT_TYPE(REQUEST_CONTEXT);

WDF_DECLARE_CUSTOM_TYPE(ECHO_DEVICE)

WDF_EXTERN_C_START
DRIVER_INITIALIZE DriverEntry;
WDF_EXTERN_C_END
EVT_WDF_DRIVER_DEVICE_ADD DeviceAdd;
EVT_WDF_DEVICE_CONTEXT_CLEANUP DeviceCleanup;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL DeviceControl;
EVT_WDF_TIMER Tick;
EVT_WDF_REQUEST_CANCEL Canceled;
EVT_WDF_DEVICE_D0_ENTRY D0Entry;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, DeviceAdd);
    config.DriverPoolTag = 0x6f686365;
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, WDF_NO_HANDLE);
}

static NTSTATUS CreateQueue(WDFDEVICE Device)
{
    WDF_IO_QUEUE_CONFIG config;
    WDF_TIMER_CONFIG timer;
    WDF_OBJECT_ATTRIBUTES attributes;
    PDEVICE_CONTEXT context = DeviceContext(Device);
    NTSTATUS status;

    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchParallel);
    config.EvtIoDeviceControl = DeviceControl;
    status = WdfIoQueueCreate(Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &context->Queue);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Device;
    status = WdfSpinLockCreate(&attributes, &context->Lock);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_TIMER_CONFIG_INIT_PERIODIC(&timer, Tick, 100);
    timer.UseHighResolutionTimer = TRUE;
    status = WdfTimerCreate(&timer, &attributes, &context->Timer);
    if (NT_SUCCESS(status)) {
        WdfTimerStart(context->Timer, WDF_REL_TIMEOUT_IN_MS(100));
    }
    return status;
}

NTSTATUS DeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    WDF_PNPPOWER_EVENT_CALLBACKS power;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_DEVICE_PNP_CAPABILITIES capabilities;
    WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS idle;
    WDF_DEVICE_STATE state;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    PAGED_CODE();
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&power);
    power.EvtDeviceD0Entry = D0Entry;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &power);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    attributes.EvtCleanupCallback = DeviceCleanup;
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_DEVICE_PNP_CAPABILITIES_INIT(&capabilities);
    capabilities.Removable = WdfTrue;
    WdfDeviceSetPnpCapabilities(device, &capabilities);
    WDF_DEVICE_STATE_INIT(&state);
    WdfDeviceSetDeviceState(device, &state);
    WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS_INIT(&idle, IdleCannotWakeFromS0);
    idle.IdleTimeout = 1000;
    status = WdfDeviceAssignS0IdleSettings(device, &idle);
    if (NT_SUCCESS(status)) {
        status = WdfObjectAddCustomType(device, ECHO_DEVICE);
    }
    return NT_SUCCESS(status) ? CreateQueue(device) : status;
}

NTSTATUS D0Entry(WDFDEVICE Device, WDF_POWER_DEVICE_STATE PreviousState)
{
    UNREFERENCED_PARAMETER(PreviousState);
    NT_ASSERT(WdfObjectIsCustomType(Device, ECHO_DEVICE));
    return WdfDeviceStopIdle(Device, FALSE);
}

VOID DeviceCleanup(WDFOBJECT Object)
{
    ExFreePool(ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED, 16, 0x6f686365));
    UNREFERENCED_PARAMETER(Object);
}

VOID Canceled(WDFREQUEST Request)
{
    WdfRequestComplete(Request, STATUS_CANCELLED);
}

VOID Tick(WDFTIMER Timer)
{
    PDEVICE_CONTEXT context = DeviceContext(WdfTimerGetParentObject(Timer));

    WdfSpinLockAcquire(context->Lock);
    WdfSpinLockRelease(context->Lock);
}

VOID DeviceControl(
    WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength, size_t InputBufferLength, ULONG IoControlCode)
{
    WDF_REQUEST_SEND_OPTIONS options;
    WDF_REQUEST_PARAMETERS parameters;
    WDF_USB_CONTROL_SETUP_PACKET packet;
    REQUEST_CONTEXT *context = WdfObjectGet_REQUEST_CONTEXT(Request);
    PVOID buffer;

    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(Request, &parameters);
    WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SYNCHRONOUS);
    WDF_REQUEST_SEND_OPTIONS_SET_TIMEOUT(&options, WDF_REL_TIMEOUT_IN_SEC(1));
    WDF_USB_CONTROL_SETUP_PACKET_INIT_VENDOR(&packet, BmRequestHostToDevice, BmRequestToDevice, 1, 2, 3);
    context->Count += packet.Packet.bRequest + (ULONG)OutputBufferLength + (ULONG)InputBufferLength + IoControlCode;
    if (parameters.Parameters.DeviceIoControl.IoControlCode != IoControlCode
        || !NT_SUCCESS(WdfRequestRetrieveOutputBuffer(Request, sizeof(ULONG), &buffer, NULL))) {
        WdfRequestComplete(Request, STATUS_INVALID_PARAMETER);
    } else if (WdfRequestSend(Request, WdfDeviceGetIoTarget(WdfIoQueueGetDevice(Queue)), &options)) {
        WdfObjectReference(Request);
    } else {
        WdfRequestMarkCancelable(Request, Canceled);
    }
}

#if KMDF_VERSION_MINOR >= 23 || defined(NEEDS_1_23)
/* A function of 1.23. */
WDFCOMPANIONTARGET Companion(WDFDEVICE Device);
WDFCOMPANIONTARGET Companion(WDFDEVICE Device)
{
    WDFCOMPANIONTARGET target = NULL;

    return NT_SUCCESS(WdfDeviceRetrieveCompanionTarget(Device, &target)) ? target : NULL;
}
#endif
