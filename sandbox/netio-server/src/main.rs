//! Serves the NETIO stand-in from rtnetlink.

fn main() {}
