//! What a program of the package must be like.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use object::Object;
use object::read::pe::PeFile64;

/// The libraries that every Windows 10 has, and that programs here call.
const LIBRARIES: [&str; 12] = [
    "ADVAPI32.DLL",
    "BCRYPTPRIMITIVES.DLL",
    "CFGMGR32.DLL",
    "IPHLPAPI.DLL",
    "KERNEL32.DLL",
    "MSVCRT.DLL",
    "NEWDEV.DLL",
    "NTDLL.DLL",
    "SETUPAPI.DLL",
    "USER32.DLL",
    "USERENV.DLL",
    "WS2_32.DLL",
];

/// The sets of functions that Windows names instead of libraries.
const SETS: &str = "API-MS-WIN-CORE-";

/// Checks that a program runs on a machine on which nothing was installed for it.
pub fn check(path: &Path) -> Result<()> {
    let bytes = fs::read(path)?;
    let imports = PeFile64::parse(&*bytes)?.imports()?;
    let libraries: BTreeSet<_> =
        imports.iter().map(|import| String::from_utf8_lossy(import.library()).to_uppercase()).collect();
    let known = |name: &&String| LIBRARIES.contains(&name.as_str()) || name.starts_with(SETS);
    let others: Vec<_> = libraries.iter().filter(|name| !known(name)).collect();
    ensure!(others.is_empty(), "it needs {others:?}, which Windows does not have");
    Ok(())
}
