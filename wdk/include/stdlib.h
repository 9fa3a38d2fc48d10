/* Numbers, searching and sorting, as the kernel exports it: there are no processes. */
#ifndef OPEN_WDK_STDLIB_H
#define OPEN_WDK_STDLIB_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

int __cdecl atoi(const char *text);
long __cdecl atol(const char *text);
int __cdecl rand(void);
void __cdecl srand(unsigned int seed);
void __cdecl qsort(void *base, size_t count, size_t size, int(__cdecl *compare)(const void *, const void *));
void *__cdecl bsearch(
    const void *key, const void *base, size_t count, size_t size, int(__cdecl *compare)(const void *, const void *));
size_t __cdecl mbstowcs(wchar_t *to, const char *from, size_t count);
size_t __cdecl wcstombs(char *to, const wchar_t *from, size_t count);

#ifdef __cplusplus
}
#endif

#endif
