//! INF files: what is read of one, reads the same when it is written again.

use driver_catalog::inf::{Inf, packages};
use std::fmt::Write;

/// The INF of the driver before it is stamped.
const DRIVER: &str = include_str!("../../driver.inx");

/// Reads an INF, and what a catalog and the tools ask of it.
pub fn run(input: &[u8]) {
    let inf = match Inf::from_bytes(input) {
        Ok(inf) => inf,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let lines = input.split(|byte| *byte == b'\n').count();
    for section in inf.sections() {
        assert!(!section.name.is_empty(), "a section without a name");
        assert!(inf.section(&section.name.to_ascii_uppercase()).is_some(), "{} is not found", section.name);
        for entry in &section.entries {
            assert!((1..=lines).contains(&entry.line), "line {} of {lines}", entry.line);
            for text in entry.key.iter().chain(&entry.values) {
                // A string that is not there is an error, which names it.
                let _ = inf.expand(entry.line, text).map_err(|error| assert!(!error.to_string().is_empty()));
            }
        }
    }
    let _ = packages(&inf).map_err(|error| assert!(!error.to_string().is_empty()));
    check_again(&inf);
}

/// Writes an INF with every field in quotes, and reads it again.
fn check_again(inf: &Inf) {
    let mut text = String::new();
    for section in inf.sections() {
        let _ = writeln!(text, "[{}]", section.name);
        for entry in &section.entries {
            let key = entry.key.iter().map(|key| format!("{} = ", quoted(key)));
            let values = entry.values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(",");
            let _ = writeln!(text, "{}{values}", key.collect::<String>());
        }
    }
    let again = Inf::from_text(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let said = |inf: &Inf| -> Vec<_> {
        let entries = inf.sections().iter().flat_map(|section| {
            section.entries.iter().map(|entry| (section.name.clone(), entry.key.clone(), entry.values.clone()))
        });
        entries.collect()
    };
    assert_eq!(said(&again), said(inf), "{text}");
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The INF of the driver in both encodings, whole and section by section; and one with everything that INF can say.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let stamped = DRIVER.replace("$ARCH$", "amd64").replace("$KMDFVERSION$", "1.33");
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(stamped.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let all = "text\r\n[A]\r\n\"k;\"\"=\" = a, \"b,c\" ; d\r\nx,,y\\\r\nz\r\n[a] ; again\r\n%s%=%%%13%\\f\r\n[Strings]\r\ns=\"1\"";
    let sections = stamped.split_inclusive("\n[").map(|part| format!("[{part}").into_bytes());
    sections.chain([DRIVER.into(), utf16, all.into()]).chain([stamped.clone().into_bytes()]).collect()
}
