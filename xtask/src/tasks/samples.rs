//! Drivers of others, from a checkout that the user names: what can be built and loaded, as a table.
//!
//! Meant for Microsoft's Windows-rust-driver-samples and Windows-driver-samples: packages of cargo and projects for Visual
//! Studio. The checkout is copied, so that nothing in it changes; nothing of it becomes part of this project.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, ensure};
use walkdir::WalkDir;

use cargo_kmdf::report::{note, run, say};
use cargo_kmdf::workspace::{KIT_TARGET, Workspace};

use super::kit::{self, Told, Violation};

/// A driver of the checkout.
struct Driver {
    name: String,
    /// The words of `cargo kmdf build` and `cargo kmdf run` that mean it.
    build: Vec<OsString>,
    run: Vec<OsString>,
}

/// What became of it.
struct Row {
    name: String,
    built: Result<(), String>,
    ran: Option<Result<Told>>,
}

/// Goes through the drivers of a checkout, and prints the table.
pub fn run_all(workspace: &Workspace, checkout: &Path) -> Result<()> {
    let checkout = checkout.canonicalize().with_context(|| format!("there is no {}", checkout.display()))?;
    kit::build(workspace)?;
    let copy = workspace.target.join("samples").join(checkout.file_name().context("the checkout has a name")?);
    fs::create_dir_all(&copy)?;
    // Only what has changed: cargo goes by times.
    let from = checkout.join(".");
    run(Command::new("cp").args(["--recursive", "--update", "--no-target-directory"]).args([&from, &copy]))?;
    let mut drivers = in_rust(&copy)?;
    drivers.extend(in_c(&copy)?);
    ensure!(!drivers.is_empty(), "{} has no KMDF drivers", checkout.display());
    let tools = Tools { program: workspace.host_program("cargo-kmdf"), kit: &workspace.target, folder: &copy };
    let rows: Vec<_> = drivers.iter().map(|driver| tools.try_one(driver)).collect();
    say("| driver | built | loaded and unloaded | verifier |\n|---|---|---|---|");
    for row in &rows {
        say(&row.shown());
    }
    let good = |row: &&Row| matches!(&row.ran, Some(Ok(told)) if told.failure.is_none());
    let built = rows.iter().filter(|row| row.built.is_ok()).count();
    say(&format!("{} drivers, {built} built, {} loaded and unloaded", rows.len(), rows.iter().filter(good).count()));
    Ok(())
}

/// The drivers of a workspace of cargo.
fn in_rust(folder: &Path) -> Result<Vec<Driver>> {
    if !folder.join("Cargo.toml").is_file() {
        return Ok(Vec::new());
    }
    let samples = Workspace::of(folder)?;
    let driver = |name: &str| {
        let words = ["--package", name].map(OsString::from);
        Driver { name: name.to_owned(), build: words.clone().into(), run: words.into() }
    };
    Ok(samples.drivers().iter().map(|package| driver(&package.name)).collect())
}

/// The KMDF drivers among the projects for Visual Studio.
fn in_c(folder: &Path) -> Result<Vec<Driver>> {
    let mut drivers = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let path = entry?.into_path();
        if path.extension().is_some_and(|extension| extension == "vcxproj") && is_driver(&fs::read(&path)?) {
            let words = |option: &str| vec![option.into(), path.clone().into_os_string()];
            let name = path.strip_prefix(folder)?.with_extension("").display().to_string();
            drivers.push(Driver { name, build: words("--project"), run: words("--driver") });
        }
    }
    Ok(drivers)
}

/// Whether a project makes a KMDF driver. A library that drivers share is a project for KMDF as well.
fn is_driver(project: &[u8]) -> bool {
    let text = String::from_utf8_lossy(project);
    text.contains("<DriverType>KMDF<") && !text.contains("<ConfigurationType>StaticLibrary<")
}

struct Tools<'a> {
    program: PathBuf,
    kit: &'a Path,
    folder: &'a Path,
}

impl Tools<'_> {
    fn kmdf(&self, command: &str, words: &[OsString]) -> Command {
        let mut kmdf = Command::new(&self.program);
        kmdf.args(["kmdf", command]).args(words).current_dir(self.folder);
        kmdf.env(KIT_TARGET, self.kit).env("CARGO_TARGET_DIR", self.folder.join("target"));
        kmdf
    }

    fn try_one(&self, driver: &Driver) -> Row {
        note(&format!("--- {}", driver.name));
        let built = self.build(driver);
        if let Err(reason) = &built {
            note(&format!("    {reason}"));
        }
        let ran = built.is_ok().then(|| {
            let json = self.folder.join("result.json");
            // Whatever it answers, the file has it, unless it came to no machine.
            let output = self.kmdf("run", &driver.run).arg("--json").arg(&json).args(["--", "true"]).output()?;
            read(&json).map_err(|_| anyhow!(reason(&output.stderr)))
        });
        Row { name: driver.name.clone(), built, ran }
    }

    /// The error is the first that the tools tell.
    fn build(&self, driver: &Driver) -> Result<(), String> {
        let output = self.kmdf("build", &driver.build).output().map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        Err(reason(&output.stderr))
    }
}

/// The first error that a tool tells; or what it says last.
fn reason(stderr: &[u8]) -> String {
    let said = String::from_utf8_lossy(stderr);
    let first = said.lines().find(|line| line.contains("error: ") && !line.starts_with("error: step failed"));
    let text = first.or_else(|| said.lines().last()).unwrap_or_default();
    text.rsplit_once("error: ").map_or(text, |(_, reason)| reason).to_owned()
}

fn read(json: &Path) -> Result<Told> {
    let text = fs::read(json)?;
    fs::remove_file(json)?;
    Ok(serde_json::from_slice(&text)?)
}

impl Row {
    fn shown(&self) -> String {
        let built = self.built.as_ref().map_or_else(|reason| format!("no: {reason}"), |()| "yes".to_owned());
        let (loaded, verdict) = match &self.ran {
            None => (String::new(), String::new()),
            Some(Err(error)) => (format!("no: {error:#}"), String::new()),
            Some(Ok(told)) => (loaded(told), verdict(told)),
        };
        // A table is made of lines.
        let cells = [self.name.clone(), built, loaded, verdict].map(|cell| cell.replace('\n', " ").replace('|', "/"));
        format!("| {} |", cells.join(" | "))
    }
}

fn loaded(told: &Told) -> String {
    told.failure.as_ref().map_or_else(|| "yes".to_owned(), |failure| format!("no: {failure}"))
}

fn verdict(told: &Told) -> String {
    let each = |each: &Violation| format!("{}: {} by {}", each.rule, each.function, each.caller);
    let all: Vec<_> = told.violations.iter().map(each).collect();
    if all.is_empty() { "no violations".to_owned() } else { all.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::is_driver;

    #[test]
    fn libraries_and_other_drivers_are_left_out() {
        let project = |driver: &str, kind: &str| {
            let text = format!("<DriverType>{driver}</DriverType><ConfigurationType>{kind}</ConfigurationType>");
            is_driver(text.as_bytes())
        };
        assert!(project("KMDF", "Driver"));
        assert!(!project("KMDF", "StaticLibrary"));
        assert!(!project("WDM", "Driver"));
    }
}
