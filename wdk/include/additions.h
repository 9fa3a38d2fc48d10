/* Kernel declarations newer than mingw-w64's headers. */
#ifndef OPEN_WDK_ADDITIONS_H
#define OPEN_WDK_ADDITIONS_H

/* Access to a WMI data block, for IoWMIOpenBlock. */
#ifndef WMIGUID_QUERY
#define WMIGUID_QUERY 0x0001
#define WMIGUID_SET 0x0002
#define WMIGUID_NOTIFICATION 0x0004
#endif

/* What mingw-w64's headers of keyboards and mice take from those of user mode. */
#ifndef WINAPI
#define WINAPI NTAPI
#endif

#ifndef FILE_DEVICE_GPIO
#define FILE_DEVICE_GPIO 0x00000048
#endif

/* Windows 8: a resource that is a connection to a bus, and what kind of one. */
#define CmResourceTypeConnection 132
#define CM_RESOURCE_CONNECTION_CLASS_GPIO 0x01
#define CM_RESOURCE_CONNECTION_CLASS_SERIAL 0x02
#define CM_RESOURCE_CONNECTION_TYPE_GPIO_IO 0x02
#define CM_RESOURCE_CONNECTION_TYPE_SERIAL_I2C 0x01
#define CM_RESOURCE_CONNECTION_TYPE_SERIAL_SPI 0x02
#define CM_RESOURCE_CONNECTION_TYPE_SERIAL_UART 0x03

#ifdef __cplusplus
extern "C" {
#endif

NTKERNELAPI KIRQL NTAPI KeGetCurrentIrql(VOID);
NTKERNELAPI VOID NTAPI KeLowerIrql(KIRQL NewIrql);
NTKERNELAPI KIRQL NTAPI KfRaiseIrql(KIRQL NewIrql);
NTKERNELAPI KIRQL NTAPI KeRaiseIrqlToDpcLevel(VOID);

/* Windows 10 2004: pool allocation with flags; memory comes zeroed. */
typedef ULONG64 POOL_FLAGS;

#define POOL_FLAG_REQUIRED_START 0x0000000000000001UI64
#define POOL_FLAG_USE_QUOTA 0x0000000000000001UI64
#define POOL_FLAG_UNINITIALIZED 0x0000000000000002UI64
#define POOL_FLAG_SESSION 0x0000000000000004UI64
#define POOL_FLAG_CACHE_ALIGNED 0x0000000000000008UI64
#define POOL_FLAG_RESERVED1 0x0000000000000010UI64
#define POOL_FLAG_RAISE_ON_FAILURE 0x0000000000000020UI64
#define POOL_FLAG_NON_PAGED 0x0000000000000040UI64
#define POOL_FLAG_NON_PAGED_EXECUTE 0x0000000000000080UI64
#define POOL_FLAG_PAGED 0x0000000000000100UI64
#define POOL_FLAG_RESERVED2 0x0000000000000200UI64
#define POOL_FLAG_RESERVED3 0x0000000000000400UI64
#define POOL_FLAG_REQUIRED_END 0x0000000080000000UI64
#define POOL_FLAG_OPTIONAL_START 0x0000000100000000UI64
#define POOL_FLAG_SPECIAL_POOL 0x0000000100000000UI64
#define POOL_FLAG_OPTIONAL_END 0x8000000000000000UI64

#ifndef _IRQL_limited_to_
#define _IRQL_limited_to_(irql)
#endif

/* Pool that a driver asks for without saying so is not executable: so it is here in any case. */
#define DrvRtPoolNxOptIn 0x00000001
static __inline VOID ExInitializeDriverRuntime(ULONG RuntimeFlags)
{
    (VOID)RuntimeFlags;
}

/* Pool for drivers that run on older Windows, too: these clear it themselves, or do not. */
static __inline PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    PVOID block = ExAllocatePoolWithTag(PoolType, NumberOfBytes, Tag);

    if (block != NULL) {
        RtlZeroMemory(block, NumberOfBytes);
    }
    return block;
}

static __inline PVOID ExAllocatePoolUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return ExAllocatePoolWithTag(PoolType, NumberOfBytes, Tag);
}

NTKERNELAPI PVOID NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag);
NTKERNELAPI VOID NTAPI ExFreePool2(PVOID P, ULONG Tag, PVOID ExtendedParameters, ULONG ExtendedParametersCount);

#ifdef __cplusplus
}
#endif

#endif
