//! The driver that the user means, and how it comes onto a test machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use driver_catalog::inf::{CodePage, Inf, decode, packages};
use tempfile::{NamedTempFile, TempDir};

use super::build::{Source, image_of, in_c};
use super::package;
use crate::kernel::Profile;
use crate::kernel::files::{spelled, with_extension};
use crate::package::Signer;
use crate::places::Places;
use crate::report::{note, step};
use crate::windows::Windows;
use crate::workspace::Workspace;
use crate::{Machine, Parts, StandIns, wine_inf};

/// The folder of the driver and of all that the user brings along.
pub const FOLDER: &str = r"C:\driver";
const FOLDER_BELOW_DRIVE_C: &str = "driver";

/// What installs and removes, on the machine.
const INSTALLER: &str = r"C:\windows\system32\kmdf-install.exe";

/// Loading a driver takes a second; one that takes longer than this hangs.
const TIMEOUT: Duration = Duration::from_mins(2);

/// Which driver, and which machine.
#[derive(Args)]
pub struct OnMachine {
    /// The driver: a folder with a package of cargo, one with an INF, an INF, an image (.sys), or a project in C
    /// (.vcxproj)
    #[arg(long, value_name = "DIR|INF|SYS|VCXPROJ", default_value = ".")]
    driver: PathBuf,
    /// The package of the driver, where the workspace has several
    #[arg(short, long, value_name = "NAME")]
    package: Option<String>,
    /// The hardware ID of the device that is made for it [default: the first that the INF names]
    #[arg(long, value_name = "ID")]
    install: Option<String>,
    /// Loads the image as a service, without a device, though there is an INF
    #[arg(long, conflicts_with = "install")]
    service: bool,
    /// Files to bring along, into C:\driver
    #[arg(long, value_name = "FILE")]
    with: Vec<PathBuf>,
    #[command(flatten)]
    windows: Windows,
    /// Debug channels of Wine, such as `+ntoskrnl`
    #[arg(long, value_name = "CHANNELS")]
    wine_debug: Option<String>,
}

/// How a run ends.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The driver is removed, and what it leaves behind is counted.
    Removal,
    /// The machine is shut down: devices that asked for it are told (`IRP_MJ_SHUTDOWN`), and the driver is not unloaded.
    Shutdown,
}

/// How a driver is loaded.
enum Way {
    /// For a device with this hardware ID, by the INF of this name.
    Device { inf: String, id: String },
    /// As a service of this name, from the image of this name.
    Service { name: String, image: String },
}

/// A driver whose files are there.
pub struct Driver {
    /// Its name, for reports.
    pub name: String,
    files: Vec<PathBuf>,
    /// Where its debug information lies.
    symbols: PathBuf,
    way: Way,
    /// Holds a package that lasts no longer than this.
    _folder: Option<TempDir>,
}

impl OnMachine {
    /// Builds the driver, if it has sources.
    pub fn driver(&self) -> Result<Driver> {
        let path = &self.driver;
        let path = path.canonicalize().with_context(|| format!("there is no {}", path.display()))?;
        if path.is_file() {
            return self.of_file(&path, None);
        }
        if path.join("Cargo.toml").is_file() {
            return self.of_sources(&path);
        }
        let infs = with_extension(&path, "inf")?;
        match &infs[..] {
            [inf] => self.of_file(inf, None),
            [] => bail!("{} has neither a Cargo.toml nor an INF", path.display()),
            _ => bail!("{} has several INFs: name one with --driver", path.display()),
        }
    }

    fn of_sources(&self, folder: &Path) -> Result<Driver> {
        let source = Source { folder: Some(folder.to_owned()), package: self.package.clone() };
        let workspace = source.workspace()?;
        let package = source.driver(&workspace)?;
        let has_inx = package
            .manifest_path
            .parent()
            .is_some_and(|folder| with_extension(folder.as_std_path(), "inx").is_ok_and(|found| !found.is_empty()));
        if self.service || !has_inx {
            let image = image_of(&workspace, package, Profile::Release)?;
            return self.of_file(&image.sys, None);
        }
        let folder = tempfile::tempdir()?;
        let made = folder.path().join("package");
        let name = package::name(package);
        package::make(&workspace, package, &[], &Signer::fleeting(&name)?, &made)?;
        self.of_file(&made.join(format!("{name}.inf")), Some(folder))
    }

    /// Builds a project in C. Its INF gets the catalog that it names; nothing is signed, and Wine asks for no more.
    fn of_project(&self, path: &Path) -> Result<Driver> {
        let made = in_c(path)?;
        match &made.inf {
            Some(inf) if !self.service => {
                let folder = inf.parent().context("a file lies in a folder")?;
                package::catalogs(folder)?;
                self.of_file(inf, None)
            }
            _ => self.of_file(&made.image.sys, None),
        }
    }

    fn of_file(&self, path: &Path, temporary: Option<TempDir>) -> Result<Driver> {
        let folder = path.parent().context("a file lies in a folder")?.to_owned();
        let file = name_of(path)?;
        let name = path.file_stem().context("a file has a name")?.to_string_lossy().into_owned();
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        let (files, way) = match extension.to_str() {
            Some("inf") if !self.service => {
                let (id, listed) = self.listed(path)?;
                (listed, Way::Device { inf: file, id })
            }
            Some("inf") => return self.of_file(&path.with_extension("sys"), temporary),
            Some("sys") => (vec![path.to_owned()], Way::Service { name: name.clone(), image: file }),
            Some("vcxproj") => return self.of_project(path),
            _ => bail!("{} is neither an INF, an image (.sys) nor a project in C (.vcxproj)", path.display()),
        };
        for file in &files {
            ensure!(file.is_file(), "{} is missing", file.display());
        }
        Ok(Driver { name, files, symbols: folder, way, _folder: temporary })
    }

    /// The hardware ID to install for, and the files that go with an INF.
    fn listed(&self, inf: &Path) -> Result<(String, Vec<PathBuf>)> {
        let folder = inf.parent().context("a file lies in a folder")?;
        let document = Inf::from_bytes(&fs::read(inf)?).with_context(|| inf.display().to_string())?;
        let packages = packages(&document).with_context(|| inf.display().to_string())?;
        let first = packages.iter().flat_map(|package| &package.models).find(|model| !model.hardware_id.is_empty());
        let id = self.install.clone().or_else(|| first.map(|model| model.hardware_id.clone()));
        let id = id.with_context(|| format!("{} names no hardware ID: say which with --install", inf.display()))?;
        let mut files = vec![inf.to_owned()];
        for package in &packages {
            files.push(spelled(folder, &package.catalog));
            for file in &package.files {
                // Windows minds no case.
                let folder = file.folder.iter().fold(folder.to_owned(), |folder, name| spelled(&folder, name));
                files.push(spelled(&folder, &file.name));
            }
        }
        Ok((id, files))
    }

    /// Boots a machine with the driver's files on it. What a program needs besides comes along, or stays `visible`.
    pub fn boot(&self, driver: &Driver, more: &[PathBuf], visible: &[PathBuf]) -> Result<Machine> {
        let kit = Workspace::kit()?;
        let stand_ins = StandIns::build(&kit)?;
        let mut files = BTreeMap::new();
        for file in driver.files.iter().chain(&self.with).chain(more) {
            ensure!(file.is_file(), "there is no file {}", file.display());
            files.insert(Path::new(FOLDER_BELOW_DRIVE_C).join(name_of(file)?), file.clone());
        }
        let adapted = adapt(driver)?;
        if let Some((name, file)) = &adapted {
            files.insert(Path::new(FOLDER_BELOW_DRIVE_C).join(name), file.path().to_owned());
        }
        let work = kit.target.join("sandbox");
        fs::create_dir_all(&work)?;
        let parts = Parts {
            work,
            visible: [&[kit.root.clone(), kit.target.clone(), std::env::current_dir()?], visible].concat(),
            files,
            wine_debug: self.wine_debug.clone(),
            places: Places { folders: vec![driver.symbols.clone(), StandIns::symbols(&kit)], ..Places::default() },
            ..Parts::default()
        };
        let machine = Machine::start(&stand_ins, parts)?;
        machine.play(self.windows)?;
        Ok(machine)
    }
}

impl Driver {
    /// Loads it.
    pub fn install(&self, machine: &Machine) -> Result<()> {
        let (words, title) = match &self.way {
            Way::Device { inf, id } => {
                (vec!["device".to_owned(), on_machine(inf), id.clone()], format!("install {inf} for {id}"))
            }
            Way::Service { name, image } => {
                (vec!["service".to_owned(), name.clone(), on_machine(image)], format!("load {image}"))
            }
        };
        step(&title, || installer(machine, &words))
    }

    /// Unloads it, so that the verifier sees what it leaves behind.
    pub fn remove(&self, machine: &Machine) -> Result<()> {
        let words = match &self.way {
            Way::Device { id, .. } => ["remove-device".to_owned(), id.clone()],
            Way::Service { name, .. } => ["remove-service".to_owned(), name.clone()],
        };
        installer(machine, &words)
    }

    /// Tells it that the system goes down; it stays loaded.
    fn shut_down(&self, machine: &Machine) -> Result<()> {
        let words = match &self.way {
            Way::Device { id, .. } => ["shut-down-device".to_owned(), id.clone()],
            Way::Service { name, .. } => ["shut-down-service".to_owned(), name.clone()],
        };
        step("shut the machine down", || installer(machine, &words))
    }

    /// Ends a run.
    pub fn end(&self, machine: &Machine, end: End) -> Result<()> {
        match end {
            End::Removal => self.remove(machine),
            End::Shutdown => self.shut_down(machine),
        }
    }
}

fn installer(machine: &Machine, words: &[String]) -> Result<()> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = machine.program(INSTALLER, &words).timeout(TIMEOUT).run()?;
    let said = output.stderr.trim().trim_start_matches("Error: ");
    ensure!(output.outcome.success(), "{} ({})", said, output.outcome);
    Ok(())
}

/// The INF as Wine reads it, if that has to be another one, with its name.
fn adapt(driver: &Driver) -> Result<Option<(String, NamedTempFile)>> {
    let Way::Device { inf, .. } = &driver.way else { return Ok(None) };
    let found = driver.files.iter().find(|file| name_of(file).is_ok_and(|name| name == *inf));
    let bytes = fs::read(found.context("the INF is a file of the driver")?)?;
    let text = decode(&bytes, CodePage::default()).with_context(|| inf.clone())?;
    let Some(text) = wine_inf::adapted(&text) else { return Ok(None) };
    let file = NamedTempFile::new()?;
    fs::write(file.path(), wine_inf::encoded(&text))?;
    note(&format!("    {inf}: Wine gets its models under the name that it looks for"));
    Ok(Some((inf.clone(), file)))
}

/// Where a file of the driver is on the machine.
pub fn on_machine(name: &str) -> String {
    format!(r"{FOLDER}\{name}")
}

fn name_of(path: &Path) -> Result<String> {
    Ok(path.file_name().context("a file has a name")?.to_string_lossy().into_owned())
}
