//! What describes the package as a whole: encoding, version, strings, destinations, the Windows that it is for.

use std::path::Path;
use std::sync::LazyLock;

use driver_catalog::inf::{Architecture, Target};
use jiff::civil::Date;
use regex::Regex;

use super::found::{DRIVER_STORE, Rules};

/// The problem with a `DriverVer` that no stamp has made.
pub const BAD_DRIVER_VER: &str = "DriverVer is no date and version";

/// The first build of Windows that runs a driver from the driver store.
const DRIVER_STORE_BUILD: u32 = 16299;

/// A GUID in braces.
static GUID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$").expect("a valid expression"));

impl Rules<'_> {
    /// Windows reads UTF-16 with a mark, and bytes in the code page of the machine: only ASCII is the same on all.
    pub fn encoding(&mut self, bytes: &[u8]) {
        let utf16 = bytes.starts_with(&[0xff, 0xfe]);
        self.ensure(utf16 || bytes.is_ascii(), || "the encoding is neither UTF-16 with a mark nor ASCII".into());
        let lines = bytes.split(|byte| *byte == b'\n').count() - 1;
        let ends = if utf16 { &b"\r\0\n\0"[..] } else { b"\r\n" };
        let ended = bytes.windows(ends.len()).filter(|window| *window == ends).count();
        self.ensure(lines == ended, || "a line does not end with CR and LF".into());
    }

    pub fn version(&mut self) {
        let value = |key| self.value("Version", key);
        let [signature, class, class_guid, provider, catalog, lockdown] =
            ["Signature", "Class", "ClassGuid", "Provider", "CatalogFile", "PnpLockdown"].map(value);
        self.ensure(signature.eq_ignore_ascii_case("$WINDOWS NT$"), || "Signature is not $WINDOWS NT$".into());
        self.ensure(!class.is_empty(), || "there is no Class".into());
        self.ensure(GUID.is_match(&class_guid), || format!("ClassGuid is no GUID: {class_guid:?}"));
        self.ensure(!provider.is_empty(), || "there is no Provider".into());
        self.ensure(
            Path::new(&catalog).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("cat")),
            || format!("CatalogFile is no catalog: {catalog:?}"),
        );
        self.ensure(lockdown == "1", || "PnpLockdown is not 1".into());
        let stamp = self.inf.entries("Version").find(|entry| entry.has_key("DriverVer"));
        let good = stamp.is_some_and(|stamp| matches!(&stamp.values[..], [date, version] if is_stamp(date, version)));
        self.ensure(good, || BAD_DRIVER_VER.into());
    }

    /// Whatever looks like a string is one.
    pub fn strings(&mut self) {
        for section in self.inf.sections().iter().filter(|section| !section.name.eq_ignore_ascii_case("Strings")) {
            for entry in &section.entries {
                for text in entry.key.iter().chain(&entry.values) {
                    let expanded = self.inf.expand(entry.line, text);
                    self.problems.extend(expanded.err().map(|error| error.to_string()));
                }
            }
        }
    }

    pub fn destinations(&mut self) {
        let entries: Vec<_> = self.inf.entries("DestinationDirs").collect();
        self.ensure(entries.iter().any(|entry| entry.has_key("DefaultDestDir")), || "no DefaultDestDir".into());
        for entry in entries {
            let store = entry.value(0) == Some(DRIVER_STORE);
            self.ensure(store, || format!("line {}: files may only go to DIRID {DRIVER_STORE}", entry.line));
        }
    }

    pub fn manufacturers(&mut self) {
        for entry in self.inf.entries("Manufacturer") {
            let decorations: Vec<_> = (1..entry.values.len()).filter_map(|index| entry.value(index)).collect();
            let line = entry.line;
            self.ensure(!decorations.is_empty(), || format!("line {line}: models for no certain Windows"));
            for text in decorations {
                let good = Target::parse(text).is_some_and(|target| is_supported(&target));
                self.ensure(good, || {
                    format!("line {line}: {text} is not NTamd64.10.0...{DRIVER_STORE_BUILD}, the same of NTarm64, or a later build")
                });
            }
        }
    }
}

fn is_stamp(date: &str, version: &str) -> bool {
    let numbers: Result<Vec<u16>, _> = version.split('.').map(str::parse).collect();
    Date::strptime("%m/%d/%Y", date).is_ok() && numbers.is_ok_and(|numbers| numbers.len() == 4)
}

fn is_supported(target: &Target) -> bool {
    matches!(target.architecture, Some(Architecture::Amd64 | Architecture::Arm64))
        && target.version.is_some_and(|version| version >= (10, 0))
        && target.build.is_some_and(|build| build >= DRIVER_STORE_BUILD)
}
