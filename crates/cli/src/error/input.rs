//! What is wrong with what was read.

use super::{CliError, FAILED, NOT_FOUND, USAGE};
use std::io;

/// Why nothing could be done with a file or standard input. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    #[error("reading {file} failed ({source}): name a file that can be read, or - for standard input")]
    Unread { file: String, source: io::Error },
    #[error("writing {file} failed ({source}): name a file that can be written to")]
    Unwritten { file: String, source: io::Error },
    #[error("{file} is no text: write it as UTF-8, or as UTF-16 with a byte order mark")]
    NoText { file: String },
    #[error("{file} is empty, and nothing was changed: write [] where no neighbor is meant")]
    Empty { file: String },
    #[error("{file}, line {line}, column {column}: {problem}; nothing was changed")]
    Wrong { file: String, line: u64, column: u64, problem: String },
    #[error("{file}, entry {entry} ({address}): {problem}; nothing was changed")]
    Entry { file: String, entry: usize, address: String, problem: Box<CliError> },
    #[error("it names no interface: give it a dev, luid or ifindex, or say --interface")]
    NoInterface,
    #[error("its luid is that of {by_luid}, its dev is {by_name}: leave one of them out")]
    TwoInterfaces { by_luid: String, by_name: String },
    #[error("it has another physical address in entry {other}: leave one of them out")]
    Twice { other: usize },
    #[error("those are more than {most} addresses, the most for one command: name a smaller network")]
    TooMany { most: usize },
    #[error("no address is given: name one, a network, or - for standard input")]
    NoAddress,
    #[error("the physical address is missing: write it after the address, such as 02-00-00-00-77-02")]
    NoPhysicalAddress,
    #[error("\"{word}\" is no address: the physical address is the last word, and there is only one")]
    NotAnAddress { word: String },
    #[error("running {program} failed ({source}): name a program that can be run; scripts need their interpreter")]
    Program { program: String, source: io::Error },
    #[error("no neighbor matches: `netioctl neigh show` lists them")]
    NoMatch,
}

impl InputError {
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Unread { source, .. } if source.kind() == io::ErrorKind::NotFound => NOT_FOUND,
            Self::Unread { .. } | Self::Unwritten { .. } | Self::Program { .. } => FAILED,
            Self::Entry { problem, .. } => problem.exit_code(),
            Self::NoMatch => NOT_FOUND,
            _ => USAGE,
        }
    }
}
