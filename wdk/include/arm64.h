/* What mingw-w64's wdm.h declares as functions and ARM64 kernels do not export: macros, as in the WDK. */
#ifndef OPEN_WDK_ARM64_H
#define OPEN_WDK_ARM64_H

/* Times are read where the kernel shows them to all. */
#define KeQuerySystemTime(Time) (*(ULONG64 *)(Time) = *(volatile ULONG64 *)&SharedUserData->SystemTime)
#define KeQueryTickCount(Count) (*(ULONG64 *)(Count) = *(volatile ULONG64 *)&SharedUserData->TickCount)
#define KeQueryInterruptTime() (*(volatile ULONG64 *)&SharedUserData->InterruptTime)

#define RtlUshortByteSwap(Value) __builtin_bswap16(Value)
#define RtlUlongByteSwap(Value) __builtin_bswap32(Value)
#define RtlUlonglongByteSwap(Value) __builtin_bswap64(Value)

#endif
