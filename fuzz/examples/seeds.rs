//! Writes the seeds of each target into a folder, each as a file, and the dictionaries into another.
#![forbid(unsafe_code)]

use clap::Parser;
use netioctl_fuzz::TARGETS;
use std::{fs, io, path::PathBuf};

/// Writes what the search of a target begins with: inputs, and pieces of them.
#[derive(Parser)]
struct Arguments {
    /// The folder; each target has one of its own below it.
    folder: PathBuf,
    /// The folder of the dictionaries, as libFuzzer reads them: a file for each target that has one.
    dictionaries: PathBuf,
}

fn main() -> io::Result<()> {
    let Arguments { folder, dictionaries } = Arguments::parse();
    fs::create_dir_all(&dictionaries)?;
    for target in TARGETS {
        let folder = folder.join(target.name);
        fs::create_dir_all(&folder)?;
        for (number, seed) in (target.seeds)().iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:03}")), seed)?;
        }
        let pieces = (target.dictionary)();
        if !pieces.is_empty() {
            fs::write(dictionaries.join(target.name), pieces.iter().map(|piece| line(piece)).collect::<String>())?;
        }
    }
    Ok(())
}

/// A piece in the form of libFuzzer's dictionaries: every byte as a number.
fn line(piece: &[u8]) -> String {
    let bytes: Vec<_> = piece.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    format!("\"{}\"\n", bytes.concat())
}
