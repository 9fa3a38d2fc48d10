/* What drivers take from the headers of wdk/include that mingw-w64 lacks: names, values and layouts as Windows has them. */
#include <ntddk.h>
#include <stdlib.h>

#include <initguid.h>
#include <wdmguid.h>
#include <usb.h>
#include <usbdlib.h>
#include <wdf.h>
#include <ntstrsafe.h>
#include <hidport.h>
#include <hidpddi.h>
#include <wpprecorder.h>
#define RESHUB_USE_HELPER_ROUTINES
#include <reshub.h>
#include <spb.h>

/* Control codes: 16 bits of the device, 2 of the access, 12 of the function, 2 of the method. */
C_ASSERT(IOCTL_SPB_EXECUTE_SEQUENCE == 0x41808);
C_ASSERT(IOCTL_SPB_FULL_DUPLEX == 0x41814);
C_ASSERT(IOCTL_HID_GET_DEVICE_DESCRIPTOR == 0xB0003);
C_ASSERT(IOCTL_HID_GET_DEVICE_ATTRIBUTES == 0xB0027);

C_ASSERT(sizeof(HID_DESCRIPTOR) == 9);
C_ASSERT(sizeof(HID_DEVICE_ATTRIBUTES) == 32);
C_ASSERT(sizeof(HID_MINIDRIVER_REGISTRATION) == 32);
C_ASSERT(sizeof(BDCB_IMAGE_INFORMATION) == 104);
C_ASSERT(sizeof(PO_FX_COMPONENT) == 32);
C_ASSERT(sizeof(PO_FX_DEVICE) == 64 + sizeof(PO_FX_COMPONENT));
C_ASSERT(sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR) == 20);
C_ASSERT(FIELD_OFFSET(CM_PARTIAL_RESOURCE_DESCRIPTOR, u.Connection.IdHighPart) == 12);
C_ASSERT(UFIELD_OFFSET(HID_DESCRIPTOR, DescriptorList) == 6);
C_ASSERT(RESOURCE_HUB_PATH_CHARS == sizeof("\\Device\\RESOURCE_HUB\\0123456789abcdef"));

DRIVER_INITIALIZE DriverEntry;
static BOOT_DRIVER_CALLBACK_FUNCTION OnBootDriver;

static VOID NTAPI OnBootDriver(PVOID Context, BDCB_CALLBACK_TYPE Type, PBDCB_IMAGE_INFORMATION Image)
{
    UNREFERENCED_PARAMETER(Context);
    if (Type == BdCbInitializeImage) {
        Image->Classification = BdCbClassificationUnknownImage;
    }
}

static NTSTATUS Transfer(PCM_PARTIAL_RESOURCE_DESCRIPTOR Resource, PVOID Buffer, ULONG Length)
{
    SPB_TRANSFER_LIST_AND_ENTRIES(2) list;
    DECLARE_UNICODE_STRING_SIZE(path, RESOURCE_HUB_PATH_CHARS);

    SPB_TRANSFER_LIST_INIT(&list.List, 2);
    list.List.Transfers[0] =
        SPB_TRANSFER_LIST_ENTRY_INIT_SIMPLE(SpbTransferDirectionToDevice, 0, Buffer, Length);
    if (Resource->Type != CmResourceTypeConnection) {
        return STATUS_INVALID_PARAMETER;
    }
    return RESOURCE_HUB_CREATE_PATH_FROM_ID(
        &path, Resource->u.Connection.IdLowPart, Resource->u.Connection.IdHighPart);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    RECORDER_LOG_CREATE_PARAMS params;
    RECORDER_LOG log;
    PO_FX_DEVICE device;
    POHANDLE handle;
    CM_PARTIAL_RESOURCE_DESCRIPTOR resource;

    UNREFERENCED_PARAMETER(DriverObject);
    RtlZeroMemory(&device, sizeof(device));
    RtlZeroMemory(&resource, sizeof(resource));
    device.Version = PO_FX_VERSION_V1;
    device.DeviceContext = ExAllocatePoolZero(NonPagedPoolNx, atoi("16"), 'erom');
    RECORDER_LOG_CREATE_PARAMS_INIT(&params, "log");
    if (!NT_SUCCESS(WppRecorderLogCreate(&params, &log)) || IoRegisterBootDriverCallback(OnBootDriver, NULL) == NULL) {
        return PoFxRegisterDevice(NULL, &device, &handle);
    }
    WppRecorderLogDelete(log);
    return RtlUnicodeStringPrintf(RegistryPath, L"%u", Transfer(&resource, NULL, 0));
}
