/*
 * What mingw-w64's wdm.h leaves to this header: the processor's part of the kernel interface, here for ARM64. Only what
 * drivers use; the values are those of the ARM64 kernel.
 */
#ifndef OPEN_WDK_ARMDDK_H
#define OPEN_WDK_ARMDDK_H

#define PAGE_SIZE 0x1000
#define PAGE_SHIFT 12L

#define PASSIVE_LEVEL 0
#define LOW_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
#define CMCI_LEVEL 5
#define CLOCK_LEVEL 13
#define IPI_LEVEL 14
#define DRS_LEVEL 14
#define POWER_LEVEL 14
#define PROFILE_LEVEL 15
#define HIGH_LEVEL 15

#define KI_USER_SHARED_DATA 0xFFFFF78000000000ULL
#define SharedUserData ((KUSER_SHARED_DATA *const)KI_USER_SHARED_DATA)

#define YieldProcessor() __builtin_arm_yield()
#define KeMemoryBarrier() __builtin_arm_dmb(11)
#define KeMemoryBarrierWithoutFence() __asm__ __volatile__("" ::: "memory")

/* Floating point belongs to the thread on ARM64. */
typedef struct _KFLOATING_SAVE {
    ULONG Dummy;
} KFLOATING_SAVE, *PKFLOATING_SAVE;

#define KeRaiseIrql(NewIrql, OldIrql) *(OldIrql) = KfRaiseIrql(NewIrql)

/* The kernel's locks are functions of it. */
NTKERNELAPI KIRQL NTAPI KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock);
NTKERNELAPI VOID NTAPI KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql);
NTKERNELAPI VOID NTAPI KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
NTKERNELAPI VOID NTAPI KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock);
#define KeAcquireSpinLock(SpinLock, OldIrql) *(OldIrql) = KeAcquireSpinLockRaiseToDpc(SpinLock)

#define KeGetCurrentProcessorNumber() KeGetCurrentProcessorNumberEx(NULL)
#define KeGetCurrentThread() ((PKTHREAD)PsGetCurrentThread())
#define KeFlushIoBuffers(Mdl, ReadOperation, DmaOperation) KeMemoryBarrier()

#define EXCEPTION_READ_FAULT 0
#define EXCEPTION_WRITE_FAULT 1
#define EXCEPTION_EXECUTE_FAULT 8

/* Sections of a driver in C. */
#define ALLOC_PRAGMA 1
#define ALLOC_DATA_PRAGMA 1

extern NTKERNELAPI PVOID MmHighestUserAddress;
extern NTKERNELAPI PVOID MmSystemRangeStart;
extern NTKERNELAPI ULONG64 MmUserProbeAddress;
#define MM_HIGHEST_USER_ADDRESS MmHighestUserAddress
#define MM_SYSTEM_RANGE_START MmSystemRangeStart
#define MM_USER_PROBE_ADDRESS MmUserProbeAddress

/* clang has the interlocked operations of Microsoft's compiler. */
#define InterlockedAdd(To, Value) (_InterlockedExchangeAdd(To, Value) + (Value))
#define InterlockedAdd64(To, Value) (_InterlockedExchangeAdd64(To, Value) + (Value))
#define InterlockedAnd _InterlockedAnd
#define InterlockedAnd64 _InterlockedAnd64
#define InterlockedOr _InterlockedOr
#define InterlockedOr64 _InterlockedOr64
#define InterlockedXor _InterlockedXor
#define InterlockedXor64 _InterlockedXor64
#define InterlockedIncrement _InterlockedIncrement
#define InterlockedIncrement64 _InterlockedIncrement64
#define InterlockedDecrement _InterlockedDecrement
#define InterlockedDecrement64 _InterlockedDecrement64
#define InterlockedExchange _InterlockedExchange
#define InterlockedExchange64 _InterlockedExchange64
#define InterlockedExchangePointer _InterlockedExchangePointer
#define InterlockedExchangeAdd _InterlockedExchangeAdd
#define InterlockedExchangeAdd64 _InterlockedExchangeAdd64
#define InterlockedCompareExchange _InterlockedCompareExchange
#define InterlockedCompareExchange64 _InterlockedCompareExchange64
#define InterlockedCompareExchangePointer _InterlockedCompareExchangePointer

#endif
