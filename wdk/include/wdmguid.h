/* mingw-w64's wdmguid.h, and an interface of Windows 8. */
#ifndef OPEN_WDK_WDMGUID_H
#define OPEN_WDK_WDMGUID_H

#include_next <wdmguid.h>

DEFINE_GUID(GUID_THERMAL_COOLING_INTERFACE, 0xecbe47a8, 0xc498, 0x4bb9, 0xbd, 0x70, 0xe8, 0x67, 0xe0, 0x94, 0x0d, 0x22);

#endif
