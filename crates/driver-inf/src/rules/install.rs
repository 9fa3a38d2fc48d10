//! What installs: models, services, and what their sections may say.

use std::collections::BTreeSet;

use driver_catalog::inf::{Entry, Model, Section};

use super::found::{DRIVER_STORE, Rules};

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

impl<'a> Rules<'a> {
    pub fn install_sections(&mut self) {
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

    /// A driver keeps to its own keys.
    fn registry(&mut self, section: Option<&Section>) {
        for entry in section.iter().flat_map(|section| &section.entries) {
            let own = entry.value(0).is_some_and(|root| root.eq_ignore_ascii_case("HKR"));
            self.ensure(own, || format!("line {}: not below HKR", entry.line));
        }
    }

    pub fn model(&mut self, model: &Model) {
        let base = &model.install;
        let names: Vec<_> =
            ["", ".NT", ".NTamd64", ".NTarm64"].iter().map(|suffix| format!("{base}{suffix}")).collect();
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
