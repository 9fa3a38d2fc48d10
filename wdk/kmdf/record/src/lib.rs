//! The binary interface of KMDF 1.33 on x64 as data: the one place where its numbers are written by hand.
//!
//! The C headers under `wdk/kmdf/include` are proven to agree with it by the package `kmdf-abi`, in both directions.
//! The framework stand-in's crate `wdf-abi` is generated from it, and its structures are compared with it by a test.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;

use serde::Deserialize;

/// Functions, structures and enumerations under their names in C.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interface {
    /// In the order of the function table.
    pub functions: Vec<Function>,
    /// By tag. A structure within another has the name that bindgen gives it.
    pub structures: BTreeMap<String, Structure>,
    /// By tag: the enumerators and their values.
    pub enumerations: BTreeMap<String, BTreeMap<String, i64>>,
}

/// A function of the table. Those without parameters here have only their place: their types need headers beyond
/// KMDF's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// The name.
    pub name: String,
    /// The types of the parameters, as Rust spells the bindings' types.
    pub parameters: Option<Vec<String>>,
    /// The type of the result, none for `void`.
    pub returns: Option<String>,
}

/// The layout of a structure.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Structure {
    /// Bytes; not recorded for a structure within another.
    pub size: Option<usize>,
    /// Bytes.
    pub alignment: Option<usize>,
    /// The offset of each member in bytes.
    pub offsets: BTreeMap<String, usize>,
}

impl Interface {
    /// The record.
    ///
    /// # Errors
    /// When `abi.json` is not of this form.
    pub fn read() -> serde_json::Result<Self> {
        serde_json::from_str(include_str!("../abi.json"))
    }

    /// The structures whose size the framework tells, in the order of their index (`_WDFSTRUCTENUM`): the name without
    /// the tag's underscore, and the size. Parts of the framework that are not recorded have none.
    pub fn sized_structures(&self) -> impl Iterator<Item = (&str, Option<usize>)> {
        const COUNT: &str = "WDF_STRUCTURE_TABLE_NUM_ENTRIES";
        let indexes = self.enumerations.get("_WDFSTRUCTENUM").into_iter().flatten();
        let mut indexes: Vec<_> = indexes.filter(|(name, _)| *name != COUNT).collect();
        indexes.sort_by_key(|(_, index)| **index);
        indexes.into_iter().map(|(index, _)| {
            let name = index.strip_prefix("INDEX_").unwrap_or(index);
            (name, self.structures.get(&format!("_{name}")).and_then(|structure| structure.size))
        })
    }
}
