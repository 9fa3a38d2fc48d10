//! What `InfVerif` asks of the INF of a driver, as far as it can be known without Windows.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use driver_catalog::inf::{Architecture, Entry, Inf, Model, Section, Target, packages};
use jiff::civil::Date;
use regex::Regex;

/// The folder of the package in the driver store, which is where its files must stay.
const DRIVER_STORE: &str = "13";

/// The first build of Windows that runs a driver from there.
const DRIVER_STORE_BUILD: u32 = 16299;

/// Directives that run code or write where they like while a driver is installed.
const FORBIDDEN: [&str; 8] = [
    "BitReg",
    "Ini2Reg",
    "ProfileItems",
    "RegisterDlls",
    "RenFiles",
    "UnregisterDlls",
    "UpdateIniFields",
    "UpdateInis",
];

/// Directives whose values are names of sections.
const LISTS: [&str; 4] = ["AddReg", "CopyFiles", "DelFiles", "DelReg"];

/// Checks an INF and that the files that it lists lie beside it; the error has everything that is wrong.
pub fn check(path: &Path) -> Result<()> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let folder = path.parent().context("a file lies in a folder")?;
    let problems = problems(&bytes, |file| folder.join(file).is_file());
    ensure!(problems.is_empty(), "{}:\n  {}", path.display(), problems.join("\n  "));
    Ok(())
}

fn problems(bytes: &[u8], present: impl Fn(&str) -> bool) -> Vec<String> {
    let inf = match Inf::from_bytes(bytes) {
        Ok(inf) => inf,
        Err(error) => return vec![error.to_string()],
    };
    let mut rules = Rules { inf: &inf, problems: Vec::new() };
    rules.encoding(bytes);
    rules.version();
    rules.strings();
    rules.destinations();
    rules.manufacturers();
    rules.install_sections();
    match packages(&inf) {
        Ok(packages) => {
            let files = packages.iter().flat_map(|package| &package.files);
            let missing = files.filter(|file| !present(&file.name));
            rules.problems.extend(missing.map(|file| format!("{} is not in the package", file.name)));
            let models: Vec<_> = packages.iter().flat_map(|package| &package.models).collect();
            rules.ensure(!models.is_empty(), || "there are no models".into());
            for model in models {
                rules.model(model);
            }
        }
        Err(error) => rules.problems.push(error.to_string()),
    }
    rules.problems
}

struct Rules<'a> {
    inf: &'a Inf,
    problems: Vec<String>,
}

impl<'a> Rules<'a> {
    fn ensure(&mut self, holds: bool, problem: impl FnOnce() -> String) {
        if !holds {
            self.problems.push(problem());
        }
    }

    /// The first value of a key of a section, strings replaced; empty when there is none.
    fn value(&self, section: &str, key: &str) -> String {
        let entry = self.inf.entries(section).find(|entry| entry.has_key(key));
        let value = entry.and_then(|entry| Some((entry.line, entry.value(0)?)));
        value.and_then(|(line, text)| self.inf.expand(line, text).ok()).unwrap_or_default()
    }

    /// Windows reads UTF-16 with a mark, and bytes in the code page of the machine: only ASCII is the same on all.
    fn encoding(&mut self, bytes: &[u8]) {
        let utf16 = bytes.starts_with(&[0xff, 0xfe]);
        self.ensure(utf16 || bytes.is_ascii(), || "the encoding is neither UTF-16 with a mark nor ASCII".into());
        let lines = bytes.split(|byte| *byte == b'\n').count() - 1;
        let ends = if utf16 { &b"\r\0\n\0"[..] } else { b"\r\n" };
        let ended = bytes.windows(ends.len()).filter(|window| *window == ends).count();
        self.ensure(lines == ended, || "a line does not end with CR and LF".into());
    }

    fn version(&mut self) {
        let guid = Regex::new(r"(?i)^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$").expect("a valid expression");
        let value = |key| self.value("Version", key);
        let [signature, class, class_guid, provider, catalog, lockdown] =
            ["Signature", "Class", "ClassGuid", "Provider", "CatalogFile", "PnpLockdown"].map(value);
        self.ensure(signature.eq_ignore_ascii_case("$WINDOWS NT$"), || "Signature is not $WINDOWS NT$".into());
        self.ensure(!class.is_empty(), || "there is no Class".into());
        self.ensure(guid.is_match(&class_guid), || format!("ClassGuid is no GUID: {class_guid:?}"));
        self.ensure(!provider.is_empty(), || "there is no Provider".into());
        self.ensure(
            Path::new(&catalog).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("cat")),
            || format!("CatalogFile is no catalog: {catalog:?}"),
        );
        self.ensure(lockdown == "1", || "PnpLockdown is not 1".into());
        let stamp = self.inf.entries("Version").find(|entry| entry.has_key("DriverVer"));
        let good = stamp.is_some_and(|stamp| matches!(&stamp.values[..], [date, version] if is_stamp(date, version)));
        self.ensure(good, || "DriverVer is no date and version".into());
    }

    /// Whatever looks like a string is one.
    fn strings(&mut self) {
        for section in self.inf.sections().iter().filter(|section| !section.name.eq_ignore_ascii_case("Strings")) {
            for entry in &section.entries {
                for text in entry.key.iter().chain(&entry.values) {
                    let expanded = self.inf.expand(entry.line, text);
                    self.problems.extend(expanded.err().map(|error| error.to_string()));
                }
            }
        }
    }

    fn destinations(&mut self) {
        let entries: Vec<_> = self.inf.entries("DestinationDirs").collect();
        self.ensure(entries.iter().any(|entry| entry.has_key("DefaultDestDir")), || "no DefaultDestDir".into());
        for entry in entries {
            let store = entry.value(0) == Some(DRIVER_STORE);
            self.ensure(store, || format!("line {}: files may only go to DIRID {DRIVER_STORE}", entry.line));
        }
    }

    fn manufacturers(&mut self) {
        for entry in self.inf.entries("Manufacturer") {
            let decorations: Vec<_> = (1..entry.values.len()).filter_map(|index| entry.value(index)).collect();
            let line = entry.line;
            self.ensure(!decorations.is_empty(), || format!("line {line}: models for no certain Windows"));
            for text in decorations {
                let good = Target::parse(text).is_some_and(|target| is_supported(&target));
                self.ensure(good, || {
                    format!("line {line}: {text} is not NTamd64.10.0...{DRIVER_STORE_BUILD} or a later build")
                });
            }
        }
    }

    fn install_sections(&mut self) {
        for section in self.inf.sections() {
            let name = &section.name;
            let suffix = name.rsplit('.').next().unwrap_or_default();
            self.ensure(!suffix.eq_ignore_ascii_case("CoInstallers"), || format!("[{name}]: co-installers"));
            for entry in &section.entries {
                self.directive(section, entry);
            }
        }
    }

    fn directive(&mut self, section: &Section, entry: &Entry) {
        let Some(key) = &entry.key else { return };
        let forbidden = FORBIDDEN.iter().any(|directive| key.eq_ignore_ascii_case(directive));
        self.ensure(!forbidden, || format!("line {}: {key} in [{}]", entry.line, section.name));
        if LISTS.iter().any(|directive| key.eq_ignore_ascii_case(directive)) {
            for name in entry.values.iter().filter(|name| !name.starts_with('@')) {
                let referred = self.referred(entry, name);
                if key.eq_ignore_ascii_case("AddReg") {
                    self.registry(referred);
                }
            }
        }
    }

    /// The section that an entry names, which must be there.
    fn referred(&mut self, entry: &Entry, name: &str) -> Option<&'a Section> {
        let found = self.inf.section(name);
        self.ensure(found.is_some(), || format!("line {}: there is no section [{name}]", entry.line));
        found
    }

    /// A driver keeps to its own keys.
    fn registry(&mut self, section: Option<&Section>) {
        for entry in section.iter().flat_map(|section| &section.entries) {
            let own = entry.value(0).is_some_and(|root| root.eq_ignore_ascii_case("HKR"));
            self.ensure(own, || format!("line {}: not below HKR", entry.line));
        }
    }

    fn model(&mut self, model: &Model) {
        let base = &model.install;
        let names: Vec<_> = ["", ".NT", ".NTamd64"].iter().map(|suffix| format!("{base}{suffix}")).collect();
        self.ensure(names.iter().any(|name| self.inf.section(name).is_some()), || format!("there is no [{base}]"));
        let section = |suffix: &str| names.iter().find_map(|name| self.inf.section(&format!("{name}.{suffix}")));
        let (services, framework) = (section("Services"), section("Wdf"));
        let lines = |section: Option<&'a Section>, key: &'static str| {
            section.into_iter().flat_map(|section| &section.entries).filter(move |entry| entry.has_key(key))
        };
        let services: Vec<_> = lines(services, "AddService").collect();
        self.ensure(!services.is_empty(), || format!("[{base}] has no service"));
        let names: BTreeSet<_> = services.iter().filter_map(|entry| entry.value(0)).collect();
        for entry in &services {
            self.service(entry);
        }
        for entry in lines(framework, "KmdfService") {
            let known = entry.value(0).is_some_and(|name| names.contains(name));
            self.ensure(known, || format!("line {}: KmdfService of a service that is not added", entry.line));
            let name = entry.value(1).unwrap_or_default();
            self.referred(entry, name);
            let version = self.value(name, "KmdfLibraryVersion");
            self.ensure(version.starts_with("1."), || format!("[{name}] has no KmdfLibraryVersion"));
        }
    }

    fn service(&mut self, entry: &Entry) {
        let name = entry.value(2).unwrap_or_default();
        if self.referred(entry, name).is_none() {
            return;
        }
        for key in ["ServiceType", "StartType", "ErrorControl"] {
            let number = self.value(name, key).parse::<u32>().is_ok();
            self.ensure(number, || format!("[{name}] has no {key}"));
        }
        let binary = self.value(name, "ServiceBinary");
        let file = binary.strip_prefix(&format!("%{DRIVER_STORE}%\\")).unwrap_or_default();
        let listed = self.inf.entries("SourceDisksFiles").any(|entry| entry.has_key(file));
        self.ensure(listed, || format!("[{name}]: ServiceBinary is {binary:?}, and no file of the package"));
    }
}

fn is_stamp(date: &str, version: &str) -> bool {
    let numbers: Result<Vec<u16>, _> = version.split('.').map(str::parse).collect();
    Date::strptime("%m/%d/%Y", date).is_ok() && numbers.is_ok_and(|numbers| numbers.len() == 4)
}

fn is_supported(target: &Target) -> bool {
    target.architecture == Some(Architecture::Amd64)
        && target.version.is_some_and(|version| version >= (10, 0))
        && target.build.is_some_and(|build| build >= DRIVER_STORE_BUILD)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The INF of the driver, as a stamp leaves it.
    fn good() -> String {
        let inx = include_str!("../../../driver.inx");
        let inf = inx.replace("$ARCH$", "amd64").replace("$KMDFVERSION$", "1.33");
        inf.replace("\r\n", "\n").replace('\n', "\r\n")
    }

    fn found(inf: &str) -> Vec<String> {
        problems(inf.as_bytes(), |file| file == "netioctl.sys")
    }

    #[test]
    fn the_inf_of_the_driver_is_good() {
        assert_eq!(found(&good()), [""; 0]);
        let utf16: Vec<u8> =
            "\u{feff}".encode_utf16().chain(good().encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(problems(&utf16, |_| true), [""; 0]);
    }

    #[test]
    fn a_missing_file_is_named() {
        assert_eq!(problems(good().as_bytes(), |_| false), ["netioctl.sys is not in the package"]);
    }

    /// What is replaced, by what, and a part of what must be found.
    const DOCTORED: [(&str, &str, &str); 26] = [
        ("$WINDOWS NT$", "$CHICAGO$", "Signature"),
        ("Class       = System", "", "no Class"),
        ("{4d36e97d-e325-11ce-bfc1-08002be10318}", "{4d36e97d}", "ClassGuid"),
        ("Provider    = %Provider%\r\nCatalogFile", "CatalogFile", "no Provider"),
        ("CatalogFile = netioctl.cat", "CatalogFile = netioctl.txt", "CatalogFile"),
        ("DriverVer   = 01/01/2025,0.0.0.0", "DriverVer = 31/01/2025,0.0.0.0", "DriverVer"),
        ("DriverVer   = 01/01/2025,0.0.0.0", "DriverVer = 01/01/2025,1.0.70000.0", "DriverVer"),
        ("PnpLockdown = 1", "PnpLockdown = 0", "PnpLockdown"),
        ("DefaultDestDir = 13", "DefaultDestDir = 12", "DIRID 13"),
        ("DefaultDestDir = 13", "Netioctl_Files = 13", "no DefaultDestDir"),
        ("NTamd64.10.0...17134", "NTamd64.10.0...15063", "16299"),
        ("NTamd64.10.0...17134", "NTamd64.6.1", "16299"),
        ("NTamd64.10.0...17134", "NTarm64.10.0...17134", "NTarm64"),
        ("Standard,NTamd64.10.0...17134", "Standard", "no certain Windows"),
        ("[Standard.NTamd64.10.0...17134]", "[Other.NTamd64.10.0...17134]", "[Standard.NTamd64.10.0...17134]"),
        ("[Netioctl_Files]", "[Other_Files]", "[Netioctl_Files]"),
        ("netioctl.sys = 1", "other.sys = 1", "netioctl.sys"),
        ("[Netioctl_Security]", "[Other]", "[Netioctl_Security]"),
        ("HKR,,Security", "HKLM,,Security", "HKR"),
        ("[Netioctl_Service]", "[Other]", "[Netioctl_Service]"),
        ("StartType     = 3", "", "StartType"),
        ("%13%\\netioctl.sys", "%12%\\netioctl.sys", "ServiceBinary"),
        ("KmdfService = netioctl,", "KmdfService = other,", "not added"),
        ("[Netioctl_Device.NT.Wdf]", "[Netioctl_Device.NT.CoInstallers]", "co-installers"),
        ("ServiceDesc = \"netioctl\"", "", "%ServiceDesc%"),
        ("CopyFiles = Netioctl_Files", "RegisterDlls = Netioctl_Files", "RegisterDlls"),
    ];

    #[test]
    fn doctored_infs_are_bad() {
        for (what, by, part) in DOCTORED {
            let inf = good();
            assert!(inf.contains(what), "{what} is not in the INF");
            let problems = found(&inf.replace(what, by));
            assert!(problems.iter().any(|problem| problem.contains(part)), "{what} -> {by}: {problems:?}");
        }
    }

    #[test]
    fn encodings_that_windows_takes_for_something_else_are_bad() {
        assert!(found(&good().replace("IP Helper", "Hilfe f\u{fc}r IP"))[0].contains("encoding"));
        assert!(found(&good().replace("\r\n", "\n"))[0].contains("CR and LF"));
        assert!(problems(&[0xff, 0x80], |_| true)[0].contains("encoding"));
        // UTF-16 with half a character.
        assert!(problems(&[0xff, 0xfe, 0x00, 0xd8], |_| true)[0].contains("not text"));
    }
}
