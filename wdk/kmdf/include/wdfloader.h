/* What the loader tells a driver: these variables live in WdfDriverEntry.lib, and WdfVersionBind fills them in. */
#ifndef KMDF_WDFLOADER_H
#define KMDF_WDFLOADER_H

extern const WDFFUNC *WdfFunctions;
extern PWDF_DRIVER_GLOBALS WdfDriverGlobals;

/* Whether the framework is older than the driver; only then do the others hold something. */
extern BOOLEAN WdfClientVersionHigherThanFramework;
extern ULONG WdfFunctionCount;
extern ULONG WdfStructureCount;
extern WDF_STRUCT_INFO WdfStructures;

/*
 * The oldest framework the driver is content with. WdfDriverEntry.lib hands it to the loader; the driver decides it when
 * it is compiled, hence the definition in a header. The library itself, compiled with WDF_STUB, must have none: the
 * linker would be free to take that one.
 */
#ifdef WDF_STUB
extern ULONG WdfMinimumVersionRequired;
#elif defined(KMDF_MINIMUM_VERSION_REQUIRED)
#if KMDF_MINIMUM_VERSION_REQUIRED < 25 || KMDF_MINIMUM_VERSION_REQUIRED > KMDF_VERSION_MINOR
#error "KMDF_MINIMUM_VERSION_REQUIRED is from 25 to KMDF_VERSION_MINOR"
#endif
__declspec(selectany) ULONG WdfMinimumVersionRequired = KMDF_MINIMUM_VERSION_REQUIRED;
#else
__declspec(selectany) ULONG WdfMinimumVersionRequired = KMDF_VERSION_MINOR;
#endif

/* What a driver for several releases asks before it uses what the older ones lack. */
#define WDF_IS_FUNCTION_AVAILABLE(Function)                                                                            \
    (!WdfClientVersionHigherThanFramework || Function##TableIndex < WdfFunctionCount)
#define WDF_IS_STRUCTURE_AVAILABLE(Structure)                                                                          \
    (!WdfClientVersionHigherThanFramework || INDEX_##Structure < WdfStructureCount)
#define WDF_IS_FIELD_AVAILABLE(Structure, Field)                                                                       \
    (!WdfClientVersionHigherThanFramework                                                                              \
     || (INDEX_##Structure < WdfStructureCount && FIELD_OFFSET(Structure, Field) < WdfStructures[INDEX_##Structure]))

/* The size of a structure as the framework in use knows it, where the two may differ. */
#if defined(KMDF_MINIMUM_VERSION_REQUIRED) && KMDF_MINIMUM_VERSION_REQUIRED < KMDF_VERSION_MINOR
#define WDF_STRUCTURE_SIZE(Structure)                                                                                  \
    (!WdfClientVersionHigherThanFramework            ? sizeof(Structure)                                               \
     : INDEX_##Structure < WdfStructureCount         ? WdfStructures[INDEX_##Structure]                                \
                                                     : (size_t)-1)
#else
#define WDF_STRUCTURE_SIZE(Structure) sizeof(Structure)
#endif

#endif
