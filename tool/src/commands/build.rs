//! `cargo kmdf build`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cargo_metadata::Package;
use clap::Args;
use driver_catalog::inf::Inf;
use driver_inf::Stamp;
use jiff::{Timestamp, tz::TimeZone};

use crate::c::{self, Project};
use crate::inx;
use crate::kernel::architecture::{self, Architecture};
use crate::kernel::files::has_extension;
use crate::kernel::{Kernel, KernelImage, Model, Profile, image};
use crate::report::{note, say, step};
use crate::setup;
use crate::workspace::Workspace;

/// Which driver of which workspace.
#[derive(Args, Clone, Debug, Default)]
pub struct Source {
    /// The folder of the workspace or of the driver's package [default: this one]
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// The package of the driver, where the workspace has several
    #[arg(short, long, value_name = "NAME")]
    pub package: Option<String>,
}

/// What `cargo kmdf build` is told.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    source: Source,
    /// A driver in C: its project for Visual Studio
    #[arg(long, value_name = "VCXPROJ", conflicts_with_all = ["folder", "package", "debug"])]
    project: Option<PathBuf>,
    /// Without optimization
    #[arg(long)]
    debug: bool,
    /// For ARM64 processors: the sandbox does not run such an image
    #[arg(long, conflicts_with = "project")]
    arm64: bool,
}

impl Source {
    /// The workspace.
    pub fn workspace(&self) -> Result<Workspace> {
        let folder = self.folder.clone().map_or_else(std::env::current_dir, Ok)?;
        Workspace::of(&folder.canonicalize().with_context(|| format!("there is no folder {}", folder.display()))?)
    }

    /// The driver's package.
    pub fn driver<'a>(&self, workspace: &'a Workspace) -> Result<&'a Package> {
        if let Some(name) = &self.package {
            return workspace.package(name);
        }
        let drivers = workspace.drivers();
        if let [driver] = drivers[..] {
            return Ok(driver);
        }
        // In a workspace of several, the folder tells.
        let folder = self.folder.clone().map_or_else(std::env::current_dir, Ok)?.canonicalize()?;
        let here = |driver: &&&Package| driver.manifest_path.as_std_path().parent() == Some(folder.as_path());
        if let Some(driver) = drivers.iter().find(here) {
            return Ok(driver);
        }
        let names: Vec<_> = drivers.iter().map(|driver| driver.name.as_str()).collect();
        if names.is_empty() {
            let root = workspace.root.display();
            bail!("{root} has no driver: a package that makes a cdylib and has a table package.metadata.wdk")
        }
        bail!("{} has several drivers, choose one with --package: {}", folder.display(), names.join(", "))
    }
}

/// Builds the image, and says what is to be said about it.
pub fn run(arguments: &Arguments) -> Result<()> {
    setup::run_all(&[])?;
    if let Some(project) = &arguments.project {
        say(&in_c(project)?.image.sys.display().to_string());
        return Ok(());
    }
    let workspace = arguments.source.workspace()?;
    let package = arguments.source.driver(&workspace)?;
    let profile = if arguments.debug { Profile::Dev } else { Profile::Release };
    let architecture = architecture::chosen(arguments.arm64);
    let image = image_for(architecture, &workspace, package, profile)?;
    say(&image.sys.display().to_string());
    Ok(())
}

/// Builds the image of a package, and says what a reviewer would ask about it.
pub fn image_of(workspace: &Workspace, package: &Package, profile: Profile) -> Result<KernelImage> {
    image_for(&architecture::X64, workspace, package, profile)
}

/// The same for any processor.
fn image_for(
    architecture: &Architecture,
    workspace: &Workspace,
    package: &Package,
    profile: Profile,
) -> Result<KernelImage> {
    let image = step(&format!("build {}", package.name), || {
        Kernel::prepare(workspace)?.build_for(architecture, &package.name, profile)
    })?;
    if profile == Profile::Release {
        remarks(&image, Model::of(workspace, package)?)?;
    }
    Ok(image)
}

/// What is not as it should be in a driver that is shipped; nothing of it keeps a test machine from loading it.
pub fn remarks(image: &KernelImage, model: Model) -> Result<()> {
    for problem in image::problems(image, model, None)? {
        note(&format!("warning: {}: {problem}", image.sys.display()));
    }
    Ok(())
}

/// What a project in C makes.
pub struct InC {
    /// The image.
    pub image: KernelImage,
    /// The stamped INF beside it, if the project has an INX.
    pub inf: Option<PathBuf>,
}

/// Builds a project in C, into the folder `target/driver` beside it, and says what a reviewer would ask about the image.
pub fn in_c(path: &Path) -> Result<InC> {
    let path = path.canonicalize().with_context(|| format!("there is no {}", path.display()))?;
    let project = Project::read(&path)?;
    let kit = Workspace::kit()?;
    let kernel = Kernel::prepare(&kit)?;
    let folder = project.folder.join("target/driver");
    let image = step(&format!("build {}", project.name), || c::build(&kernel, &project, &folder))?;
    remarks(&image, project.model)?;
    let inf = project.inx.as_ref().map(|inx| {
        let made = image.sys.with_extension("inf");
        stamp_inx(inx, &made, &project)?;
        Ok::<_, anyhow::Error>(made)
    });
    Ok(InC { image, inf: inf.transpose()? })
}

/// What stampinf does for a project that names neither a version nor a catalog.
fn stamp_inx(inx: &Path, inf: &Path, project: &Project) -> Result<()> {
    let bytes = fs::read(inx).with_context(|| format!("cannot read {}", inx.display()))?;
    let named = || inx.display().to_string();
    let text = inx::read(&bytes).with_context(named)?;
    let document = Inf::from_text(&text).with_context(named)?;
    let catalog = document.entries("Version").find(|entry| entry.has_key("CatalogFile"));
    let catalog =
        catalog.and_then(|entry| entry.values.first().cloned()).filter(|name| has_extension(Path::new(name), "cat"));
    let stamp = Stamp {
        date: Timestamp::now().to_zoned(TimeZone::UTC).date(),
        version: [1, 0, 0, 0],
        catalog: catalog.unwrap_or_else(|| format!("{}.cat", project.name)),
        architecture: architecture::X64.inf,
        kmdf: (project.model.major, project.model.target),
    };
    Ok(fs::write(inf, stamp.apply(&text).with_context(named)?)?)
}
