/* wdmsec.lib: security descriptors for device objects, in SDDL. */

typedef struct _UNICODE_STRING {
    unsigned short Length;
    unsigned short MaximumLength;
    const unsigned short *Buffer;
} UNICODE_STRING;

#define DESCRIPTOR(name, text)                                                                                         \
    static const unsigned short name##_TEXT[] = text;                                                                  \
    const UNICODE_STRING name = {sizeof(name##_TEXT) - sizeof(short), sizeof(name##_TEXT), name##_TEXT};

/* SY is the system, BA administrators, WD everybody, RC restricted code. */
DESCRIPTOR(SDDL_DEVOBJ_KERNEL_ONLY, L"D:P")
DESCRIPTOR(SDDL_DEVOBJ_SYS_ALL, L"D:P(A;;GA;;;SY)")
DESCRIPTOR(SDDL_DEVOBJ_SYS_ALL_ADM_ALL, L"D:P(A;;GA;;;SY)(A;;GA;;;BA)")
DESCRIPTOR(SDDL_DEVOBJ_SYS_ALL_ADM_RX, L"D:P(A;;GA;;;SY)(A;;GRGX;;;BA)")
DESCRIPTOR(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R, L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)")
DESCRIPTOR(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R_RES_R, L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)(A;;GR;;;RC)")
DESCRIPTOR(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RW_RES_R, L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGW;;;WD)(A;;GR;;;RC)")
DESCRIPTOR(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RWX_RES_RWX,
           L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGWGX;;;WD)(A;;GRGWGX;;;RC)")
