//! The files of a driver package.

pub const IMAGE: &str = "netioctl.sys";
pub const SYMBOLS: &str = "netioctl.pdb";
pub const INF: &str = "netioctl.inf";
pub const CATALOG: &str = "netioctl.cat";
pub const CERTIFICATE: &str = "netioctl-test.cer";
pub const SCRIPTS: [&str; 3] = ["common.ps1", "install.ps1", "uninstall.ps1"];

/// The files of a package; `SHA256SUMS` lists them in this order.
pub const FILES: [&str; 10] = [
    "common.ps1",
    "install.ps1",
    "netioctl-harness.exe",
    CERTIFICATE,
    CATALOG,
    "netioctl.exe",
    INF,
    SYMBOLS,
    IMAGE,
    "uninstall.ps1",
];
