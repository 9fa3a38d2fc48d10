//! Set-up, build, demo and test of netioctl.

fn main() {}
