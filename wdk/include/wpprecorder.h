/* The recorder of the trace preprocessor (WPP). What it would record is not traced here, so it keeps nothing. */
#ifndef OPEN_WDK_WPPRECORDER_H
#define OPEN_WDK_WPPRECORDER_H

#define RECORDER_LOG_IDENTIFIER_MAX_CHARS 16

typedef struct RECORDER_LOG__ *RECORDER_LOG, **PRECORDER_LOG;

typedef struct _RECORDER_CONFIGURE_PARAMS {
    ULONG Size;
    BOOLEAN CreateDefaultLog;
} RECORDER_CONFIGURE_PARAMS, *PRECORDER_CONFIGURE_PARAMS;

typedef struct _RECORDER_LOG_CREATE_PARAMS {
    ULONG Size;
    ULONG TotalBufferSize;
    ULONG ErrorPartitionSize;
    CHAR LogIdentifier[RECORDER_LOG_IDENTIFIER_MAX_CHARS];
} RECORDER_LOG_CREATE_PARAMS, *PRECORDER_LOG_CREATE_PARAMS;

static __inline VOID RECORDER_CONFIGURE_PARAMS_INIT(PRECORDER_CONFIGURE_PARAMS Params)
{
    RtlZeroMemory(Params, sizeof(*Params));
    Params->Size = sizeof(*Params);
    Params->CreateDefaultLog = TRUE;
}

static __inline VOID RECORDER_LOG_CREATE_PARAMS_INIT(PRECORDER_LOG_CREATE_PARAMS Params, PCSTR Identifier)
{
    ULONG index;

    RtlZeroMemory(Params, sizeof(*Params));
    Params->Size = sizeof(*Params);
    for (index = 0; Identifier && Identifier[index] && index + 1 < RECORDER_LOG_IDENTIFIER_MAX_CHARS; ++index) {
        Params->LogIdentifier[index] = Identifier[index];
    }
}

static __inline VOID WppRecorderConfigure(PRECORDER_CONFIGURE_PARAMS Params)
{
    (VOID)Params;
}

/* No log: nothing is written to it, and nothing is freed with it. */
static __inline NTSTATUS WppRecorderLogCreate(PRECORDER_LOG_CREATE_PARAMS Params, PRECORDER_LOG Log)
{
    (VOID)Params;
    *Log = NULL;
    return STATUS_SUCCESS;
}

static __inline VOID WppRecorderLogDelete(RECORDER_LOG Log)
{
    (VOID)Log;
}

#define WppRecorderIsDefaultLogAvailable() FALSE
#define WppRecorderLogGetDefault() ((RECORDER_LOG)NULL)

#endif
