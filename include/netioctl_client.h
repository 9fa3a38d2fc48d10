/*
 * Helpers for programs in C and C++ that use the netioctl driver: open the device, send a request, read a table, follow
 * changes. All of it is in this header; link with setupapi. The requests, replies and codes are in netioctl.h, and
 * docs/ioctl.md describes them.
 *
 * Functions that answer BOOL or HANDLE fail as those of Windows do: GetLastError says why. A status that the driver ends
 * a request with arrives there as the Win32 error that netioctl.h names beside it.
 */

#ifndef NETIOCTL_CLIENT_H
#define NETIOCTL_CLIENT_H

#include <windows.h>

#include <setupapi.h>
#include <stdlib.h>
#include <string.h>

#include "netioctl.h"

#ifdef _MSC_VER
#pragma comment(lib, "setupapi")
#endif

/* Times that a table which grows is read before giving up. */
#define NETIOCTL_TABLE_TRIES 8

/* Bytes of the first buffer for a table. */
#define NETIOCTL_TABLE_BYTES (64 * 1024)

/* A whole table; free it with netioctl_free_table. */
typedef struct NetioctlTable {
    /* What the driver says of the table. */
    NetioctlTableHeader header;
    /* header.returned_rows rows, one after the other, of header.row_size bytes each; see netioctl_row. */
    unsigned char *rows;
} NetioctlTable;

/* A watch. It must stay where it is until netioctl_stop_watch. */
typedef struct NetioctlWatch {
    /* The open device: it watches nothing else, and serves other requests too. */
    HANDLE device;
    /* Events that had no room. If it is not 0, only the tables say what there is; set it to 0 when they are read. */
    uint64_t lost;
    /* The rest is for the functions below. */
    NetioctlWatchRequest request;
    OVERLAPPED overlapped;
    BOOL waiting;
    uint32_t next, count, event_size;
    unsigned char buffer[NETIOCTL_MAX_WATCH_OUTPUT];
} NetioctlWatch;

/* Closes what a failed function has opened, and keeps the error. Answers FALSE. */
static inline BOOL netioctl_failed(HANDLE handle, DWORD error)
{
    if (handle && handle != INVALID_HANDLE_VALUE)
        CloseHandle(handle);
    SetLastError(error);
    return FALSE;
}

/* Sends a request to a device that netioctl_open has opened, and waits for its end. bytes gets the length of the output,
 * which ERROR_MORE_DATA comes with, too. */
static inline BOOL netioctl_control(HANDLE device, DWORD code, const void *input, DWORD input_size, void *output,
                                    DWORD output_size, DWORD *bytes)
{
    OVERLAPPED overlapped;
    BOOL done;
    DWORD error;

    *bytes = 0;
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!overlapped.hEvent)
        return FALSE;
    done = DeviceIoControl(device, code, (void *)input, input_size, output, output_size, NULL, &overlapped);
    if (done || GetLastError() == ERROR_IO_PENDING || GetLastError() == ERROR_MORE_DATA)
        done = GetOverlappedResult(device, &overlapped, bytes, TRUE);
    error = done ? ERROR_SUCCESS : GetLastError();
    netioctl_failed(overlapped.hEvent, error);
    return done;
}

/* Opens the first device interface of the set. */
static inline HANDLE netioctl_open_first(HDEVINFO devices, const GUID *guid, DWORD access)
{
    SP_DEVICE_INTERFACE_DATA data;
    SP_DEVICE_INTERFACE_DETAIL_DATA_W *detail;
    HANDLE device = INVALID_HANDLE_VALUE;
    DWORD size = 0;

    memset(&data, 0, sizeof data);
    data.cbSize = sizeof data;
    if (!SetupDiEnumDeviceInterfaces(devices, NULL, guid, 0, &data)) {
        /* ERROR_NO_MORE_ITEMS: there is no such device. */
        SetLastError(ERROR_FILE_NOT_FOUND);
        return device;
    }
    /* Fails with ERROR_INSUFFICIENT_BUFFER and says how much is needed. */
    SetupDiGetDeviceInterfaceDetailW(devices, &data, NULL, 0, &size, NULL);
    if (size < sizeof *detail)
        return device;
    detail = (SP_DEVICE_INTERFACE_DETAIL_DATA_W *)malloc(size);
    if (!detail) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return device;
    }
    detail->cbSize = sizeof *detail;
    if (SetupDiGetDeviceInterfaceDetailW(devices, &data, detail, size, NULL, NULL))
        device = CreateFileW(detail->DevicePath, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                             FILE_FLAG_OVERLAPPED, NULL);
    size = GetLastError();
    free(detail);
    SetLastError(size);
    return device;
}

/* Opens the device: access is GENERIC_READ, or GENERIC_READ | GENERIC_WRITE for changes. The driver must speak this
 * contract and serve the operations whose bits of NETIOCTL_CAPABILITY_ are in capabilities: ERROR_REVISION_MISMATCH if
 * not, ERROR_FILE_NOT_FOUND if there is no driver. Answers INVALID_HANDLE_VALUE then. Close it with CloseHandle.
 *
 * The handle is an overlapped one: use netioctl_control, or an OVERLAPPED of your own. */
static inline HANDLE netioctl_open(DWORD access, uint64_t capabilities)
{
    static const GUID guid = NETIOCTL_INTERFACE_GUID;
    HDEVINFO devices = SetupDiGetClassDevsW(&guid, NULL, NULL, DIGCF_PRESENT | DIGCF_DEVICEINTERFACE);
    NetioctlVersionReply version;
    HANDLE device;
    DWORD error, bytes;

    if (devices == INVALID_HANDLE_VALUE)
        return INVALID_HANDLE_VALUE;
    device = netioctl_open_first(devices, &guid, access);
    error = GetLastError();
    /* Has a last error of its own. */
    SetupDiDestroyDeviceInfoList(devices);
    SetLastError(error);
    if (device == INVALID_HANDLE_VALUE)
        return INVALID_HANDLE_VALUE;
    error = ERROR_SUCCESS;
    if (!netioctl_control(device, NETIOCTL_IOCTL_GET_VERSION, NULL, 0, &version, sizeof version, &bytes))
        error = GetLastError();
    else if (bytes != sizeof version || version.abi_major != NETIOCTL_ABI_MAJOR
             || (version.capabilities & capabilities) != capabilities)
        error = ERROR_REVISION_MISMATCH;
    if (error == ERROR_SUCCESS)
        return device;
    netioctl_failed(device, error);
    return INVALID_HANDLE_VALUE;
}

/* Frees the rows of a table. */
static inline void netioctl_free_table(NetioctlTable *table)
{
    free(table->rows);
    memset(table, 0, sizeof *table);
}

/* Takes a reply that must be a whole table into table: the rows are where the header says, and long enough. */
static inline BOOL netioctl_take_table(NetioctlTable *table, DWORD bytes, size_t row_size)
{
    const NetioctlTableHeader *header = &table->header;

    if (bytes < sizeof *header || header->abi_major != NETIOCTL_ABI_MAJOR || header->row_size < row_size
        || header->returned_rows != header->total_rows
        || bytes != sizeof *header + (uint64_t)header->row_size * header->returned_rows) {
        netioctl_free_table(table);
        SetLastError(ERROR_INVALID_DATA);
        return FALSE;
    }
    memmove(table->rows, table->rows + sizeof *header, bytes - sizeof *header);
    return TRUE;
}

/* Reads a whole table, such as NETIOCTL_IOCTL_GET_NEIGHBOR_TABLE, of a family (NETIOCTL_AF_UNSPEC for both). row_size is
 * the size of the rows that the program knows (sizeof(NetioctlNeighborRow)). A table without rows is no error. */
static inline BOOL netioctl_read_table(HANDLE device, DWORD code, uint16_t family, size_t row_size,
                                       NetioctlTable *table)
{
    static const NetioctlRequestHeader current = NETIOCTL_REQUEST_HEADER;
    NetioctlFamilyRequest request;
    DWORD size = NETIOCTL_TABLE_BYTES, bytes, error;
    uint64_t needed;
    BOOL done;
    int tries;

    memset(table, 0, sizeof *table);
    memset(&request, 0, sizeof request);
    request.header = current;
    request.family = family;
    for (tries = 0; tries < NETIOCTL_TABLE_TRIES; tries++) {
        table->rows = (unsigned char *)malloc(size);
        if (!table->rows) {
            SetLastError(ERROR_NOT_ENOUGH_MEMORY);
            return FALSE;
        }
        done = netioctl_control(device, code, &request, sizeof request, table->rows, size, &bytes);
        error = done ? ERROR_SUCCESS : GetLastError();
        if (bytes >= sizeof table->header)
            memcpy(&table->header, table->rows, sizeof table->header);
        if (done)
            return netioctl_take_table(table, bytes, row_size);
        /* Room for what was needed and a quarter more: rows may have come since. */
        needed = sizeof table->header + (uint64_t)table->header.row_size * table->header.total_rows;
        needed += needed / 4;
        netioctl_free_table(table);
        /* NETIO says of a table without rows that it was not found. */
        if (error == ERROR_NOT_FOUND)
            return TRUE;
        if (error != ERROR_MORE_DATA || bytes < sizeof table->header || needed > MAXLONG)
            return netioctl_failed(NULL, error);
        size = (DWORD)needed;
    }
    SetLastError(ERROR_MORE_DATA);
    return FALSE;
}

/* Copies a row of a table; row_size is that of netioctl_read_table, and a newer driver's rows may be longer. FALSE
 * behind the last row. */
static inline BOOL netioctl_row(const NetioctlTable *table, uint32_t number, void *row, size_t row_size)
{
    if (number >= table->header.returned_rows)
        return FALSE;
    memcpy(row, table->rows + (size_t)number * table->header.row_size, row_size);
    return TRUE;
}

/* Begins to watch sources, bits of NETIOCTL_WATCH_, in a family (NETIOCTL_AF_UNSPEC for both), with a device of its own.
 * The first event of each source is NETIOCTL_CHANGE_KIND_INITIAL: a table that is read from then on misses nothing. */
static inline BOOL netioctl_watch(NetioctlWatch *watch, uint32_t sources, uint16_t family)
{
    static const NetioctlRequestHeader current = NETIOCTL_REQUEST_HEADER;

    memset(watch, 0, sizeof *watch);
    watch->request.header = current;
    watch->request.sources = sources;
    watch->request.family = family;
    watch->request.flags = NETIOCTL_WATCH_FLAG_INITIAL;
    watch->device = netioctl_open(GENERIC_READ, NETIOCTL_CAPABILITY_WATCH_CHANGES);
    if (watch->device == INVALID_HANDLE_VALUE)
        return FALSE;
    watch->overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    return watch->overlapped.hEvent ? TRUE : netioctl_failed(watch->device, GetLastError());
}

/* Sends the request for the next events, unless it is under way. */
static inline BOOL netioctl_ask_for_changes(NetioctlWatch *watch)
{
    if (watch->waiting)
        return TRUE;
    watch->waiting = DeviceIoControl(watch->device, NETIOCTL_IOCTL_WATCH_CHANGES, &watch->request,
                                     sizeof watch->request, watch->buffer, sizeof watch->buffer, NULL,
                                     &watch->overlapped)
        || GetLastError() == ERROR_IO_PENDING;
    return watch->waiting;
}

/* Takes the events of an answer. */
static inline BOOL netioctl_take_changes(NetioctlWatch *watch, DWORD bytes)
{
    NetioctlWatchReply reply;

    if (bytes >= sizeof reply) {
        memcpy(&reply, watch->buffer, sizeof reply);
        if (reply.event_size >= sizeof(NetioctlChangeEvent) && reply.returned_events
            && bytes == sizeof reply + (uint64_t)reply.event_size * reply.returned_events) {
            watch->lost += reply.lost;
            watch->next = 0;
            watch->count = reply.returned_events;
            watch->event_size = reply.event_size;
            return TRUE;
        }
    }
    SetLastError(ERROR_INVALID_DATA);
    return FALSE;
}

/* Waits so many milliseconds, or INFINITE, for the next change. FALSE with WAIT_TIMEOUT as the last error: nothing has
 * happened, and the next call goes on waiting; nothing is lost by that. Look at watch->lost after each call. */
static inline BOOL netioctl_next_change(NetioctlWatch *watch, NetioctlChangeEvent *change, DWORD milliseconds)
{
    DWORD bytes, waited;

    if (watch->next == watch->count) {
        if (!netioctl_ask_for_changes(watch))
            return FALSE;
        waited = WaitForSingleObject(watch->overlapped.hEvent, milliseconds);
        if (waited != WAIT_OBJECT_0)
            return waited == WAIT_TIMEOUT ? netioctl_failed(NULL, WAIT_TIMEOUT) : FALSE;
        watch->waiting = FALSE;
        if (!GetOverlappedResult(watch->device, &watch->overlapped, &bytes, TRUE)
            || !netioctl_take_changes(watch, bytes))
            return FALSE;
    }
    memcpy(change, watch->buffer + sizeof(NetioctlWatchReply) + (size_t)watch->next++ * watch->event_size,
           sizeof *change);
    return TRUE;
}

/* Ends a watch that netioctl_watch has begun. */
static inline void netioctl_stop_watch(NetioctlWatch *watch)
{
    DWORD bytes;

    if (watch->waiting) {
        CancelIoEx(watch->device, &watch->overlapped);
        /* Until the request has ended the buffer is the system's. */
        GetOverlappedResult(watch->device, &watch->overlapped, &bytes, TRUE);
        watch->waiting = FALSE;
    }
    CloseHandle(watch->overlapped.hEvent);
    CloseHandle(watch->device);
}

#endif /* NETIOCTL_CLIENT_H */
