/*
 * WdfDriverEntry.lib: the image's entry point. It binds the driver to the
 * framework through WDFLDR.SYS, calls DriverEntry, and unbinds again when
 * that fails or the driver is unloaded.
 *
 * Not offered: class extensions (WdfVersionBindClass) and miniport drivers
 * that call WdfDriverMiniportUnload themselves.
 */
#include "ntifs.h"
#include "ntddk.h"
/* What the driver decides is left to the driver: the oldest framework that it is content with. */
#define WDF_STUB
#include "wdf.h"

/* What a driver and the loader tell each other; WDFLDR.SYS defines the layout. */
typedef struct _WDF_VERSION {
    ULONG Major;
    ULONG Minor;
    ULONG Build;
} WDF_VERSION;

typedef struct _BIND_INFO {
    ULONG Size;
    PCWSTR Component;
    WDF_VERSION Version;
    ULONG FunctionCount;
    const WDFFUNC **FunctionTable;
    PVOID Module;
    /* From here on only drivers that may run on an older framework, which are those for 1.25 and newer. */
    ULONG *MinimumVersionRequired;
    BOOLEAN *ClientVersionHigherThanFramework;
    ULONG *FunctionCountPointer;
    ULONG *StructureCountPointer;
    WDF_STRUCT_INFO *Structures;
} BIND_INFO;

C_ASSERT(FIELD_OFFSET(BIND_INFO, FunctionTable) == 0x20);
C_ASSERT(FIELD_OFFSET(BIND_INFO, MinimumVersionRequired) == 0x30);
C_ASSERT(sizeof(BIND_INFO) == 0x58);

/* Loaders of 1.23 and older know the first part only, and so does a driver for one of these. */
#if KMDF_VERSION_MINOR < 25
#define BIND_INFO_SIZE FIELD_OFFSET(BIND_INFO, MinimumVersionRequired)
#else
#define BIND_INFO_SIZE sizeof(BIND_INFO)
#endif

__declspec(dllimport) NTSTATUS NTAPI WdfVersionBind(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath,
    BIND_INFO *BindInfo,
    PWDF_DRIVER_GLOBALS *Globals);

__declspec(dllimport) NTSTATUS NTAPI WdfVersionUnbind(
    PUNICODE_STRING RegistryPath,
    BIND_INFO *BindInfo,
    PWDF_DRIVER_GLOBALS Globals);

extern NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath);

const WDFFUNC *WdfFunctions;
PWDF_DRIVER_GLOBALS WdfDriverGlobals;
BOOLEAN WdfClientVersionHigherThanFramework;
ULONG WdfFunctionCount = WdfFunctionTableNumEntries;
ULONG WdfStructureCount;
WDF_STRUCT_INFO WdfStructures;

static BIND_INFO BindInfo = {
    .Size = BIND_INFO_SIZE,
    .Component = L"KmdfLibrary",
    .Version = {KMDF_VERSION_MAJOR, KMDF_VERSION_MINOR, 0},
    .FunctionCount = WdfFunctionTableNumEntries,
    .FunctionTable = &WdfFunctions,
    .MinimumVersionRequired = &WdfMinimumVersionRequired,
    .ClientVersionHigherThanFramework = &WdfClientVersionHigherThanFramework,
    .FunctionCountPointer = &WdfFunctionCount,
    .StructureCountPointer = &WdfStructureCount,
    .Structures = &WdfStructures,
};

/* The loader wants the path again at unload, when the I/O manager's copy is gone. */
static WCHAR RegistryPathBuffer[260];
static UNICODE_STRING RegistryPath = {
    .MaximumLength = sizeof(RegistryPathBuffer),
    .Buffer = RegistryPathBuffer,
};

static PDRIVER_UNLOAD FrameworkUnload;

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject)
{
    FrameworkUnload(DriverObject);
    WdfVersionUnbind(&RegistryPath, &BindInfo, WdfDriverGlobals);
}

NTSTATUS NTAPI FxDriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING ServicePath)
{
    NTSTATUS status;

    RtlCopyUnicodeString(&RegistryPath, ServicePath);
    status = WdfVersionBind(DriverObject, &RegistryPath, &BindInfo, &WdfDriverGlobals);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    status = DriverEntry(DriverObject, ServicePath);
    if (!NT_SUCCESS(status)) {
        WdfVersionUnbind(&RegistryPath, &BindInfo, WdfDriverGlobals);
        return status;
    }

    /* A framework that wants its own unload called first says so. */
    if (WdfDriverGlobals->DisplaceDriverUnload && DriverObject->DriverUnload != NULL) {
        FrameworkUnload = DriverObject->DriverUnload;
        DriverObject->DriverUnload = Unload;
    }
    return status;
}
