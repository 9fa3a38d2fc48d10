/*
 * Variable arguments are the compiler's. With Microsoft's ABI mingw-w64's vadefs.h, whose place this takes, goes by the
 * address of the last named parameter, which says nothing of the others once a compiler inlines the function; and it does
 * not know ARM64.
 */
#ifndef _INC_VADEFS
#define _INC_VADEFS

#include <_mingw.h>

typedef __builtin_va_list va_list;
#define _VA_LIST_DEFINED
#define _crt_va_start(list, last) __builtin_va_start(list, last)
#define _crt_va_arg(list, type) __builtin_va_arg(list, type)
#define _crt_va_end(list) __builtin_va_end(list)
#define _crt_va_copy(to, from) __builtin_va_copy(to, from)

#endif
