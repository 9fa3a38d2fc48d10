//! What comparing found, and how it reads.

use std::fmt;
use std::path::PathBuf;

/// What comparing found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Files that the catalog lists as they are.
    pub good: Vec<PathBuf>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Files that the catalog knows nothing about and no INF asks for. Nothing protects them.
    pub unlisted: Vec<PathBuf>,
}

impl Report {
    /// Whether catalog and folder fit.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.problems.is_empty() && !self.good.is_empty()
    }
}

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A file has another content than the one that the catalog lists.
    Changed(PathBuf),
    /// A file has one of its entries but not the other.
    NoHash {
        /// The file.
        file: PathBuf,
        /// The name of the hash.
        hash: &'static str,
    },
    /// An INF lists a file, or is one, that the catalog does not.
    NotInCatalog(PathBuf),
    /// A member has no file.
    NoFile(String),
    /// A member contradicts itself.
    Member {
        /// The member.
        member: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A file cannot be hashed.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// An INF lists a file that is neither in the folder nor in the catalog.
    NotInFolder {
        /// The INF.
        inf: PathBuf,
        /// The file and the folders to it.
        file: PathBuf,
    },
    /// An INF of the folder is wrong.
    Inf(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(file) => write!(f, "{}: changed, the catalog has another hash for it", file.display()),
            Self::NoHash { file, hash } => write!(f, "{}: the catalog has no {hash} member for it", file.display()),
            Self::NotInCatalog(file) => write!(f, "{}: not in the catalog, but the INF needs it", file.display()),
            Self::NoFile(member) => write!(f, "{member}: in the catalog, but not in the folder"),
            Self::Member { member, reason } => write!(f, "{member}: {reason}"),
            Self::Unreadable { file, reason } => write!(f, "{}: {reason}", file.display()),
            Self::NotInFolder { inf, file } => {
                write!(f, "{}: lists {}, which is not in the folder", inf.display(), file.display())
            }
            Self::Inf(reason) => f.write_str(reason),
        }
    }
}
