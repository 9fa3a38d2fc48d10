/* Requests to devices on simple peripheral buses (I2C, SPI). */
#ifndef OPEN_WDK_SPB_H
#define OPEN_WDK_SPB_H

#define OPEN_WDK_SPB_CODE(Number) CTL_CODE(FILE_DEVICE_CONTROLLER, Number, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_SPB_LOCK_CONTROLLER OPEN_WDK_SPB_CODE(0x600)
#define IOCTL_SPB_UNLOCK_CONTROLLER OPEN_WDK_SPB_CODE(0x601)
#define IOCTL_SPB_EXECUTE_SEQUENCE OPEN_WDK_SPB_CODE(0x602)
#define IOCTL_SPB_LOCK_CONNECTION OPEN_WDK_SPB_CODE(0x603)
#define IOCTL_SPB_UNLOCK_CONNECTION OPEN_WDK_SPB_CODE(0x604)
#define IOCTL_SPB_FULL_DUPLEX OPEN_WDK_SPB_CODE(0x605)
#define IOCTL_SPB_MULTI_SPI_TRANSFER OPEN_WDK_SPB_CODE(0x606)

typedef enum SPB_TRANSFER_DIRECTION {
    SpbTransferDirectionNone,
    SpbTransferDirectionFromDevice,
    SpbTransferDirectionToDevice,
    SpbTransferDirectionMax
} SPB_TRANSFER_DIRECTION, *PSPB_TRANSFER_DIRECTION;

typedef enum SPB_TRANSFER_BUFFER_FORMAT {
    SpbTransferBufferFormatInvalid,
    SpbTransferBufferFormatSimple,
    SpbTransferBufferFormatList,
    SpbTransferBufferFormatSimpleNonPaged,
    SpbTransferBufferFormatMdl,
    SpbTransferBufferFormatMax
} SPB_TRANSFER_BUFFER_FORMAT, *PSPB_TRANSFER_BUFFER_FORMAT;

typedef struct SPB_TRANSFER_BUFFER_LIST_ENTRY {
    PVOID Buffer;
    ULONG BufferCb;
} SPB_TRANSFER_BUFFER_LIST_ENTRY, *PSPB_TRANSFER_BUFFER_LIST_ENTRY;

typedef struct SPB_TRANSFER_BUFFER {
    SPB_TRANSFER_BUFFER_FORMAT Format;
    union {
        SPB_TRANSFER_BUFFER_LIST_ENTRY Simple;
        struct {
            PSPB_TRANSFER_BUFFER_LIST_ENTRY List;
            ULONG ListCe;
        } BufferList;
        PMDL Mdl;
    };
} SPB_TRANSFER_BUFFER, *PSPB_TRANSFER_BUFFER;

typedef struct SPB_TRANSFER_LIST_ENTRY {
    SPB_TRANSFER_DIRECTION Direction;
    ULONG DelayInUs;
    SPB_TRANSFER_BUFFER Buffer;
} SPB_TRANSFER_LIST_ENTRY, *PSPB_TRANSFER_LIST_ENTRY;

typedef struct SPB_TRANSFER_LIST {
    ULONG Size;
    ULONG Reserved;
    ULONG TransferCount;
    SPB_TRANSFER_LIST_ENTRY Transfers[ANYSIZE_ARRAY];
} SPB_TRANSFER_LIST, *PSPB_TRANSFER_LIST;

C_ASSERT(sizeof(SPB_TRANSFER_LIST_ENTRY) == 32 && sizeof(SPB_TRANSFER_LIST) == 48);

/* A list with as many transfers; the first lies in the list itself. */
#define SPB_TRANSFER_LIST_AND_ENTRIES(Count)                                                                           \
    struct {                                                                                                           \
        SPB_TRANSFER_LIST List;                                                                                        \
        SPB_TRANSFER_LIST_ENTRY Transfers[(Count) - 1];                                                                \
    }

static __inline VOID SPB_TRANSFER_LIST_INIT(PSPB_TRANSFER_LIST List, ULONG Count)
{
    RtlZeroMemory(List, sizeof(*List));
    List->Size = sizeof(*List);
    List->TransferCount = Count;
}

static __inline SPB_TRANSFER_LIST_ENTRY SPB_TRANSFER_LIST_ENTRY_INIT_SIMPLE(
    SPB_TRANSFER_DIRECTION Direction, ULONG DelayInUs, PVOID Buffer, ULONG BufferCb)
{
    SPB_TRANSFER_LIST_ENTRY entry;

    RtlZeroMemory(&entry, sizeof(entry));
    entry.Direction = Direction;
    entry.DelayInUs = DelayInUs;
    entry.Buffer.Format = SpbTransferBufferFormatSimple;
    entry.Buffer.Simple.Buffer = Buffer;
    entry.Buffer.Simple.BufferCb = BufferCb;
    return entry;
}

#endif
