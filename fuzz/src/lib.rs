//! What must hold whatever bytes come: one target for each place where the project reads what others wrote.
//!
//! A target is a function of any bytes. It does with them what a program or a driver would, and panics when something
//! holds no more. libFuzzer searches for such bytes (`cargo xtask fuzz`, or `cargo +nightly fuzz run NAME`); a test runs
//! every target over its seeds and over damaged ones; the example `requests` sends random requests through the core as
//! fast as it takes them.
//!
//! | target | what it feeds | what holds |
//! |---|---|---|
//! | [`dispatch`] | the core, with any code and bytes, and any answers of NETIO | only documented statuses; every byte that is answered was written; nothing that NETIO leaves undefined gets out; NETIO sees what `netioapi.h` allows; the counters add up |
//! | [`batch`] | batches over tables in memory | the same statuses and tables as one request after the other |
//! | [`watch`] | handles that watch, with events, cancellation and removal in between | each request ends once; what was told and lost adds up to what happened, in order |
//! | [`reply`] | the client, with any reply | rows are the bytes that came, or the reply is refused |
//! | [`wire`] | messages between the NETIO stand-in and its server | what is read is what was written |
//! | [`inf`] | INF files | what is read reads the same when it is written again |
//! | [`catalog`] | catalogs | what is read is written again, and read as the same |
//! | [`stamp`] | INFs, stamped with any version | what is stamped is an INF that says so, and all else that the INX says, or it is refused; a second stamp changes nothing |
//! | [`command`] | the words of a command line, on machines of several kinds | no panic; an exit code that the help tells; an error is one line; JSON and CSV can be read |
#![forbid(unsafe_code)]
#![expect(clippy::missing_panics_doc, reason = "a panic is how a target says that something holds no more")]

mod answers;
pub mod batch;
#[cfg(feature = "packages")]
pub mod catalog;
#[cfg(feature = "command")]
pub mod command;
mod counted;
mod damage;
pub mod dispatch;
#[cfg(feature = "packages")]
pub mod inf;

mod random;
pub mod reply;
pub mod request;
#[cfg(feature = "packages")]
pub mod stamp;
mod take;
pub mod watch;
pub mod wire;

pub use damage::damaged;
pub use random::Random;

use std::{env, fs, process};

/// Something that is fed with bytes.
#[derive(Clone, Copy)]
pub struct Target {
    /// The name of its program.
    pub name: &'static str,
    /// Does with the bytes what it is for.
    pub run: fn(&[u8]),
    /// Inputs that get far; the search begins with them.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Pieces that inputs are made of, which no search finds by itself.
    pub dictionary: fn() -> Vec<Vec<u8>>,
}

macro_rules! target_of {
    ($name:ident) => {
        target_of!($name, Vec::new)
    };
    ($name:ident, $dictionary:path) => {
        Target { name: stringify!($name), run: $name::run, seeds: $name::seeds, dictionary: $dictionary }
    };
}

/// Every target.
pub const TARGETS: &[Target] = &[
    target_of!(dispatch),
    target_of!(batch),
    target_of!(watch),
    target_of!(reply),
    target_of!(wire),
    #[cfg(feature = "packages")]
    target_of!(inf),
    #[cfg(feature = "packages")]
    target_of!(catalog),
    #[cfg(feature = "packages")]
    target_of!(stamp, stamp::dictionary),
    #[cfg(feature = "command")]
    target_of!(command, command::dictionary),
];

/// The program of a target: libFuzzer's, or one that runs the inputs in files.
#[macro_export]
macro_rules! target {
    ($name:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|input: &[u8]| $crate::$name::run(input));

        #[cfg(not(fuzzing))]
        fn main() {
            $crate::replay($crate::$name::run);
        }
    };
}

/// Runs the inputs in the files that the command line names.
pub fn replay(run: fn(&[u8])) {
    for path in env::args_os().skip(1) {
        match fs::read(&path) {
            Ok(input) => run(&input),
            Err(error) => {
                eprintln!("{}: {error}", path.display());
                process::exit(1);
            }
        }
    }
}
