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
#include_next <wdm.h>
#undef KeGetCurrentIrql
#undef KeLowerIrql
#undef KfRaiseIrql
#undef KeRaiseIrqlToDpcLevel

#include "additions.h"

#endif
