/* mingw-w64's vadefs.h, which does not know ARM64 with Microsoft's ABI: there the compiler does it. */
#ifndef OPEN_WDK_VADEFS_H
#define OPEN_WDK_VADEFS_H

#if defined(_ARM64_) && !defined(_INC_VADEFS)
#define _INC_VADEFS
#define _INC_VADEFS_OPEN_WDK
#include <_mingw.h>

typedef __builtin_va_list va_list;
#define _VA_LIST_DEFINED
#define _crt_va_start(list, last) __builtin_va_start(list, last)
#define _crt_va_arg(list, type) __builtin_va_arg(list, type)
#define _crt_va_end(list) __builtin_va_end(list)
#define _crt_va_copy(to, from) __builtin_va_copy(to, from)
#else
#include_next <vadefs.h>
#endif

#endif
