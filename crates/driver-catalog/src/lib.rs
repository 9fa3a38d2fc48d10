#![forbid(unsafe_code)]
//! Catalogs of Windows driver packages (`.cat`), made, read and verified on any system.
//!
//! A driver package is its INF, the files that the INF lists, and a catalog: a signed list of the hashes of all of
//! them. Windows installs the package when the catalog is signed by somebody it trusts and each file has its entry. On
//! Windows the WDK's Inf2Cat writes it; this crate writes the same layout from the same INF without Windows.
//!
//! ```no_run
//! use std::{fs, path::Path, time::SystemTime};
//! use driver_catalog::{create, verify, Catalog};
//!
//! let package = Path::new("package");
//! for made in create::catalogs(package, &create::Options::new(SystemTime::now()))? {
//!     fs::write(package.join(&made.name), made.catalog.to_der()?)?;
//! }
//! let catalog = Catalog::from_der(&fs::read("package/driver.cat")?)?;
//! assert!(verify::folder(&catalog, "driver.cat", package)?.is_good());
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a catalog looks like
//!
//! PKCS#7 SignedData around a certificate trust list (CTL). The list has a [`Member`] for each hash and, about the
//! catalog as a whole, [`Extension`]s such as the hardware ids. Two layouts exist:
//!
//! | | [`Version::V1`] | [`Version::V2`] |
//! |---|---|---|
//! | written for | every Windows | Windows 10 and later (and 8 with an update) |
//! | a file has | one member: SHA-1 | two members: SHA-1 and SHA-256 |
//! | a member is known by | the hash as text | the hash |
//! | hash and its kind are in | every member | the SHA-256 member |
//!
//! What [`create`] writes is not signed. `osslsigncode sign` or, on Windows, `signtool sign` does that; neither changes
//! the list inside.
//!
//! # ASN.1, hashes, images
//!
//! The crate `der` encodes and decodes, `x509-cert` and `cms` have certificates and signers, and `authenticode` says
//! which ranges of a PE image are hashed. The reader of INF files is this crate's own; [`inf`] says why.

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod catalog;
pub mod create;
pub mod digest;
mod error;
mod fields;
mod folder;
pub mod image;
pub mod inf;
mod member;
pub mod oid;
pub mod package;
mod read;
mod schema;
pub mod show;
pub mod signature;
pub mod sums;
mod text;
pub mod verify;
mod version;
mod write;

pub use catalog::{Catalog, Extension, Signature};
pub use error::ReadError;
pub use member::{Attribute, FLAT_FILE, Identifier, IndirectData, Member, NameValue, PE_IMAGE, Value};
pub use version::Version;
