/* Kernel declarations newer than mingw-w64's headers. */
#ifndef OPEN_WDK_ADDITIONS_H
#define OPEN_WDK_ADDITIONS_H

/* Windows 10 2004: pool allocation with flags; memory comes zeroed. */
typedef ULONG64 POOL_FLAGS;

NTKERNELAPI PVOID NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag);
NTKERNELAPI VOID NTAPI ExFreePool2(PVOID P, ULONG Tag, PVOID ExtendedParameters, ULONG ExtendedParametersCount);

#endif
