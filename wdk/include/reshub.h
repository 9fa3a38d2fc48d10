/* Connections of a device (I2C, SPI, UART, GPIO): the resource hub opens them by a path that ends in their number. */
#ifndef OPEN_WDK_RESHUB_H
#define OPEN_WDK_RESHUB_H

#define RESOURCE_HUB_DEVICE_NAME L"\\Device\\RESOURCE_HUB"
#define RESOURCE_HUB_DEVICE_NAME_PREFIX RESOURCE_HUB_DEVICE_NAME L"\\"

/* 16 hexadecimal digits and a terminating zero. In bytes: */
#define RESOURCE_HUB_CONNECTION_FILE_SIZE (17 * sizeof(WCHAR))
#define RESOURCE_HUB_CONNECTION_PATH_SIZE (sizeof(RESOURCE_HUB_DEVICE_NAME_PREFIX) + 16 * sizeof(WCHAR))
#define RESOURCE_HUB_FILE_SIZE RESOURCE_HUB_CONNECTION_FILE_SIZE
#define RESOURCE_HUB_PATH_SIZE RESOURCE_HUB_CONNECTION_PATH_SIZE
/* In characters: */
#define RESOURCE_HUB_FILE_CHARS (RESOURCE_HUB_FILE_SIZE / sizeof(WCHAR))
#define RESOURCE_HUB_PATH_CHARS (RESOURCE_HUB_PATH_SIZE / sizeof(WCHAR))

#ifdef RESHUB_USE_HELPER_ROUTINES
/* Appends the number to a prefix. STATUS_BUFFER_TOO_SMALL if the path has no place for both and a zero. */
static __inline NTSTATUS OpenWdkResourceHubName(PUNICODE_STRING Path, PCWSTR Prefix, USHORT PrefixBytes, ULONG64 Id)
{
    PWSTR digit;
    int shift;

    if (Path->MaximumLength < PrefixBytes + RESOURCE_HUB_FILE_SIZE) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    RtlCopyMemory(Path->Buffer, Prefix, PrefixBytes);
    digit = Path->Buffer + PrefixBytes / sizeof(WCHAR);
    for (shift = 60; shift >= 0; shift -= 4) {
        *digit++ = L"0123456789abcdef"[(Id >> shift) & 0xF];
    }
    *digit = 0;
    Path->Length = (USHORT)(PrefixBytes + RESOURCE_HUB_FILE_SIZE - sizeof(WCHAR));
    return STATUS_SUCCESS;
}

#define OPEN_WDK_CONNECTION(Low, High) (((ULONG64)(ULONG)(High) << 32) | (ULONG)(Low))
#define RESOURCE_HUB_CREATE_PATH_FROM_ID(Path, Low, High)                                                              \
    OpenWdkResourceHubName(                                                                                            \
        Path, RESOURCE_HUB_DEVICE_NAME_PREFIX, sizeof(RESOURCE_HUB_DEVICE_NAME_PREFIX) - sizeof(WCHAR),                \
        OPEN_WDK_CONNECTION(Low, High))
#define RESOURCE_HUB_ID_TO_FILE_NAME(Low, High, Name) OpenWdkResourceHubName(Name, L"", 0, OPEN_WDK_CONNECTION(Low, High))
#endif

#endif
