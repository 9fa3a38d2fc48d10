/* mingw-w64's wdm.h for the Windows version wanted, and what it lacks. */
#ifndef OPEN_WDK_WDM_H
#define OPEN_WDK_WDM_H

#include "target.h"

/*
 * There these are inline functions that move CR8. Since Windows 8 the kernel exports them, which is what the WDK's own
 * headers declare; a binding to an inline function does not exist, and a verifier would not see it called.
 */
#define KeGetCurrentIrql OpenWdkInlineGetCurrentIrql
#define KeLowerIrql OpenWdkInlineLowerIrql
#define KfRaiseIrql OpenWdkInlineRaiseIrql
#define KeRaiseIrqlToDpcLevel OpenWdkInlineRaiseIrqlToDpcLevel
/* There a component of the power framework is one of the second version. Here it is of the first, as in the WDK. */
#define PO_FX_COMPONENT OpenWdkPoFxComponent
#define PPO_FX_COMPONENT OpenWdkPoFxComponentPointer
/* There resources know no connections (I2C, SPI, GPIO): a member more of each union of them. */
#define DevicePrivate                                                                                                  \
    DevicePrivate;                                                                                                     \
    struct {                                                                                                           \
        UCHAR Class;                                                                                                   \
        UCHAR Type;                                                                                                    \
        UCHAR Reserved1;                                                                                               \
        UCHAR Reserved2;                                                                                               \
        ULONG IdLowPart;                                                                                               \
        ULONG IdHighPart;                                                                                              \
    } Connection
#ifdef _ARM64_
/* A processor of 64 bits that is not AMD's: mingw-w64 knows of one such, and leaves the rest to armddk.h. */
#define _IA64_
#define _M_ARM
#endif
#include_next <wdm.h>
#ifdef _ARM64_
#undef _IA64_
#endif
#undef DevicePrivate
#undef PO_FX_COMPONENT
#undef PPO_FX_COMPONENT
#undef KeGetCurrentIrql
#undef KeLowerIrql
#undef KfRaiseIrql
#undef KeRaiseIrqlToDpcLevel

#ifdef _ARM64_
#include "arm64.h"
#endif
#include "additions.h"
#include "earlylaunch.h"
#include "pofx.h"

#endif
