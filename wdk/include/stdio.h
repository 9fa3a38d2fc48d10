/* Formatting, as the kernel exports it: there are no files. */
#ifndef OPEN_WDK_STDIO_H
#define OPEN_WDK_STDIO_H

#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

int __cdecl sprintf(char *to, const char *format, ...);
int __cdecl _snprintf(char *to, size_t count, const char *format, ...);
int __cdecl vsprintf(char *to, const char *format, va_list arguments);
int __cdecl _vsnprintf(char *to, size_t count, const char *format, va_list arguments);
int __cdecl _snwprintf(wchar_t *to, size_t count, const wchar_t *format, ...);
int __cdecl _vsnwprintf(wchar_t *to, size_t count, const wchar_t *format, va_list arguments);

#ifdef __cplusplus
}
#endif

#endif
