/*
 * Reads the IP interface table through the netioctl driver and prints a line for each interface and family.
 *
 * Build: x86_64-w64-mingw32-gcc -I include examples/c/interfaces.c -o interfaces.exe -lsetupapi
 */

#include <windows.h>

#include <setupapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netioctl.h"

/* Tries until a table that grows has been read, or has grown too often. */
enum { TRIES = 8 };

static const GUID interface_guid = NETIOCTL_INTERFACE_GUID;

static void complain(const char *what)
{
    fprintf(stderr, "%s failed: Win32 error %lu\n", what, GetLastError());
}

/* The path of the first device interface in the set; NULL if there is none. Free it with free. */
static SP_DEVICE_INTERFACE_DETAIL_DATA_W *first_path(HDEVINFO devices)
{
    SP_DEVICE_INTERFACE_DATA data = { .cbSize = sizeof data };
    SP_DEVICE_INTERFACE_DETAIL_DATA_W *detail;
    DWORD size = 0;

    if (!SetupDiEnumDeviceInterfaces(devices, NULL, &interface_guid, 0, &data))
        return NULL;
    /* Fails with ERROR_INSUFFICIENT_BUFFER and says how much is needed. */
    SetupDiGetDeviceInterfaceDetailW(devices, &data, NULL, 0, &size, NULL);
    detail = size >= sizeof *detail ? malloc(size) : NULL;
    if (!detail)
        return NULL;
    detail->cbSize = sizeof *detail;
    if (!SetupDiGetDeviceInterfaceDetailW(devices, &data, detail, size, NULL, NULL)) {
        free(detail);
        return NULL;
    }
    return detail;
}

/* Opens the device for looking. */
static HANDLE open_device(void)
{
    HDEVINFO devices = SetupDiGetClassDevsW(&interface_guid, NULL, NULL, DIGCF_PRESENT | DIGCF_DEVICEINTERFACE);
    SP_DEVICE_INTERFACE_DETAIL_DATA_W *detail;
    HANDLE device = INVALID_HANDLE_VALUE;
    DWORD error = ERROR_FILE_NOT_FOUND;

    if (devices == INVALID_HANDLE_VALUE)
        return device;
    detail = first_path(devices);
    if (detail) {
        device = CreateFileW(detail->DevicePath, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                             0, NULL);
        error = GetLastError();
        free(detail);
    }
    /* Has a last error of its own. */
    SetupDiDestroyDeviceInfoList(devices);
    SetLastError(error);
    return device;
}

/* The driver speaks this contract and serves the interface table. */
static BOOL is_known(HANDLE device)
{
    NetioctlVersionReply version;
    DWORD bytes;

    if (!DeviceIoControl(device, NETIOCTL_IOCTL_GET_VERSION, NULL, 0, &version, sizeof version, &bytes, NULL))
        return FALSE;
    if (bytes != sizeof version || version.abi_major != NETIOCTL_ABI_MAJOR
        || !(version.capabilities & NETIOCTL_CAPABILITY_GET_INTERFACE_TABLE)) {
        SetLastError(ERROR_REVISION_MISMATCH);
        return FALSE;
    }
    return TRUE;
}

/* Reads the whole table into a new buffer. Free it with free. */
static NetioctlTableHeader *read_table(HANDLE device, DWORD *bytes)
{
    const NetioctlFamilyRequest both = { .header = NETIOCTL_REQUEST_HEADER, .family = NETIOCTL_AF_UNSPEC };
    DWORD size = 16 * 1024;
    int tries;

    for (tries = 0; tries < TRIES; tries++) {
        NetioctlTableHeader *table = malloc(size);
        ULONGLONG needed;
        DWORD error;

        if (!table) {
            SetLastError(ERROR_NOT_ENOUGH_MEMORY);
            return NULL;
        }
        if (DeviceIoControl(device, NETIOCTL_IOCTL_GET_INTERFACE_TABLE, (void *)&both, sizeof both, table, size, bytes,
                            NULL))
            return table;
        error = GetLastError();
        if (error != ERROR_MORE_DATA || *bytes < sizeof *table) {
            free(table);
            SetLastError(error);
            return NULL;
        }
        /* Room for what was needed and a quarter more: rows may have come since. */
        needed = sizeof *table + (ULONGLONG)table->row_size * table->total_rows;
        needed += needed / 4;
        free(table);
        if (needed > MAXLONG) {
            SetLastError(ERROR_NOT_ENOUGH_MEMORY);
            return NULL;
        }
        size = (DWORD)needed;
    }
    SetLastError(ERROR_MORE_DATA);
    return NULL;
}

/* The rows are where the header says, and as long as this program needs them. */
static BOOL is_sound(const NetioctlTableHeader *table, DWORD bytes)
{
    return bytes >= sizeof *table && table->row_size >= sizeof(NetioctlInterfaceRow)
        && bytes == sizeof *table + (ULONGLONG)table->row_size * table->returned_rows;
}

static void print_table(const NetioctlTableHeader *table)
{
    const unsigned char *rows = (const unsigned char *)(table + 1);
    uint32_t at;

    for (at = 0; at < table->returned_rows; at++) {
        NetioctlInterfaceRow row;

        /* A newer driver may have longer rows: step by row_size, copy what is known. */
        memcpy(&row, rows + (size_t)at * table->row_size, sizeof row);
        printf("index %lu  %s  LUID 0x%016llX  MTU %lu  metric %lu  %s\n", (unsigned long)row.interface_index,
               row.family == NETIOCTL_AF_INET ? "IPv4" : "IPv6", (unsigned long long)row.interface_luid,
               (unsigned long)row.nl_mtu, (unsigned long)row.metric, row.connected ? "connected" : "disconnected");
    }
}

int main(void)
{
    HANDLE device = open_device();
    NetioctlTableHeader *table = NULL;
    DWORD bytes = 0;
    int result = EXIT_FAILURE;

    if (device == INVALID_HANDLE_VALUE) {
        complain("opening the device");
        return EXIT_FAILURE;
    }
    if (!is_known(device)) {
        complain("asking for the version");
    } else if (!(table = read_table(device, &bytes))) {
        complain("reading the interface table");
    } else if (!is_sound(table, bytes)) {
        fprintf(stderr, "the table makes no sense\n");
    } else {
        print_table(table);
        result = EXIT_SUCCESS;
    }
    free(table);
    CloseHandle(device);
    return result;
}
