/* Prints a line for each IPv4 address that comes or goes; with a number of seconds, until nothing does for so long. */

#include <stdio.h>

#include "netioctl_client.h"

int main(int count, char **arguments)
{
    const DWORD patience = count > 1 ? 1000 * strtoul(arguments[1], NULL, 10) : INFINITE;
    static const char *const kinds[] = { "changed", "added", "removed", "watching" };
    static NetioctlWatch watch;
    NetioctlChangeEvent change;
    DWORD error;

    if (!netioctl_watch(&watch, NETIOCTL_WATCH_ADDRESSES, NETIOCTL_AF_INET)) {
        fprintf(stderr, "watching failed: Win32 error %lu\n", GetLastError());
        return EXIT_FAILURE;
    }
    while (netioctl_next_change(&watch, &change, patience)) {
        printf("%s %u.%u.%u.%u index %lu\n", kinds[change.kind & 3], change.address[0], change.address[1],
               change.address[2], change.address[3], (unsigned long)change.interface_index);
        fflush(stdout);
        if (watch.lost)
            printf("events were lost: read the table again\n");
        watch.lost = 0;
    }
    error = GetLastError();
    netioctl_stop_watch(&watch);
    return error == WAIT_TIMEOUT ? EXIT_SUCCESS : EXIT_FAILURE;
}
