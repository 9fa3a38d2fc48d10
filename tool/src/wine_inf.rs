//! INFs as Wine 8 reads them.
//!
//! Windows takes the models of `[Standard.NTamd64.10.0...16299]`; Wine looks for `[Standard.NTamd64]`. A copy of such a
//! section under the shorter name is nothing to Windows, for `[Manufacturer]` does not name it.

use regex::Regex;

/// The header of a section for x64 that asks for a version of Windows: the part that Wine knows, and the rest.
const HEADER: &str = r"(?i)^\s*\[\s*(?<known>[^\]]+\.NTamd64)\.[^\]]*\]";

/// The INF with the sections that Wine looks for; `None` if it has them.
pub fn adapted(text: &str) -> Option<String> {
    let header = Regex::new(HEADER).ok()?;
    let has = |name: &str| text.lines().any(|line| line.trim().eq_ignore_ascii_case(&format!("[{name}]")));
    let (mut added, mut copying) = (String::new(), false);
    for line in text.lines() {
        if line.trim_start().starts_with('[') {
            let known = header.captures(line).map(|captures| captures["known"].to_owned());
            // Of several for different versions of Windows, the first.
            let again = |name: &String| added.to_lowercase().contains(&format!("[{name}]").to_lowercase());
            copying = known.as_ref().is_some_and(|name| !has(name) && !again(name));
            if let (true, Some(name)) = (copying, known) {
                added.extend(["\r\n[", name.as_str(), "]\r\n"]);
            }
        } else if copying {
            added.extend([line, "\r\n"]);
        }
    }
    (!added.is_empty()).then(|| format!("{}\r\n{added}", text.lines().collect::<Vec<_>>().join("\r\n")))
}

/// A text as a file that says of itself that it is UTF-16.
pub fn encoded(text: &str) -> Vec<u8> {
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: &str = "[Manufacturer]\n%M%=Standard,NTamd64.10.0...16299\n[Standard.NTamd64.10.0...16299]\n%D%=Install,ROOT\\x\n[Strings]\nM=m\n";

    #[test]
    fn the_section_that_wine_looks_for_is_added_once() {
        let text = adapted(INF).unwrap();
        assert!(text.starts_with(&INF.replace('\n', "\r\n").trim_end().to_owned()));
        assert!(text.ends_with("\r\n[Standard.NTamd64]\r\n%D%=Install,ROOT\\x\r\n"), "{text:?}");
        assert_eq!(adapted(&text), None);
    }

    #[test]
    fn an_inf_that_wine_can_read_stays() {
        assert_eq!(adapted(&INF.replace(".10.0...16299", "")), None);
    }
}
