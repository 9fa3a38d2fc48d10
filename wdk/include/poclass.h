/* The whole of it, not the part beside the headers of drivers; and what that has as types of pointers alone. */
#ifndef OPEN_WDK_POCLASS_H
#define OPEN_WDK_POCLASS_H

#include <../shared/poclass.h>

#ifdef DEFINE_GUID
DEFINE_GUID(GUID_DEVINTERFACE_THERMAL_COOLING, 0xdbe4373d, 0x3c81, 0x40cb, 0xac, 0xe4, 0xe0, 0xe5, 0xd0, 0x5f, 0x0c, 0x9f);
#endif

typedef VOID DEVICE_ACTIVE_COOLING(PVOID Context, BOOLEAN Engaged);
typedef VOID DEVICE_PASSIVE_COOLING(PVOID Context, ULONG Percentage);

#endif
