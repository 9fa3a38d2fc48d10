/* I/O requests. */
#ifndef KMDF_WDFREQUEST_H
#define KMDF_WDFREQUEST_H

#include "wdfobject.h"
#include "wdfmemory.h"

typedef enum _WDF_REQUEST_REUSE_FLAGS {
    WDF_REQUEST_REUSE_NO_FLAGS    = 0,
    WDF_REQUEST_REUSE_SET_NEW_IRP = 1,
} WDF_REQUEST_REUSE_FLAGS, *PWDF_REQUEST_REUSE_FLAGS;

typedef enum _WDF_REQUEST_SEND_OPTIONS_FLAGS {
    WDF_REQUEST_SEND_OPTION_TIMEOUT                      = 1,
    WDF_REQUEST_SEND_OPTION_SYNCHRONOUS                  = 2,
    WDF_REQUEST_SEND_OPTION_IGNORE_TARGET_STATE          = 4,
    WDF_REQUEST_SEND_OPTION_SEND_AND_FORGET              = 8,
    WDF_REQUEST_SEND_OPTION_IMPERSONATE_CLIENT           = 0x10000,
    WDF_REQUEST_SEND_OPTION_IMPERSONATION_IGNORE_FAILURE = 0x20000,
} WDF_REQUEST_SEND_OPTIONS_FLAGS, *PWDF_REQUEST_SEND_OPTIONS_FLAGS;

typedef enum _WDF_REQUEST_FORWARD_OPTIONS_FLAGS {
    WDF_REQUEST_FORWARD_OPTION_SEND_AND_FORGET = 1,
} WDF_REQUEST_FORWARD_OPTIONS_FLAGS, *PWDF_REQUEST_FORWARD_OPTIONS_FLAGS;

typedef struct _WDF_REQUEST_PARAMETERS {
    USHORT Size;
    UCHAR MinorFunction;
    WDF_REQUEST_TYPE Type;
    union {
        struct {
            PIO_SECURITY_CONTEXT SecurityContext;
            ULONG Options;
            USHORT POINTER_ALIGNMENT FileAttributes;
            USHORT ShareAccess;
            ULONG POINTER_ALIGNMENT EaLength;
        } Create;
        struct {
            size_t Length;
            ULONG POINTER_ALIGNMENT Key;
            LONGLONG DeviceOffset;
        } Read;
        struct {
            size_t Length;
            ULONG POINTER_ALIGNMENT Key;
            LONGLONG DeviceOffset;
        } Write;
        struct {
            size_t OutputBufferLength;
            size_t POINTER_ALIGNMENT InputBufferLength;
            ULONG POINTER_ALIGNMENT IoControlCode;
            PVOID Type3InputBuffer;
        } DeviceIoControl;
        struct {
            PVOID Arg1;
            PVOID Arg2;
            ULONG POINTER_ALIGNMENT IoControlCode;
            PVOID Arg4;
        } Others;
    } Parameters;
} WDF_REQUEST_PARAMETERS, *PWDF_REQUEST_PARAMETERS;

/* Completion parameters of a USB request: only pointed to here. */
typedef struct _WDF_USB_REQUEST_COMPLETION_PARAMS *PWDF_USB_REQUEST_COMPLETION_PARAMS;

typedef struct _WDF_REQUEST_COMPLETION_PARAMS {
    ULONG Size;
    WDF_REQUEST_TYPE Type;
    IO_STATUS_BLOCK IoStatus;
    union {
        struct {
            WDFMEMORY Buffer;
            size_t Length;
            size_t Offset;
        } Write;
        struct {
            WDFMEMORY Buffer;
            size_t Length;
            size_t Offset;
        } Read;
        struct {
            ULONG IoControlCode;
            struct {
                WDFMEMORY Buffer;
                size_t Offset;
            } Input;
            struct {
                WDFMEMORY Buffer;
                size_t Offset;
                size_t Length;
            } Output;
        } Ioctl;
        struct {
            union {
                PVOID Ptr;
                ULONG_PTR Value;
            } Argument1;
            union {
                PVOID Ptr;
                ULONG_PTR Value;
            } Argument2;
            union {
                PVOID Ptr;
                ULONG_PTR Value;
            } Argument3;
            union {
                PVOID Ptr;
                ULONG_PTR Value;
            } Argument4;
        } Others;
        struct {
            PWDF_USB_REQUEST_COMPLETION_PARAMS Completion;
        } Usb;
    } Parameters;
} WDF_REQUEST_COMPLETION_PARAMS, *PWDF_REQUEST_COMPLETION_PARAMS;

typedef struct _WDF_REQUEST_REUSE_PARAMS {
    ULONG Size;
    ULONG Flags;
    NTSTATUS Status;
    PIRP NewIrp;
} WDF_REQUEST_REUSE_PARAMS, *PWDF_REQUEST_REUSE_PARAMS;

typedef struct _WDF_REQUEST_SEND_OPTIONS {
    ULONG Size;
    ULONG Flags;
    LONGLONG Timeout;
} WDF_REQUEST_SEND_OPTIONS, *PWDF_REQUEST_SEND_OPTIONS;

typedef struct _WDF_REQUEST_FORWARD_OPTIONS {
    ULONG Size;
    ULONG Flags;
} WDF_REQUEST_FORWARD_OPTIONS, *PWDF_REQUEST_FORWARD_OPTIONS;

typedef VOID EVT_WDF_REQUEST_CANCEL(
    WDFREQUEST Request);
typedef EVT_WDF_REQUEST_CANCEL *PFN_WDF_REQUEST_CANCEL;

typedef VOID EVT_WDF_REQUEST_COMPLETION_ROUTINE(
    WDFREQUEST Request,
    WDFIOTARGET Target,
    PWDF_REQUEST_COMPLETION_PARAMS Params,
    WDFCONTEXT Context);
typedef EVT_WDF_REQUEST_COMPLETION_ROUTINE *PFN_WDF_REQUEST_COMPLETION_ROUTINE;

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTCREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    PWDF_OBJECT_ATTRIBUTES RequestAttributes,
    WDFIOTARGET IoTarget,
    WDFREQUEST *Request);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTCREATEFROMIRP)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    PWDF_OBJECT_ATTRIBUTES RequestAttributes,
    PIRP Irp,
    BOOLEAN RequestFreesIrp,
    WDFREQUEST *Request);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTREUSE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    PWDF_REQUEST_REUSE_PARAMS ReuseParams);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTCHANGETARGET)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    WDFIOTARGET IoTarget);

typedef VOID
(NTAPI *PFN_WDFREQUESTFORMATREQUESTUSINGCURRENTTYPE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef VOID
(NTAPI *PFN_WDFREQUESTWDMFORMATUSINGSTACKLOCATION)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    PIO_STACK_LOCATION Stack);

typedef BOOLEAN
(NTAPI *PFN_WDFREQUESTSEND)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    WDFIOTARGET Target,
    PWDF_REQUEST_SEND_OPTIONS Options);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTGETSTATUS)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef VOID
(NTAPI *PFN_WDFREQUESTMARKCANCELABLE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    PFN_WDF_REQUEST_CANCEL EvtRequestCancel);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTUNMARKCANCELABLE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef BOOLEAN
(NTAPI *PFN_WDFREQUESTISCANCELED)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef BOOLEAN
(NTAPI *PFN_WDFREQUESTCANCELSENTREQUEST)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef BOOLEAN
(NTAPI *PFN_WDFREQUESTISFROM32BITPROCESS)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef VOID
(NTAPI *PFN_WDFREQUESTSETCOMPLETIONROUTINE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    PFN_WDF_REQUEST_COMPLETION_ROUTINE CompletionRoutine,
    WDFCONTEXT CompletionContext);

typedef VOID
(NTAPI *PFN_WDFREQUESTGETCOMPLETIONPARAMS)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    PWDF_REQUEST_COMPLETION_PARAMS Params);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTALLOCATETIMER)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef VOID
(NTAPI *PFN_WDFREQUESTCOMPLETE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    NTSTATUS Status);

typedef VOID
(NTAPI *PFN_WDFREQUESTCOMPLETEWITHPRIORITYBOOST)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    NTSTATUS Status,
    CCHAR PriorityBoost);

typedef VOID
(NTAPI *PFN_WDFREQUESTCOMPLETEWITHINFORMATION)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    NTSTATUS Status,
    ULONG_PTR Information);

typedef VOID
(NTAPI *PFN_WDFREQUESTGETPARAMETERS)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    PWDF_REQUEST_PARAMETERS Parameters);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTRETRIEVEINPUTMEMORY)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    WDFMEMORY *Memory);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTRETRIEVEOUTPUTMEMORY)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    WDFMEMORY *Memory);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTRETRIEVEINPUTBUFFER)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    size_t MinimumRequiredLength,
    PVOID *Buffer,
    size_t *Length);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTRETRIEVEOUTPUTBUFFER)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    size_t MinimumRequiredSize,
    PVOID *Buffer,
    size_t *Length);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTRETRIEVEINPUTWDMMDL)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    PMDL *Mdl);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTRETRIEVEOUTPUTWDMMDL)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    PMDL *Mdl);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTRETRIEVEUNSAFEUSERINPUTBUFFER)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    size_t MinimumRequiredLength,
    PVOID *InputBuffer,
    size_t *Length);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTRETRIEVEUNSAFEUSEROUTPUTBUFFER)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    size_t MinimumRequiredLength,
    PVOID *OutputBuffer,
    size_t *Length);

typedef VOID
(NTAPI *PFN_WDFREQUESTSETINFORMATION)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    ULONG_PTR Information);

typedef ULONG_PTR
(NTAPI *PFN_WDFREQUESTGETINFORMATION)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef WDFFILEOBJECT
(NTAPI *PFN_WDFREQUESTGETFILEOBJECT)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTPROBEANDLOCKUSERBUFFERFORREAD)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    PVOID Buffer,
    size_t Length,
    WDFMEMORY *MemoryObject);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTPROBEANDLOCKUSERBUFFERFORWRITE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    PVOID Buffer,
    size_t Length,
    WDFMEMORY *MemoryObject);

typedef KPROCESSOR_MODE
(NTAPI *PFN_WDFREQUESTGETREQUESTORMODE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTFORWARDTOIOQUEUE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    WDFQUEUE DestinationQueue);

typedef WDFQUEUE
(NTAPI *PFN_WDFREQUESTGETIOQUEUE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTREQUEUE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef VOID
(NTAPI *PFN_WDFREQUESTSTOPACKNOWLEDGE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    BOOLEAN Requeue);

typedef PIRP
(NTAPI *PFN_WDFREQUESTWDMGETIRP)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTMARKCANCELABLEEX)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    PFN_WDF_REQUEST_CANCEL EvtRequestCancel);

typedef BOOLEAN
(NTAPI *PFN_WDFREQUESTISRESERVED)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

typedef NTSTATUS
(NTAPI *PFN_WDFREQUESTFORWARDTOPARENTDEVICEIOQUEUE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request,
    WDFQUEUE ParentDeviceQueue,
    PWDF_REQUEST_FORWARD_OPTIONS ForwardOptions);

typedef ULONG
(NTAPI *PFN_WDFREQUESTGETREQUESTORPROCESSID)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFREQUEST Request);

#endif
