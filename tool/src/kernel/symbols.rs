//! The functions of an image, from its debug information.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};
use pdb::{FallibleIterator, PDB, SymbolData};

/// The functions of an image.
pub struct Symbols {
    by_address: BTreeMap<u32, String>,
    /// What the image has as well, in the order of its bytes.
    guid: [u8; 16],
}

/// The functions that debug information names.
pub fn of(pdb: &Path) -> Result<Symbols> {
    let mut pdb = PDB::open(File::open(pdb).with_context(|| format!("cannot open {}", pdb.display()))?)?;
    let addresses = pdb.address_map()?;
    let mut functions = BTreeMap::new();
    let globals = pdb.global_symbols()?;
    let mut symbols = globals.iter();
    while let Some(symbol) = symbols.next()? {
        // Some kinds are unknown to the reader; none of them is a function.
        if let Ok(SymbolData::Public(public)) = symbol.parse()
            && public.function
            && let Some(address) = public.offset.to_rva(&addresses)
        {
            functions.insert(address.0, public.name.to_string().into_owned());
        }
    }
    let information = pdb.debug_information()?;
    let mut modules = information.modules()?;
    while let Some(module) = modules.next()? {
        let Some(module) = pdb.module_info(&module)? else {
            continue;
        };
        let mut symbols = module.symbols()?;
        while let Some(symbol) = symbols.next()? {
            if let Ok(SymbolData::Procedure(procedure)) = symbol.parse()
                && let Some(address) = procedure.offset.to_rva(&addresses)
            {
                functions.insert(address.0, procedure.name.to_string().into_owned());
            }
        }
    }
    Ok(Symbols { by_address: functions, guid: pdb.pdb_information()?.guid.to_bytes_le() })
}

impl Symbols {
    /// Whether this is the debug information that an image names.
    pub fn belong_to(&self, guid: &[u8; 16]) -> bool {
        self.guid == *guid
    }

    /// The function that begins at an address relative to the image's.
    pub fn at(&self, address: u32) -> Option<&str> {
        self.by_address.get(&address).map(String::as_str)
    }

    /// Where functions begin.
    pub fn addresses(&self) -> impl Iterator<Item = u32> {
        self.by_address.keys().copied()
    }

    /// The function that an address relative to the image's lies in, and how far behind its begin.
    pub fn around(&self, address: u32) -> Option<(&str, u32)> {
        let (begin, name) = self.by_address.range(..=address).next_back()?;
        Some((name, address - begin))
    }

    /// The functions of the formatting of text and of panics.
    pub fn of_panics(&self) -> Vec<&str> {
        let all = self.by_address.values().map(String::as_str);
        all.filter(|name| name.contains("core::fmt") || name.contains("core::panicking")).collect()
    }
}
