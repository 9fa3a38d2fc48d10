/* mingw-w64's ntstrsafe.h, and formatting into counted strings. */
#ifndef OPEN_WDK_NTSTRSAFE_H
#define OPEN_WDK_NTSTRSAFE_H

#include_next <ntstrsafe.h>

/* What has no place is cut off, with STATUS_BUFFER_OVERFLOW. A counted string has no zero at its end. */
static __inline NTSTATUS RtlUnicodeStringVPrintf(PUNICODE_STRING To, NTSTRSAFE_PCWSTR Format, va_list Arguments)
{
    int written;

    if (To == NULL || (To->Buffer == NULL && To->MaximumLength != 0) || To->Length > To->MaximumLength) {
        return STATUS_INVALID_PARAMETER;
    }
    written = To->MaximumLength / sizeof(WCHAR) == 0
                  ? -1
                  : _vsnwprintf(To->Buffer, To->MaximumLength / sizeof(WCHAR), Format, Arguments);
    To->Length = written < 0 ? (USHORT)(To->MaximumLength & ~1) : (USHORT)(written * sizeof(WCHAR));
    return written < 0 ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

static __inline NTSTATUS RtlUnicodeStringPrintf(PUNICODE_STRING To, NTSTRSAFE_PCWSTR Format, ...)
{
    NTSTATUS status;
    va_list arguments;

    va_start(arguments, Format);
    status = RtlUnicodeStringVPrintf(To, Format, arguments);
    va_end(arguments);
    return status;
}

#endif
