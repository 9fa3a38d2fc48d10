/* The Windows version that the kernel headers describe: Windows 10. */
#ifndef OPEN_WDK_TARGET_H
#define OPEN_WDK_TARGET_H

#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#endif
#ifndef WINVER
#define WINVER _WIN32_WINNT
#endif
#ifndef NTDDI_VERSION
#define NTDDI_VERSION 0x0A000000
#endif

#endif
