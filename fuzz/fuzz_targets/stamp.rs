//! Stamped INFs.
#![cfg_attr(fuzzing, no_main)]
#![cfg_attr(not(fuzzing), forbid(unsafe_code))]

netioctl_fuzz::target!(stamp);
