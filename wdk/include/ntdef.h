/*
 * mingw-w64's ntdef.h computes FIELD_OFFSET by pointer arithmetic for MSVC
 * targets; clang does not take that for a constant, and C_ASSERT needs one.
 */
#ifndef OPEN_WDK_NTDEF_H
#define OPEN_WDK_NTDEF_H

#include_next <ntdef.h>

#undef FIELD_OFFSET
#define FIELD_OFFSET(Type, Field) ((LONG)__builtin_offsetof(Type, Field))

#ifndef UFIELD_OFFSET
#define UFIELD_OFFSET(Type, Field) ((ULONG)__builtin_offsetof(Type, Field))
#endif

#endif
