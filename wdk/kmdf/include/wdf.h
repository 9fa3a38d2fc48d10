/*
 * KMDF: everything a driver includes. The headers of one release are these and those that are written from the record
 * (wdftypes.h, wdffuncenum.h, wdffunc.h, wdfinit.h).
 */
#ifndef KMDF_WDF_H
#define KMDF_WDF_H

#if !defined(KMDF_VERSION_MAJOR) || !defined(KMDF_VERSION_MINOR)
#error "KMDF_VERSION_MAJOR and KMDF_VERSION_MINOR name the framework that the driver is built for"
#endif

#include "wdffuncenum.h"
#if KMDF_VERSION_MAJOR != 1 || KMDF_VERSION_MINOR != KMDF_HEADERS_MINOR
#error "these headers describe another release of KMDF"
#endif

#ifdef __cplusplus
#define WDF_EXTERN_C extern "C"
#define WDF_EXTERN_C_START extern "C" {
#define WDF_EXTERN_C_END }
#else
#define WDF_EXTERN_C
#define WDF_EXTERN_C_START
#define WDF_EXTERN_C_END
#endif

WDF_EXTERN_C_START

/* Some headers of the kernel have it, too. */
typedef UCHAR BYTE;
typedef VOID (*WDFFUNC)(VOID);
typedef size_t *WDF_STRUCT_INFO;

/* Drivers in C expect the names of security descriptors. */
#ifndef __BINDGEN__
#include <wdmsec.h>
#endif

#include "wdfvalues.h"
#include "wdftypes.h"
#include "wdfloader.h"
#include "wdffunc.h"
#include "wdfinit.h"
#include "wdfinitmore.h"
#include "wdfcore.h"
#include "wdfobject.h"

WDF_EXTERN_C_END

#endif
