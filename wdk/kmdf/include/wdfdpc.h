/* Deferred procedure calls. */
#ifndef KMDF_WDFDPC_H
#define KMDF_WDFDPC_H

#include "wdfobject.h"

typedef VOID EVT_WDF_DPC(
    WDFDPC Dpc);
typedef EVT_WDF_DPC *PFN_WDF_DPC;

typedef struct _WDF_DPC_CONFIG {
    ULONG Size;
    PFN_WDF_DPC EvtDpcFunc;
    BOOLEAN AutomaticSerialization;
} WDF_DPC_CONFIG, *PWDF_DPC_CONFIG;

typedef NTSTATUS
(NTAPI *PFN_WDFDPCCREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    PWDF_DPC_CONFIG Config,
    PWDF_OBJECT_ATTRIBUTES Attributes,
    WDFDPC *Dpc);

typedef BOOLEAN
(NTAPI *PFN_WDFDPCENQUEUE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFDPC Dpc);

typedef BOOLEAN
(NTAPI *PFN_WDFDPCCANCEL)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFDPC Dpc,
    BOOLEAN Wait);

typedef WDFOBJECT
(NTAPI *PFN_WDFDPCGETPARENTOBJECT)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFDPC Dpc);

typedef PKDPC
(NTAPI *PFN_WDFDPCWDMGETDPC)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFDPC Dpc);

#endif
