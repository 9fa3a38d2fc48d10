//! The words of a command line.
#![cfg_attr(fuzzing, no_main)]
#![cfg_attr(not(fuzzing), forbid(unsafe_code))]

netioctl_fuzz::target!(command);
