/* Memory objects and lookaside lists. */
#ifndef KMDF_WDFMEMORY_H
#define KMDF_WDFMEMORY_H

#include "wdfobject.h"

typedef enum _WDF_MEMORY_DESCRIPTOR_TYPE {
    WdfMemoryDescriptorTypeInvalid = 0,
    WdfMemoryDescriptorTypeBuffer  = 1,
    WdfMemoryDescriptorTypeMdl     = 2,
    WdfMemoryDescriptorTypeHandle  = 3,
} WDF_MEMORY_DESCRIPTOR_TYPE, *PWDF_MEMORY_DESCRIPTOR_TYPE;

typedef struct _WDFMEMORY_OFFSET {
    size_t BufferOffset;
    size_t BufferLength;
} WDFMEMORY_OFFSET, *PWDFMEMORY_OFFSET;

typedef struct _WDF_MEMORY_DESCRIPTOR {
    WDF_MEMORY_DESCRIPTOR_TYPE Type;
    union {
        struct {
            PVOID Buffer;
            ULONG Length;
        } BufferType;
        struct {
            PMDL Mdl;
            ULONG BufferLength;
        } MdlType;
        struct {
            WDFMEMORY Memory;
            PWDFMEMORY_OFFSET Offsets;
        } HandleType;
    } u;
} WDF_MEMORY_DESCRIPTOR, *PWDF_MEMORY_DESCRIPTOR;

typedef NTSTATUS
(NTAPI *PFN_WDFMEMORYCREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    PWDF_OBJECT_ATTRIBUTES Attributes,
    POOL_TYPE PoolType,
    ULONG PoolTag,
    size_t BufferSize,
    WDFMEMORY *Memory,
    PVOID *Buffer);

typedef NTSTATUS
(NTAPI *PFN_WDFMEMORYCREATEPREALLOCATED)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    PWDF_OBJECT_ATTRIBUTES Attributes,
    PVOID Buffer,
    size_t BufferSize,
    WDFMEMORY *Memory);

typedef PVOID
(NTAPI *PFN_WDFMEMORYGETBUFFER)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFMEMORY Memory,
    size_t *BufferSize);

typedef NTSTATUS
(NTAPI *PFN_WDFMEMORYASSIGNBUFFER)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFMEMORY Memory,
    PVOID Buffer,
    size_t BufferSize);

typedef NTSTATUS
(NTAPI *PFN_WDFMEMORYCOPYTOBUFFER)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFMEMORY SourceMemory,
    size_t SourceOffset,
    PVOID Buffer,
    size_t NumBytesToCopyTo);

typedef NTSTATUS
(NTAPI *PFN_WDFMEMORYCOPYFROMBUFFER)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFMEMORY DestinationMemory,
    size_t DestinationOffset,
    PVOID Buffer,
    size_t NumBytesToCopyFrom);

typedef NTSTATUS
(NTAPI *PFN_WDFLOOKASIDELISTCREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    PWDF_OBJECT_ATTRIBUTES LookasideAttributes,
    size_t BufferSize,
    POOL_TYPE PoolType,
    PWDF_OBJECT_ATTRIBUTES MemoryAttributes,
    ULONG PoolTag,
    WDFLOOKASIDE *Lookaside);

typedef NTSTATUS
(NTAPI *PFN_WDFMEMORYCREATEFROMLOOKASIDE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFLOOKASIDE Lookaside,
    WDFMEMORY *Memory);

#endif
