//! INX files as the tools of the WDK take them.

use driver_catalog::inf::{CodePage, Inf, InfError, decode};
use regex::Regex;

/// The lines that stampinf adds where they are missing; a stamp asks for them.
const STAMPED: [&str; 2] = ["DriverVer", "CatalogFile"];

/// The text of an INX, with every line that is stamped.
///
/// # Errors
///
/// It is no INF.
pub fn read(bytes: &[u8]) -> Result<String, InfError> {
    let text = decode(bytes, CodePage::default())?.into_owned();
    let inf = Inf::from_text(&text)?;
    let missing = |key: &&&str| !inf.entries("Version").any(|entry| entry.has_key(key));
    let lines: String = STAMPED.iter().filter(missing).flat_map(|key| ["\r\n", key, " = stamped"]).collect();
    // The pattern is a constant, and right.
    let Ok(header) = Regex::new(r"(?im)^[ \t]*\[[ \t]*Version[ \t]*\][^\r\n]*") else { return Ok(text) };
    Ok(header.replace(&text, format!("$0{lines}")).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_added() {
        let text = read(b"[version] ; mine\nCatalogFile=x.cat\n[Other]\nDriverVer=1\n").unwrap();
        assert_eq!(text, "[version] ; mine\r\nDriverVer = stamped\nCatalogFile=x.cat\n[Other]\nDriverVer=1\n");
        assert_eq!(read(text.as_bytes()).unwrap(), text);
    }
}
