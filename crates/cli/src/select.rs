//! Interfaces as people name them: by index, LUID, alias or name.

use crate::{error::CliError, system::System};
use netioctl_client::{Device, Error, Family, Interface, InterfaceKey, InterfaceLuid};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// How the command line names an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InterfaceSelector {
    Key(InterfaceKey),
    Name(String),
}

impl FromStr for InterfaceSelector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err("an empty name names no interface".to_owned());
        }
        if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            let luid =
                u64::from_str_radix(digits, 16).map_err(|_| "a LUID has up to 16 hexadecimal digits after 0x")?;
            return Ok(Self::Key(InterfaceKey::Luid(InterfaceLuid(luid))));
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let index = text.parse().map_err(|_| "an interface index has 32 bits")?;
            return Ok(Self::Key(InterfaceKey::Index(index)));
        }
        Ok(Self::Name(text.to_owned()))
    }
}

impl fmt::Display for InterfaceSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "the interface with {key}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// Interfaces as one option names them, with commas between: `lan0,12`. A name may have a comma in it, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interfaces {
    whole: InterfaceSelector,
    each: Vec<InterfaceSelector>,
}

impl FromStr for Interfaces {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let each = text.split(',').map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { whole: InterfaceSelector::Name(text.to_owned()), each })
    }
}

/// What an interface is called.
#[derive(Clone, Debug)]
pub struct Names {
    pub index: u32,
    pub alias: Option<String>,
    pub name: Option<String>,
}

impl Names {
    fn ask(system: &dyn System, luid: InterfaceLuid, index: u32) -> Self {
        Self { index, alias: system.alias(luid), name: system.name(luid) }
    }

    /// What to show: the alias, else the name, else the index.
    pub fn label(&self) -> String {
        let named = self.alias.as_ref().or(self.name.as_ref());
        named.cloned().unwrap_or_else(|| format!("if{}", self.index))
    }

    fn all(&self) -> impl Iterator<Item = String> {
        [self.alias.clone(), self.name.clone(), Some(format!("if{}", self.index))].into_iter().flatten()
    }
}

/// The names of the interfaces of this machine, asked for once each.
pub struct Directory<'a> {
    system: &'a dyn System,
    names: BTreeMap<InterfaceLuid, Names>,
}

impl<'a> Directory<'a> {
    /// The interfaces that the driver lists.
    pub fn read(system: &'a dyn System, device: &Device) -> Result<Self, Error> {
        Ok(Self::of(system, device.interface_table(Family::Both)?.rows()))
    }

    pub fn of(system: &'a dyn System, interfaces: &[Interface]) -> Self {
        let mut directory = Self { system, names: BTreeMap::new() };
        for row in interfaces {
            directory.names(row.luid, row.index);
        }
        directory
    }

    /// The names of one interface, listed or not.
    pub fn names(&mut self, luid: InterfaceLuid, index: u32) -> &Names {
        self.names.entry(luid).or_insert_with(|| Names::ask(self.system, luid, index))
    }

    /// Asks anew for the name and the index of an interface, which may have changed.
    pub fn refresh(&mut self, luid: InterfaceLuid, index: u32) {
        self.names.insert(luid, Names::ask(self.system, luid, index));
    }

    /// What the interface with this key is called, if it is listed.
    pub fn label(&self, key: InterfaceKey) -> Option<String> {
        let found = self.names.iter().find(|(luid, names)| key.matches(**luid, names.index));
        found.map(|(_, names)| names.label())
    }

    /// The index of the interface with this key, if it is listed.
    pub fn index(&self, key: InterfaceKey) -> Option<u32> {
        let found = self.names.iter().find(|(luid, names)| key.matches(**luid, names.index));
        found.map(|(_, names)| names.index)
    }

    /// The LUID and the index of the interface with this key, if it is listed.
    pub fn listed(&self, key: InterfaceKey) -> Option<(InterfaceLuid, u32)> {
        let found = self.names.iter().find(|(luid, names)| key.matches(**luid, names.index));
        found.map(|(luid, names)| (*luid, names.index))
    }

    /// The key of the interface that is meant. Keys are not looked up: the driver knows whether they exist.
    pub fn resolve(&self, selector: &InterfaceSelector) -> Result<InterfaceKey, CliError> {
        let wanted = match selector {
            InterfaceSelector::Key(key) => return Ok(*key),
            InterfaceSelector::Name(name) => name,
        };
        let same = |name: String| name.to_lowercase() == wanted.to_lowercase();
        let found = self.names.iter().find(|(_, names)| names.all().any(same));
        found
            .map(|(luid, _)| InterfaceKey::Luid(*luid))
            .ok_or_else(|| CliError::NoSuchInterface { name: wanted.clone(), suggestion: self.closest(wanted) })
    }

    /// As [`Self::resolve`], for commands that only look: a key must be listed.
    pub fn resolve_listed(&self, selector: &InterfaceSelector) -> Result<InterfaceKey, CliError> {
        let key = self.resolve(selector)?;
        if self.lists(key) { Ok(key) } else { Err(Error::NoSuchInterface { key }.into()) }
    }

    /// The keys of all that are meant, each of which must be listed.
    pub fn resolve_all(&self, interfaces: &Interfaces) -> Result<Vec<InterfaceKey>, CliError> {
        match self.resolve(&interfaces.whole) {
            Ok(key) if interfaces.each.len() > 1 => Ok(vec![key]),
            _ => interfaces.each.iter().map(|selector| self.resolve_listed(selector)).collect(),
        }
    }

    /// The interface with this key is listed.
    pub fn lists(&self, key: InterfaceKey) -> bool {
        self.index(key).is_some()
    }

    /// The error of an interface that is listed, but not with this family.
    pub fn lacks(&self, key: InterfaceKey, family: Family) -> CliError {
        let interface = self.label(key).unwrap_or_else(|| format!("the interface with {key}"));
        CliError::FamilyMissing { interface, family: if family == Family::Ipv4 { "IPv4" } else { "IPv6" } }
    }

    /// A name that is likely to have been meant.
    fn closest(&self, wanted: &str) -> Option<String> {
        const SIMILAR: f64 = 0.8;
        let score = |name: &str| strsim::jaro_winkler(&name.to_lowercase(), &wanted.to_lowercase());
        let names = self.names.values().flat_map(Names::all);
        names
            .map(|name| (score(&name), name))
            .filter(|(score, _)| *score > SIMILAR)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, name)| name)
    }
}

/// Turns what the command line says into a key, asking the driver for its interfaces only if a name was given.
pub fn resolve(selector: &InterfaceSelector, system: &dyn System, device: &Device) -> Result<InterfaceKey, CliError> {
    match selector {
        InterfaceSelector::Key(key) => Ok(*key),
        InterfaceSelector::Name(_) => Directory::read(system, device)?.resolve(selector),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_an_index_0x_a_luid_and_all_else_a_name() {
        let key = |text: &str| text.parse::<InterfaceSelector>();
        assert_eq!(key("12"), Ok(InterfaceSelector::Key(InterfaceKey::Index(12))));
        let luid = InterfaceLuid(0x0006_0080_0700_0000);
        assert_eq!(key("0x0006008007000000"), Ok(InterfaceSelector::Key(InterfaceKey::Luid(luid))));
        assert_eq!(key("Ethernet 2"), Ok(InterfaceSelector::Name("Ethernet 2".to_owned())));
        assert_eq!(key("-1"), Ok(InterfaceSelector::Name("-1".to_owned())));
        assert!(key("").is_err() && key("0xyz").is_err() && key("4294967296").is_err());
    }
}
