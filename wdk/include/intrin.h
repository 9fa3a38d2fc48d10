/*
 * Compiler intrinsics that the kernel headers use in inline functions.
 * Only declared: nothing here is called from Rust, and clang knows most.
 */
#ifndef OPEN_WDK_INTRIN_H
#define OPEN_WDK_INTRIN_H

unsigned __int64 __readcr8(void);
void __writecr8(unsigned __int64 value);
unsigned char __readgsbyte(unsigned long offset);
unsigned short __readgsword(unsigned long offset);
unsigned long __readgsdword(unsigned long offset);
unsigned __int64 __readgsqword(unsigned long offset);
unsigned __int64 __umulh(unsigned __int64 a, unsigned __int64 b);
void __stosb(unsigned char *to, unsigned char value, unsigned __int64 count);
void __stosq(unsigned __int64 *to, unsigned __int64 value, unsigned __int64 count);
void __movsb(unsigned char *to, unsigned char const *from, unsigned __int64 count);
void __movsw(unsigned short *to, unsigned short const *from, unsigned __int64 count);
void __movsd(unsigned long *to, unsigned long const *from, unsigned __int64 count);
unsigned char __inbyte(unsigned short port);
unsigned short __inword(unsigned short port);
unsigned long __indword(unsigned short port);
void __outbyte(unsigned short port, unsigned char value);
void __outword(unsigned short port, unsigned short value);
void __outdword(unsigned short port, unsigned long value);
void __inbytestring(unsigned short port, unsigned char *to, unsigned long count);
void __inwordstring(unsigned short port, unsigned short *to, unsigned long count);
void __indwordstring(unsigned short port, unsigned long *to, unsigned long count);
void __outbytestring(unsigned short port, unsigned char *from, unsigned long count);
void __outwordstring(unsigned short port, unsigned short *from, unsigned long count);
void __outdwordstring(unsigned short port, unsigned long *from, unsigned long count);

#endif
