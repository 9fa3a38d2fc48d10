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
//! next one of the same name, or leave lists whole. So `syntax` reads lines into fields, in the way of the
//! [documentation of INF][syntax], and `package` knows the few sections that name files, models and catalogs.
//!
//! Not covered: `Include`/`Needs` (they name INF files of Windows, whose files are not in the package), layout files
//! (`LayoutFile`), and strings of a certain language where `[Strings]` has the same name.
//!
//! [syntax]: https://learn.microsoft.com/windows-hardware/drivers/install/general-syntax-rules-for-inf-files

mod code_page;
mod package;
mod syntax;
mod target;

pub use code_page::CodePage;
pub use package::{Model, Package, PackageFile, packages};
pub use syntax::{Entry, Inf, Section};
pub use target::{Architecture, Target};

/// What is wrong with an INF.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InfError {
    /// The bytes are not text in the encoding that they start as.
    #[error("not text in {0}")]
    Encoding(&'static str),
    /// A line that is not INF.
    #[error("line {line}: {reason}")]
    Syntax {
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// `%name%` without a string.
    #[error("line {line}: %{name}% is not in [Strings]")]
    NoString {
        /// Number of the line, from 1.
        line: usize,
        /// The name.
        name: String,
    },
    /// A section that is referred to is not there.
    #[error("no section [{section}], which {by} needs")]
    NoSection {
        /// Name of the section.
        section: String,
        /// Who needs it.
        by: String,
    },
    /// An entry that is needed is not there.
    #[error("no entry {entry} in [{section}]")]
    NoEntry {
        /// The entry.
        entry: String,
        /// Name of the section.
        section: String,
    },
    /// A file is copied that no disk has.
    #[error("line {line}: {file} is copied, but not listed in [SourceDisksFiles]")]
    NoSource {
        /// Number of the line, from 1.
        line: usize,
        /// The file.
        file: String,
    },
    /// A path that leads out of the package.
    #[error("line {line}: {path} leads out of the package")]
    Outside {
        /// Number of the line, from 1.
        line: usize,
        /// The path.
        path: String,
    },
    /// What stands behind the name of the models section.
    #[error("line {line}: {text:?} is no decoration such as NTamd64.10.0")]
    Decoration {
        /// Number of the line, from 1.
        line: usize,
        /// What stands there.
        text: String,
    },
}
