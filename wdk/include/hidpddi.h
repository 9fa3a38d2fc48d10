/* The parser of HID reports, as far as drivers above the class driver call it. */
#ifndef OPEN_WDK_HIDPDDI_H
#define OPEN_WDK_HIDPDDI_H

#include <hidusage.h>
#include <hidpi.h>

#endif
