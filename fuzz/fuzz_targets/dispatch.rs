//! The core of the driver, any code and any bytes.
#![cfg_attr(fuzzing, no_main)]
#![cfg_attr(not(fuzzing), forbid(unsafe_code))]

netioctl_fuzz::target!(dispatch);
