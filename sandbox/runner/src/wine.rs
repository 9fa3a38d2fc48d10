//! How Wine is called.

use std::collections::BTreeMap;

use crate::protocol::Places;

/// Wine offers to download Mono and Gecko without this, and takes its own stubs for the stand-ins, and its own process for drivers.
const DLL_OVERRIDES: &str = "mscoree,mshtml=;wdfldr.sys=n;netio.sys=n;ndis.sys=n;winedevice.exe=n,b";

/// The debug channels of Wine unless somebody looks for a fault in Wine itself: why a program does not start, and nothing else.
pub const QUIET: &str = "-all,err+module,err+virtual";

/// The environment of every command in the sandbox. Nothing is taken from the caller but the terminal's type.
pub(crate) fn environment(places: &Places, debug: &str) -> BTreeMap<String, String> {
    let path =
        format!("{}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", places.home.join("bin").display());
    let mut environment = BTreeMap::from([
        ("PATH".to_owned(), path),
        ("HOME".to_owned(), places.home.display().to_string()),
        ("LANG".to_owned(), "C.UTF-8".to_owned()),
        ("WINEPREFIX".to_owned(), places.prefix.display().to_string()),
        ("WINEDLLOVERRIDES".to_owned(), DLL_OVERRIDES.to_owned()),
        ("WINEDEBUG".to_owned(), debug.to_owned()),
        ("WINEARCH".to_owned(), "win64".to_owned()),
    ]);
    if let Ok(terminal) = std::env::var("TERM") {
        environment.insert("TERM".to_owned(), terminal);
    }
    environment
}
