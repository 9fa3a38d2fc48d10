#![forbid(unsafe_code)]
//! The command `driver-catalog`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use driver_catalog::inf::CodePage;
use driver_catalog::show::View;
use driver_catalog::signature::{self, Authorities, Form, SignedBy};
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
    /// Attribute `OSAttr` instead of 2:10.0 (Windows 10 and later).
    #[arg(long)]
    os_attr: Option<String>,
    /// Windows code page of INF files that are neither UTF-16 nor UTF-8.
    #[arg(long, value_name = "NUMBER", default_value = "1252")]
    code_page: CodePage,
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

/// Compare a catalog with the files of a folder, and check its signature and the timestamps on it.
///
/// A signature is right if its key signed this very catalog. --ca asks, in addition, whether the owner of the key is
/// trusted.
#[derive(clap::Args)]
struct Verify {
    /// The catalog.
    catalog: PathBuf,
    /// Folder of the files.
    dir: PathBuf,
    /// Certificates (PEM) of which one must vouch for the signer. Without, any signer will do.
    #[arg(long, value_name = "PEM")]
    ca: Option<PathBuf>,
    /// Certificates (PEM) that vouch for who made the timestamps [default: those of --ca]
    #[arg(long, value_name = "PEM", requires = "ca")]
    tsa_ca: Option<PathBuf>,
    /// Fail if the catalog is not signed.
    #[arg(long)]
    require_signature: bool,
    /// Windows code page of INF files that are neither UTF-16 nor UTF-8.
    #[arg(long, value_name = "NUMBER", default_value = "1252")]
    code_page: CodePage,
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
        let options = create::Options { version, time, os: self.os, os_attr: self.os_attr, code_page: self.code_page };
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
        let report = verify::folder_in(&catalog, &name, &self.dir, self.code_page);
        let report = report.with_context(|| self.dir.display().to_string())?;
        for file in &report.good {
            println!("good: {}", file.display());
        }
        for file in &report.unlisted {
            println!("not in the catalog: {}", file.display());
        }
        for problem in &report.problems {
            println!("WRONG: {problem}");
        }
        if report.good.is_empty() && report.problems.is_empty() {
            println!("WRONG: no file of the folder is in the catalog");
        }
        let signed = self.signature(&fs::read(&self.catalog)?)?;
        Ok(if report.is_good() && signed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// Prints what there is to say about the signature. `false`: it is not good enough.
    fn signature(&self, catalog: &[u8]) -> Result<bool> {
        let authorities = self.ca.as_deref().map(read_authorities).transpose()?;
        let timestampers = self.tsa_ca.as_deref().map(read_authorities).transpose()?;
        let signers = match signature::check(catalog) {
            Ok(signers) => signers,
            Err(error) => {
                println!("signature: WRONG, {error}");
                return Ok(false);
            }
        };
        if signers.is_empty() {
            println!("signature: none");
        }
        let mut good = !(signers.is_empty() && self.require_signature);
        for signed in &signers {
            println!("signature: good, by {}", signed.certificate.tbs_certificate.subject);
            if let Some(authorities) = &authorities {
                good &= trusted(signed, authorities, timestampers.as_ref().unwrap_or(authorities));
            } else {
                for stamp in &signed.timestamps {
                    println!("{}", describe(stamp));
                }
                println!("trust: not asked (--ca)");
            }
        }
        Ok(good)
    }
}

fn read_authorities(path: &Path) -> Result<Authorities> {
    let pem = fs::read(path).with_context(|| path.display().to_string())?;
    Authorities::from_pem(&pem).with_context(|| format!("{}: no certificates (PEM)", path.display()))
}

/// Prints whether a signer and its timestamps are trusted; gives whether the signer is.
fn trusted(signed: &SignedBy, authorities: &Authorities, timestampers: &Authorities) -> bool {
    let judgement = authorities.judge(signed, timestampers, SystemTime::now());
    for (stamp, trust) in signed.timestamps.iter().zip(&judgement.timestamps) {
        match trust {
            Ok(authority) => println!("{}; {authority} vouches for it", describe(stamp)),
            Err(reason) => println!("{}; NOT TRUSTED, so it does not count: {reason}", describe(stamp)),
        }
    }
    match &judgement.signer {
        Ok(authority) => println!("trust: {authority} vouches for the signer, at {}", judgement.at),
        Err(reason) => println!("trust: NO, at {}: {reason}", judgement.at),
    }
    judgement.signer.is_ok()
}

fn describe(stamp: &signature::Timestamp) -> String {
    let form = match stamp.form {
        Form::Rfc3161 => "timestamp",
        Form::Countersignature => "timestamp (countersignature)",
    };
    format!("{form}: good, {} by {}", stamp.time, stamp.certificate.tbs_certificate.subject)
}
