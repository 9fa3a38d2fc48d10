/* Small helpers: times, sizes, strings, states of a queue, and the macros that name the line that calls. */
#ifndef KMDF_WDFCORE_H
#define KMDF_WDFCORE_H

/* Times are counts of 100 ns; a negative one starts now. */
#define WDF_TIMEOUT_TO_SEC ((LONGLONG)10 * 1000 * 1000)
#define WDF_TIMEOUT_TO_MS ((LONGLONG)10 * 1000)
#define WDF_TIMEOUT_TO_US ((LONGLONG)10)

#define KMDF_TIMEOUTS(Unit)                                                                                            \
    static __inline LONGLONG WDF_REL_TIMEOUT_IN_##Unit(ULONGLONG Time)                                                 \
    {                                                                                                                  \
        return -(LONGLONG)Time * WDF_TIMEOUT_TO_##Unit;                                                                \
    }                                                                                                                  \
    static __inline LONGLONG WDF_ABS_TIMEOUT_IN_##Unit(ULONGLONG Time)                                                 \
    {                                                                                                                  \
        return (LONGLONG)Time * WDF_TIMEOUT_TO_##Unit;                                                                 \
    }
KMDF_TIMEOUTS(SEC)
KMDF_TIMEOUTS(MS)
KMDF_TIMEOUTS(US)
#undef KMDF_TIMEOUTS

/* To a multiple of a power of two. */
static __inline size_t WDF_ALIGN_SIZE_DOWN(size_t Length, size_t AlignTo)
{
    return Length & ~(AlignTo - 1);
}

static __inline size_t WDF_ALIGN_SIZE_UP(size_t Length, size_t AlignTo)
{
    return WDF_ALIGN_SIZE_DOWN(Length + AlignTo - 1, AlignTo);
}

#define WDF_PTR_ADD_OFFSET_TYPE(Pointer, Offset, Type) ((Type)((PUCHAR)(Pointer) + (Offset)))
#define WDF_PTR_ADD_OFFSET(Pointer, Offset) WDF_PTR_ADD_OFFSET_TYPE(Pointer, Offset, PVOID)
#define WDF_PTR_GET_OFFSET(Base, Address) ((ULONG)((PUCHAR)(Address) - (PUCHAR)(Base)))

/* A string's length and its characters, as WMI wants them. */
static __inline NTSTATUS WDF_WMI_BUFFER_APPEND_STRING(
    PVOID Buffer, ULONG BufferLength, PCUNICODE_STRING String, PULONG RequiredSize)
{
    *RequiredSize = String->Length + (ULONG)sizeof(USHORT);
    if (BufferLength < *RequiredSize) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    *(USHORT *)Buffer = String->Length;
    RtlCopyMemory((USHORT *)Buffer + 1, String->Buffer, String->Length);
    return STATUS_SUCCESS;
}

#ifndef DECLARE_CONST_UNICODE_STRING
#define DECLARE_CONST_UNICODE_STRING(Name, Text)                                                                       \
    const WCHAR Name##_buffer[] = Text;                                                                                \
    const UNICODE_STRING Name = {sizeof(Text) - sizeof(WCHAR), sizeof(Text), (PWCH)Name##_buffer}
#endif
#ifndef DECLARE_UNICODE_STRING_SIZE
#define DECLARE_UNICODE_STRING_SIZE(Name, Size)                                                                        \
    WCHAR Name##_buffer[Size];                                                                                         \
    UNICODE_STRING Name = {0, (Size) * sizeof(WCHAR), Name##_buffer}
#endif

/* What a queue's state says about its requests. */
#define KMDF_QUEUE_STATE(Name, Set, Clear)                                                                             \
    static __inline BOOLEAN Name(WDF_IO_QUEUE_STATE State)                                                             \
    {                                                                                                                  \
        return (State & (Set)) == (Set) && (State & (Clear)) == 0;                                                     \
    }
KMDF_QUEUE_STATE(WDF_IO_QUEUE_IDLE, WdfIoQueueNoRequests | WdfIoQueueDriverNoRequests, 0)
KMDF_QUEUE_STATE(WDF_IO_QUEUE_READY, WdfIoQueueDispatchRequests | WdfIoQueueAcceptRequests, WdfIoQueuePnpHeld)
KMDF_QUEUE_STATE(
    WDF_IO_QUEUE_STOPPED, WdfIoQueueAcceptRequests | WdfIoQueueDriverNoRequests, WdfIoQueueDispatchRequests)
KMDF_QUEUE_STATE(
    WDF_IO_QUEUE_DRAINED, WdfIoQueueDispatchRequests | WdfIoQueueNoRequests | WdfIoQueueDriverNoRequests,
    WdfIoQueueAcceptRequests)
KMDF_QUEUE_STATE(WDF_IO_QUEUE_PURGED, WdfIoQueueNoRequests | WdfIoQueueDriverNoRequests, WdfIoQueueAcceptRequests)
#undef KMDF_QUEUE_STATE

static __inline ULONG WdfDevStateNormalize(ULONG State)
{
    return State & ~(ULONG)WdfDevStateNP;
}

static __inline BOOLEAN WdfDevStateIsNP(ULONG State)
{
    return (State & WdfDevStateNP) != 0;
}

static __inline WDFDRIVER WdfGetDriver(VOID)
{
    return WdfDriverGlobals->Driver;
}

/* An interface that needs no references. */
static __inline VOID NTAPI WdfDeviceInterfaceReferenceNoOp(PVOID Context)
{
    (VOID)Context;
}

static __inline VOID NTAPI WdfDeviceInterfaceDereferenceNoOp(PVOID Context)
{
    (VOID)Context;
}

#if DBG
#define WDFVERIFY(Expression) ((Expression) ? (VOID)0 : RtlAssert((PVOID)#Expression, (PVOID)__FILE__, __LINE__, NULL))
#else
#define WDFVERIFY(Expression) ((VOID)(Expression))
#endif
#define VERIFY_IS_IRQL_PASSIVE_LEVEL() WDFVERIFY(KeGetCurrentIrql() == PASSIVE_LEVEL)
#define IS_AT_PASSIVE() VERIFY_IS_IRQL_PASSIVE_LEVEL()
#define WDFCASSERT(Condition) C_ASSERT(Condition)

/* References name the line that takes or drops them. */
#define WdfObjectReferenceWithTag(Handle, Tag) WdfObjectReferenceActual(Handle, Tag, __LINE__, __FILE__)
#define WdfObjectReference(Handle) WdfObjectReferenceWithTag(Handle, NULL)
#define WdfObjectDereferenceWithTag(Handle, Tag) WdfObjectDereferenceActual(Handle, Tag, __LINE__, __FILE__)
#define WdfObjectDereference(Handle) WdfObjectDereferenceWithTag(Handle, NULL)
#define WdfDeviceStopIdleWithTag(Device, WaitForD0, Tag)                                                               \
    WdfDeviceStopIdleActual(Device, WaitForD0, Tag, __LINE__, __FILE__)
#define WdfDeviceStopIdle(Device, WaitForD0) WdfDeviceStopIdleWithTag(Device, WaitForD0, NULL)
#define WdfDeviceResumeIdleWithTag(Device, Tag) WdfDeviceResumeIdleActual(Device, Tag, __LINE__, __FILE__)
#define WdfDeviceResumeIdle(Device) WdfDeviceResumeIdleWithTag(Device, NULL)

#endif
