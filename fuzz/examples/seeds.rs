//! Writes the seeds of a target into a folder, each as a file.
#![forbid(unsafe_code)]

use clap::Parser;
use netioctl_fuzz::TARGETS;
use std::{fs, io, path::PathBuf};

/// Writes the inputs that the search of a target begins with.
#[derive(Parser)]
struct Arguments {
    /// The folder; each target has one of its own below it.
    folder: PathBuf,
}

fn main() -> io::Result<()> {
    let Arguments { folder } = Arguments::parse();
    for target in TARGETS {
        let folder = folder.join(target.name);
        fs::create_dir_all(&folder)?;
        for (number, seed) in (target.seeds)().iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:03}")), seed)?;
        }
    }
    Ok(())
}
