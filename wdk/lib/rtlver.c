/* rtlver.lib: the functions that it has for old Windows are those of the kernel on any that is served here. */

const char rtlver_is_the_kernel = 1;
