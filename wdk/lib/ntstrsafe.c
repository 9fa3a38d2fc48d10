/* ntstrsafe.lib: the functions of ntstrsafe.h are inline; projects name the library all the same. */

const char ntstrsafe_is_inline = 1;
