/* Reads the IP interface table through the netioctl driver and prints a line for each interface and family. */

#include <stdio.h>

#include "netioctl_client.h"

static int complain(const char *what)
{
    fprintf(stderr, "%s failed: Win32 error %lu\n", what, GetLastError());
    return EXIT_FAILURE;
}

int main(void)
{
    HANDLE device = netioctl_open(GENERIC_READ, NETIOCTL_CAPABILITY_GET_INTERFACE_TABLE);
    NetioctlTable table;
    NetioctlInterfaceRow row;
    uint32_t at;

    if (device == INVALID_HANDLE_VALUE)
        return complain("opening the device");
    if (!netioctl_read_table(device, NETIOCTL_IOCTL_GET_INTERFACE_TABLE, NETIOCTL_AF_UNSPEC, sizeof row, &table))
        return complain("reading the interface table");
    for (at = 0; netioctl_row(&table, at, &row, sizeof row); at++)
        printf("index %lu  %s  LUID 0x%016llX  MTU %lu  metric %lu  %s\n", (unsigned long)row.interface_index,
               row.family == NETIOCTL_AF_INET ? "IPv4" : "IPv6", (unsigned long long)row.interface_luid,
               (unsigned long)row.nl_mtu, (unsigned long)row.metric, row.connected ? "connected" : "disconnected");
    netioctl_free_table(&table);
    CloseHandle(device);
    return EXIT_SUCCESS;
}
