/* Miniport drivers, which are KMDF drivers under a port driver that is none. */
#ifndef KMDF_WDFMINIPORT_H
#define KMDF_WDFMINIPORT_H

#include "wdf.h"

WDF_EXTERN_C_START
#include "wdfminiportfunc.h"
WDF_EXTERN_C_END

#endif
