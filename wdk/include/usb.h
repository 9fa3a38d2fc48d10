/* mingw-w64's usb.h, and the handles of Windows 8's USB driver stack. */
#ifndef OPEN_WDK_USB_H
#define OPEN_WDK_USB_H

#include_next <usb.h>

#define USBD_CLIENT_CONTRACT_VERSION_INVALID 0xFFFFFFFF
#define USBD_CLIENT_CONTRACT_VERSION_602 0x602
#define USBD_INTERFACE_VERSION_602 0x602
#define USBD_INTERFACE_VERSION_603 0x603

typedef struct USBD_HANDLE__ *USBD_HANDLE;

#endif
