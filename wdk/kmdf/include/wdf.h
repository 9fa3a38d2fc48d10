/* KMDF 1.33: everything a driver includes. */
#ifndef KMDF_WDF_H
#define KMDF_WDF_H

#if !defined(KMDF_VERSION_MAJOR) || !defined(KMDF_VERSION_MINOR)
#error "KMDF_VERSION_MAJOR and KMDF_VERSION_MINOR name the framework that the driver is built for"
#endif
#if KMDF_VERSION_MAJOR != 1 || KMDF_VERSION_MINOR != 33
#error "these headers describe KMDF 1.33"
#endif

#include "wdftypes.h"
#include "wdffuncenum.h"
#include "wdfstructenum.h"
#include "wdfglobals.h"
#include "wdfobject.h"
#include "wdfdriver.h"
#include "wdfdevice.h"
#include "wdfdeviceinit.h"
#include "wdffileobject.h"
#include "wdfcontrol.h"
#include "wdfqueryinterface.h"
#include "wdfmemory.h"
#include "wdfrequest.h"
#include "wdfio.h"
#include "wdfiotarget.h"
#include "wdfsync.h"
#include "wdfworkitem.h"
#include "wdftimer.h"
#include "wdfdpc.h"
#include "wdfstring.h"
#include "wdfcollection.h"
#include "wdfregistry.h"
#include "wdfresource.h"
#include "wdffdo.h"
#include "wdfpdo.h"
#include "wdfchildlist.h"
#include "wdfinterrupt.h"
#include "wdfdma.h"
#include "wdfwmi.h"
#include "wdfcompanion.h"
#include "wdfverifier.h"
#include "wdfmisc.h"

/*
 * The oldest framework the driver is content with. WdfDriverEntry.lib hands
 * it to the loader; the driver decides it when it is compiled, hence the
 * definition in a header. The library itself, compiled with WDF_STUB, must
 * have none: the linker would be free to take that one.
 */
#ifndef WDF_STUB
#ifndef KMDF_MINIMUM_VERSION_REQUIRED
#define KMDF_MINIMUM_VERSION_REQUIRED KMDF_VERSION_MINOR
#endif
__declspec(selectany) ULONG WdfMinimumVersionRequired = KMDF_MINIMUM_VERSION_REQUIRED;
#else
extern ULONG WdfMinimumVersionRequired;
#endif

#endif
