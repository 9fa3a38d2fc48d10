//! The interface of KMDF on x64 and ARM64 as data: the one place where its names, types and numbers are written down.
//!
//! The record describes KMDF 1.33 and what older releases lack. The C headers are written from it ([`headers`]), the
//! package `kmdf-abi` proves that Rust's bindings agree with it, and the framework stand-in's crate `wdf-abi` is generated
//! from it.
#![forbid(unsafe_code)]

pub mod headers;
mod since;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use since::Since;

/// The release that the record describes in full.
pub const NEWEST: u32 = 33;

/// What a driver and the framework know of each other, under the names in C.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interface {
    /// From the oldest to the newest.
    pub releases: Vec<Release>,
    /// In the order of the function table.
    pub functions: Vec<Function>,
    /// Pointers to structures that only the framework knows.
    pub handles: Vec<String>,
    /// The types of the functions that a driver provides; a pointer to one is `PFN_` instead of `EVT_`.
    pub callbacks: BTreeMap<String, Signature>,
    /// Other names of callbacks, for the part that they play.
    pub roles: BTreeMap<String, String>,
    /// By tag.
    pub structures: BTreeMap<String, Structure>,
    /// By tag.
    pub enumerations: BTreeMap<String, Enumeration>,
    /// The functions that fill a structure with what is usual.
    pub initializers: BTreeMap<String, Initializer>,
}

/// KMDF 1.`minor`.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The minor version.
    pub minor: u32,
    /// Entries of the function table.
    pub functions: usize,
    /// Structures whose size the framework tells; none before 1.25.
    pub structures: usize,
}

/// What goes into a function, name and type of each parameter, and what comes out.
#[derive(Deserialize)]
pub struct Signature {
    /// The name and the type in C.
    pub parameters: Vec<(String, String)>,
    /// The type of the result, none for `void`.
    pub returns: Option<String>,
    /// The header with the types that it needs, when that is not `wdf.h`.
    pub header: Option<String>,
}

/// A function of the table.
#[derive(Deserialize)]
pub struct Function {
    /// The name.
    pub name: String,
    /// Without the globals, which are the first parameter of all. None for a function of class extensions: it has only
    /// its place, because no header for drivers tells its type.
    #[serde(flatten)]
    pub signature: Option<Signature>,
}

/// A structure or union.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Structure {
    /// Whether it is a union.
    #[serde(default)]
    pub union: bool,
    /// Bytes.
    pub size: Since<usize>,
    /// Bytes.
    pub alignment: usize,
    /// In their order.
    pub members: Vec<Member>,
    /// The header with the types that it needs, when that is not `wdf.h`.
    pub header: Option<String>,
}

/// A member of a structure: of one of C's types, or a structure or union without a name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The name.
    pub name: String,
    /// The type in C.
    #[serde(rename = "type")]
    pub c_type: Option<String>,
    /// Bytes from the start of what it lies in; none for bits.
    pub offset: Option<usize>,
    /// Bytes; none for bits.
    pub size: Option<usize>,
    /// How many bits it takes.
    pub bits: Option<u32>,
    /// The release that brought it.
    pub since: Option<u32>,
    /// The members of a structure.
    #[serde(rename = "struct")]
    pub structure: Option<Vec<Member>>,
    /// The members of a union.
    pub union: Option<Vec<Member>>,
}

/// An enumeration.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enumeration {
    /// The enumerators.
    pub values: BTreeMap<String, Since<i64>>,
    /// The header that has it, when that is not `wdf.h`.
    pub header: Option<String>,
}

/// A function that clears a structure, notes its size, and sets some members.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Initializer {
    /// The structure.
    pub structure: String,
    /// The name of the parameter with the structure's address.
    pub target: String,
    /// The other parameters. One with the name of a member sets that member.
    #[serde(default)]
    pub parameters: Vec<(String, String)>,
    /// Further members, and an expression for each.
    #[serde(default)]
    pub sets: Vec<(String, String)>,
    /// The header with the types that it needs, when that is not `wdf.h`.
    pub header: Option<String>,
}

impl Interface {
    /// The record.
    ///
    /// # Errors
    /// When `abi.json` is not of this form.
    pub fn read() -> serde_json::Result<Self> {
        serde_json::from_str(include_str!("../abi.json"))
    }

    /// The release 1.`minor`.
    #[must_use]
    pub fn release(&self, minor: u32) -> Option<Release> {
        self.releases.iter().copied().find(|release| release.minor == minor)
    }

    /// The structures whose size the framework tells, in the order of their index (`_WDFSTRUCTENUM`): the name without
    /// the tag's underscore, and the size in the newest release. Parts of the framework that are not recorded have none.
    pub fn sized_structures(&self) -> impl Iterator<Item = (&str, Option<usize>)> {
        const COUNT: &str = "WDF_STRUCTURE_TABLE_NUM_ENTRIES";
        let indexes = self.enumerations.get("_WDFSTRUCTENUM").into_iter().flat_map(|indexes| indexes.values_in(NEWEST));
        let mut indexes: Vec<_> = indexes.filter(|(name, _)| *name != COUNT).collect();
        indexes.sort_by_key(|(_, index)| *index);
        indexes.into_iter().map(|(index, _)| {
            let name = index.strip_prefix("INDEX_").unwrap_or(index);
            let structure = self.structures.get(&format!("_{name}"));
            (name, structure.and_then(|structure| structure.size.within(NEWEST).copied()))
        })
    }
}

impl Enumeration {
    /// The enumerators of a release.
    pub fn values_in(&self, minor: u32) -> impl Iterator<Item = (&str, i64)> {
        self.values.iter().filter_map(move |(name, value)| Some((name.as_str(), *value.within(minor)?)))
    }
}

impl Structure {
    /// The members of a release.
    pub fn members_in(&self, minor: u32) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| member.since.is_none_or(|since| since <= minor))
    }
}

impl Member {
    /// The members of the structure or union that it is.
    #[must_use]
    pub fn members(&self) -> &[Self] {
        self.structure.as_deref().or(self.union.as_deref()).unwrap_or_default()
    }
}
