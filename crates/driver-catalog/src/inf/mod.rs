//! Reads INF files, as far as a catalog needs them.
//!
//! # Why a reader of our own
//!
//! INF looks like INI but is read differently, and what differs decides which files a package has:
//!
//! - lines without `=` are entries (`driver.sys,,,0x4000`), and the same key may stand on many lines of a section
//!   (`%Device% = Install, PCI\...` for each model), in an order that matters;
//! - values are lists: a comma, an equals sign or a semicolon inside quotes is text, outside it separates or starts a
//!   comment, and `""` inside quotes is one quote;
//! - sections with the same name are one section, names do not mind case;
//! - a backslash at the end of a line joins it with the next, but `\` is an ordinary character in `ROOT\device`;
//! - `%name%` stands for an entry of `[Strings]`;
//! - files are UTF-16 as often as not, and otherwise in the code page of the machine;
//! - what stands before the first section is not read.
//!
//! The INI crates (`rust-ini`, `configparser`) keep one value per key, refuse or lose lines without a key, and split
//! none of the lists. The INF crates at the time of writing do not build with stable Rust, replace a section by the
//! next one of the same name, or leave lists whole. So `lines` reads lines into fields, in the way of the
//! [documentation of INF][syntax], and `package` knows the few sections that name files, models and catalogs.
//!
//! Not covered: `Include`/`Needs` (they name INF files of Windows, whose files are not in the package), layout files
//! (`LayoutFile`), and strings of a certain language where `[Strings]` has the same name.
//!
//! [syntax]: https://learn.microsoft.com/windows-hardware/drivers/install/general-syntax-rules-for-inf-files

mod code_page;
mod document;
mod error;
mod lines;
mod package;
mod section;
mod target;

pub use code_page::CodePage;
pub use document::{Inf, decode};
pub use error::InfError;
pub use package::{Model, Package, PackageFile, packages};
pub use section::{Entry, Section};
pub use target::{Architecture, Target};
