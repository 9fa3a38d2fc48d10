/* Functions for class extensions and debuggers. */
#ifndef KMDF_WDFMISC_H
#define KMDF_WDFMISC_H

#include "wdfobject.h"

typedef PVOID
(NTAPI *PFN_WDFGETTRIAGEINFO)(
    PWDF_DRIVER_GLOBALS DriverGlobals);

#endif
