//! What can be wrong with an INF.

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
