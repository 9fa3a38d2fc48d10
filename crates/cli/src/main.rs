//! The netioctl command.

fn main() {}
