/* String objects. */
#ifndef KMDF_WDFSTRING_H
#define KMDF_WDFSTRING_H

#include "wdfobject.h"

typedef NTSTATUS
(NTAPI *PFN_WDFSTRINGCREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    PCUNICODE_STRING UnicodeString,
    PWDF_OBJECT_ATTRIBUTES StringAttributes,
    WDFSTRING *String);

typedef VOID
(NTAPI *PFN_WDFSTRINGGETUNICODESTRING)(
    PWDF_DRIVER_GLOBALS DriverGlobals,
    WDFSTRING String,
    PUNICODE_STRING UnicodeString);

#endif
