#![forbid(unsafe_code)]
//! The command `driver-catalog`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use driver_catalog::show::View;
use driver_catalog::signature::{self, Verdict};
use driver_catalog::{Catalog, Version, create, verify};

/// Makes, shows and verifies the catalogs of Windows driver packages, like Inf2Cat, on any system.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Create(Create),
    Show(Show),
    Verify(Verify),
}

/// Make the catalogs that the INF files of a folder name. They are not signed yet.
#[derive(clap::Args)]
struct Create {
    /// Folder of the driver package.
    dir: PathBuf,
    /// Folder for the catalogs instead of the package's own.
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// Layout: 2 for Windows 10 and later, 1 has SHA-1 only.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=2))]
    catalog_version: u8,
    /// When the catalog is made, in seconds since 1970; now if not given.
    #[arg(long, env = "SOURCE_DATE_EPOCH")]
    time: Option<u64>,
    /// Attribute OS, such as `_v100_X64`, instead of what the INF says.
    #[arg(long)]
    os: Option<String>,
    /// Attribute OSAttr instead of 2:10.0 (Windows 10 and later).
    #[arg(long)]
    os_attr: Option<String>,
}

/// Print everything that is in a catalog.
#[derive(clap::Args)]
struct Show {
    /// The catalog.
    catalog: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Compare a catalog with the files of a folder and check its signature (by osslsigncode, if it is installed).
#[derive(clap::Args)]
struct Verify {
    /// The catalog.
    catalog: PathBuf,
    /// Folder of the files.
    dir: PathBuf,
    /// Certificates (PEM) that the signer's must come from. Without, any signer will do.
    #[arg(long, value_name = "PEM")]
    ca: Option<PathBuf>,
    /// Fail if the catalog is not signed or the signature cannot be checked.
    #[arg(long)]
    require_signature: bool,
}

fn main() -> Result<ExitCode> {
    match Cli::parse().command {
        Command::Create(args) => args.run(),
        Command::Show(args) => args.run(),
        Command::Verify(args) => args.run(),
    }
}

fn read(path: &Path) -> Result<Catalog> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    Catalog::from_der(&bytes).with_context(|| path.display().to_string())
}

impl Create {
    fn run(self) -> Result<ExitCode> {
        let time =
            self.time.map_or_else(SystemTime::now, |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let version = if self.catalog_version == 1 { Version::V1 } else { Version::V2 };
        let options = create::Options { version, time, os: self.os, os_attr: self.os_attr };
        for made in create::catalogs(&self.dir, &options)? {
            let path = self.output.as_deref().unwrap_or(&self.dir).join(&made.name);
            let bytes = made.catalog.to_der().with_context(|| made.name.clone())?;
            fs::write(&path, bytes).with_context(|| path.display().to_string())?;
            println!("{}: {} files, {} members", path.display(), made.files.len(), made.catalog.members.len());
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Show {
    fn run(self) -> Result<ExitCode> {
        let view = View::new(&read(&self.catalog)?);
        if self.json {
            println!("{}", serde_json::to_string_pretty(&view)?);
        } else {
            print!("{view}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Verify {
    fn run(self) -> Result<ExitCode> {
        let catalog = read(&self.catalog)?;
        let name = self.catalog.file_name().unwrap_or_default().to_string_lossy();
        let report = verify::folder(&catalog, &name, &self.dir).with_context(|| self.dir.display().to_string())?;
        for file in &report.good {
            println!("good: {}", file.display());
        }
        for file in &report.unlisted {
            println!("not in the catalog: {}", file.display());
        }
        for problem in &report.problems {
            println!("WRONG: {problem}");
        }
        if report.good.is_empty() {
            println!("WRONG: no file of the folder is in the catalog");
        }
        let verdict = signature::verify(&catalog, &self.catalog, self.ca.as_deref()).context("osslsigncode")?;
        println!("signature: {}", describe(&verdict));
        let signed = match verdict {
            Verdict::Unsigned | Verdict::NoTool => !self.require_signature,
            Verdict::Trusted | Verdict::Intact => true,
            Verdict::Bad(_) => false,
        };
        Ok(if report.is_good() && signed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn describe(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Unsigned => "none".into(),
        Verdict::Trusted => "good, by a trusted signer".into(),
        Verdict::Intact => "intact; whether the signer is trusted was not asked (--ca)".into(),
        Verdict::NoTool => "there is one, but not checked: osslsigncode is not installed".into(),
        Verdict::Bad(said) => format!("WRONG, osslsigncode says:\n{said}"),
    }
}
