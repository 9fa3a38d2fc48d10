/* Handles and the enumerations that several parts of KMDF share. */
#ifndef KMDF_WDFTYPES_H
#define KMDF_WDFTYPES_H

typedef VOID (*WDFFUNC)(VOID);

/* The root of the handle types is untyped: every handle converts to it. */
typedef HANDLE WDFOBJECT, *PWDFOBJECT;
typedef PVOID WDFCONTEXT;

typedef struct WDFDEVICE__ *WDFDEVICE;
typedef struct WDFDRIVER__ *WDFDRIVER;
typedef struct WDFFILEOBJECT__ *WDFFILEOBJECT;
typedef struct WDFQUEUE__ *WDFQUEUE;
typedef struct WDFREQUEST__ *WDFREQUEST;
typedef struct WDFMEMORY__ *WDFMEMORY;
typedef struct WDFKEY__ *WDFKEY;
typedef struct WDFSTRING__ *WDFSTRING;
typedef struct WDFIOTARGET__ *WDFIOTARGET;
typedef struct WDFDPC__ *WDFDPC;
typedef struct WDFTIMER__ *WDFTIMER;
typedef struct WDFWORKITEM__ *WDFWORKITEM;
typedef struct WDFINTERRUPT__ *WDFINTERRUPT;
typedef struct WDFWAITLOCK__ *WDFWAITLOCK;
typedef struct WDFSPINLOCK__ *WDFSPINLOCK;
typedef struct WDFCMRESLIST__ *WDFCMRESLIST;
typedef struct WDFIORESREQLIST__ *WDFIORESREQLIST;
typedef struct WDFIORESLIST__ *WDFIORESLIST;
typedef struct WDFCHILDLIST__ *WDFCHILDLIST;
typedef struct WDFCOLLECTION__ *WDFCOLLECTION;
typedef struct WDFCOMMONBUFFER__ *WDFCOMMONBUFFER;
typedef struct WDFDMAENABLER__ *WDFDMAENABLER;
typedef struct WDFDMATRANSACTION__ *WDFDMATRANSACTION;
typedef struct WDFLOOKASIDE__ *WDFLOOKASIDE;
typedef struct WDFWMIPROVIDER__ *WDFWMIPROVIDER;
typedef struct WDFWMIINSTANCE__ *WDFWMIINSTANCE;
typedef struct WDFUSBDEVICE__ *WDFUSBDEVICE;
typedef struct WDFUSBINTERFACE__ *WDFUSBINTERFACE;
typedef struct WDFUSBPIPE__ *WDFUSBPIPE;
typedef struct WDFCOMPANIONTARGET__ *WDFCOMPANIONTARGET;

/* Opaque to a driver: allocated and freed by the framework. */
typedef struct WDFDEVICE_INIT WDFDEVICE_INIT, *PWDFDEVICE_INIT;
typedef struct _WDFCXDEVICE_INIT WDFCXDEVICE_INIT, *PWDFCXDEVICE_INIT;

typedef enum _WDF_TRI_STATE {
    WdfFalse      = 0,
    WdfTrue       = 1,
    WdfUseDefault = 2,
} WDF_TRI_STATE, *PWDF_TRI_STATE;

typedef enum _WDF_EXECUTION_LEVEL {
    WdfExecutionLevelInvalid           = 0,
    WdfExecutionLevelInheritFromParent = 1,
    WdfExecutionLevelPassive           = 2,
    WdfExecutionLevelDispatch          = 3,
} WDF_EXECUTION_LEVEL, *PWDF_EXECUTION_LEVEL;

typedef enum _WDF_SYNCHRONIZATION_SCOPE {
    WdfSynchronizationScopeInvalid           = 0,
    WdfSynchronizationScopeInheritFromParent = 1,
    WdfSynchronizationScopeDevice            = 2,
    WdfSynchronizationScopeQueue             = 3,
    WdfSynchronizationScopeNone              = 4,
} WDF_SYNCHRONIZATION_SCOPE, *PWDF_SYNCHRONIZATION_SCOPE;

typedef enum _WDF_DEVICE_IO_TYPE {
    WdfDeviceIoUndefined        = 0,
    WdfDeviceIoNeither          = 1,
    WdfDeviceIoBuffered         = 2,
    WdfDeviceIoDirect           = 3,
    WdfDeviceIoBufferedOrDirect = 4,
    WdfDeviceIoMaximum          = 5,
} WDF_DEVICE_IO_TYPE, *PWDF_DEVICE_IO_TYPE;

typedef enum _WDF_REQUEST_TYPE {
    WdfRequestTypeCreate                 = 0,
    WdfRequestTypeCreateNamedPipe        = 1,
    WdfRequestTypeClose                  = 2,
    WdfRequestTypeRead                   = 3,
    WdfRequestTypeWrite                  = 4,
    WdfRequestTypeQueryInformation       = 5,
    WdfRequestTypeSetInformation         = 6,
    WdfRequestTypeQueryEA                = 7,
    WdfRequestTypeSetEA                  = 8,
    WdfRequestTypeFlushBuffers           = 9,
    WdfRequestTypeQueryVolumeInformation = 10,
    WdfRequestTypeSetVolumeInformation   = 11,
    WdfRequestTypeDirectoryControl       = 12,
    WdfRequestTypeFileSystemControl      = 13,
    WdfRequestTypeDeviceControl          = 14,
    WdfRequestTypeDeviceControlInternal  = 15,
    WdfRequestTypeShutdown               = 16,
    WdfRequestTypeLockControl            = 17,
    WdfRequestTypeCleanup                = 18,
    WdfRequestTypeCreateMailSlot         = 19,
    WdfRequestTypeQuerySecurity          = 20,
    WdfRequestTypeSetSecurity            = 21,
    WdfRequestTypePower                  = 22,
    WdfRequestTypeSystemControl          = 23,
    WdfRequestTypeDeviceChange           = 24,
    WdfRequestTypeQueryQuota             = 25,
    WdfRequestTypeSetQuota               = 26,
    WdfRequestTypePnp                    = 27,
    WdfRequestTypeOther                  = 28,
    WdfRequestTypeUsb                    = 64,
    WdfRequestTypeNoFormat               = 255,
    WdfRequestTypeMax                    = 256,
} WDF_REQUEST_TYPE, *PWDF_REQUEST_TYPE;

#endif
