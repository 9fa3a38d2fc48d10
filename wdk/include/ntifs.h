/* mingw-w64's ntifs.h for the Windows version wanted. */
#ifndef OPEN_WDK_NTIFS_H
#define OPEN_WDK_NTIFS_H

#include "target.h"
#include_next <ntifs.h>

#endif
