/* The whole of it, not the part beside the headers of drivers. */
#ifndef OPEN_WDK_POCLASS_H
#define OPEN_WDK_POCLASS_H

#include <../shared/poclass.h>

#endif
