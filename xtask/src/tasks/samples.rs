//! Drivers of others, from a checkout that the user names: what can be built and loaded, as a table.
//!
//! Meant for Microsoft's Windows-rust-driver-samples and Windows-driver-samples. The checkout is copied, so that nothing
//! in it changes; nothing of it becomes part of this project.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::Package;
use serde::Deserialize;

use cargo_kmdf::report::{note, run, say};
use cargo_kmdf::workspace::{KIT_TARGET, Workspace};

/// What became of one driver.
struct Row {
    name: String,
    built: Result<()>,
    ran: Option<Result<Told>>,
}

/// What `cargo kmdf run --json` writes, as far as it is shown.
#[derive(Debug, Deserialize)]
struct Told {
    failure: Option<String>,
    violations: Vec<Violation>,
}

#[derive(Debug, Deserialize)]
struct Violation {
    #[serde(rename = "violation")]
    rule: String,
    function: String,
    caller: String,
}

/// Goes through the drivers of a checkout, and prints the table.
pub fn run_all(workspace: &Workspace, checkout: &Path) -> Result<()> {
    ensure!(checkout.is_dir(), "there is no folder {}", checkout.display());
    let copy = workspace.target.join("samples");
    fs::create_dir_all(&copy)?;
    // Only what has changed: cargo goes by times.
    let from = format!("{}/", checkout.display());
    run(Command::new("cp").args(["--recursive", "--update", "--no-target-directory", &from]).arg(&copy))?;
    let samples = Workspace::of(&copy).context("its root has no workspace of cargo")?;
    let drivers = samples.drivers();
    ensure!(!drivers.is_empty(), "{} has no drivers in Rust", checkout.display());
    let rows: Vec<_> = drivers.into_iter().map(|driver| try_one(workspace, &samples, driver)).collect();
    say("| driver | built | loaded and unloaded | verifier |\n|---|---|---|---|");
    for row in rows {
        say(&row.shown());
    }
    Ok(())
}

fn try_one(workspace: &Workspace, samples: &Workspace, driver: &Package) -> Row {
    note(&format!("--- {}", driver.name));
    let kmdf = |arguments: &[&str]| {
        let mut command = Command::new(workspace.host_program("cargo-kmdf"));
        command.arg("kmdf").args(arguments).args(["--package", &driver.name]).current_dir(&samples.root);
        command.env("CARGO_TARGET_DIR", &samples.target).env(KIT_TARGET, &workspace.target);
        command
    };
    let built = run(&mut kmdf(&["build"]));
    let ran = built.is_ok().then(|| {
        let json = samples.target.join(format!("{}.json", driver.name));
        // Whatever it answers, the file has it.
        let _ = kmdf(&["run", "--json"]).arg(&json).args(["--", "true"]).status()?;
        read(&json)
    });
    Row { name: driver.name.to_string(), built, ran }
}

fn read(json: &PathBuf) -> Result<Told> {
    let text = fs::read(json).context("it did not come to a result")?;
    fs::remove_file(json)?;
    Ok(serde_json::from_slice(&text)?)
}

impl Row {
    fn shown(&self) -> String {
        let built = if self.built.is_ok() { "yes" } else { "no" };
        let (loaded, verdict) = match &self.ran {
            None => (String::new(), String::new()),
            Some(Err(error)) => (format!("no: {error:#}"), String::new()),
            Some(Ok(told)) => (told.loaded(), told.verdict()),
        };
        format!("| {} | {built} | {loaded} | {verdict} |", self.name)
    }
}

impl Told {
    fn loaded(&self) -> String {
        self.failure.as_ref().map_or_else(|| "yes".to_owned(), |failure| format!("no: {failure}"))
    }

    fn verdict(&self) -> String {
        let each = |each: &Violation| format!("{}: {} by {}", each.rule, each.function, each.caller);
        let all: Vec<_> = self.violations.iter().map(each).collect();
        if all.is_empty() { "no violations".to_owned() } else { all.join("; ") }
    }
}
