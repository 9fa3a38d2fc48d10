//! What an INF says about its package: catalogs, files, models.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::document::Inf;
use super::error::InfError;
use super::section::Entry;
use super::target::{Architecture, Target};

/// What one catalog is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Name of the catalog file.
    pub catalog: String,
    /// The architectures that the catalog covers.
    pub architectures: BTreeSet<Architecture>,
    /// The files that the INF copies; the INF itself is not among them.
    pub files: Vec<PackageFile>,
    /// The devices, in the order of the INF.
    pub models: Vec<Model>,
}

impl Package {
    /// The ids of all models in the order of the INF, each once, in lower case: what a catalog has as `HWID1` and so on.
    ///
    /// The compatible ids of a model follow its hardware id: the catalogs that Inf2Cat makes list both alike.
    #[must_use]
    pub fn hardware_ids(&self) -> Vec<String> {
        let mut known = BTreeSet::new();
        let ids = self.models.iter().flat_map(|model| [&model.hardware_id].into_iter().chain(&model.compatible_ids));
        let ids = ids.map(|id| id.to_lowercase());
        ids.filter(|id| !id.is_empty() && known.insert(id.clone())).collect()
    }

    /// The attribute `OS`: what Windows 10 and later is called for each architecture.
    #[must_use]
    pub fn os(&self) -> String {
        let names: Vec<_> = self.architectures.iter().map(|architecture| architecture.os()).collect();
        names.join(",")
    }
}

/// A file of a package.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PackageFile {
    /// Its name.
    pub name: String,
    /// Folders from the INF to it.
    pub folder: Vec<String>,
}

/// A line of a models section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// What users see.
    pub description: String,
    /// Name of the section that installs it, without decoration.
    pub install: String,
    /// The hardware id, empty for a model without a device.
    pub hardware_id: String,
    /// Compatible ids.
    pub compatible_ids: Vec<String>,
    /// The Windows it is for; `None` when the section has no decoration.
    pub target: Option<Target>,
}

impl Model {
    fn architecture(&self) -> Architecture {
        self.target.as_ref().map_or(Architecture::X86, Target::driver_architecture)
    }
}

/// The packages that an INF describes: one for each catalog that it names, none when it names none.
///
/// # Errors
///
/// The INF refers to something that is not in it.
pub fn packages(inf: &Inf) -> Result<Vec<Package>, InfError> {
    let models = models(inf)?;
    check_copies(inf)?;
    let mut packages: Vec<Package> = Vec::new();
    for architecture in architectures(inf, &models) {
        let Some(catalog) = catalog(inf, architecture)? else { continue };
        let files = files(inf, architecture)?;
        let models = models.iter().filter(|model| model.architecture() == architecture).cloned();
        if let Some(package) = packages.iter_mut().find(|package| package.catalog.eq_ignore_ascii_case(&catalog)) {
            package.architectures.insert(architecture);
            package.models.extend(models);
            package.files.extend(files);
        } else {
            packages.push(Package { catalog, architectures: [architecture].into(), files, models: models.collect() });
        }
    }
    for package in &mut packages {
        let mut known = HashSet::new();
        package.files.retain(|file| known.insert(file.clone()));
    }
    Ok(packages)
}

/// The architectures of the models and, for an INF without devices, of its `DefaultInstall` sections.
fn architectures(inf: &Inf, models: &[Model]) -> BTreeSet<Architecture> {
    let default = inf.sections().iter().filter_map(|section| {
        let (name, decoration) = section.name.split_once('.').unwrap_or((&section.name, "NT"));
        let target = Target::parse(decoration)?;
        name.eq_ignore_ascii_case("DefaultInstall").then(|| target.driver_architecture())
    });
    models.iter().map(Model::architecture).chain(default).collect()
}

/// The most specific `CatalogFile` of the section `[Version]`.
fn catalog(inf: &Inf, architecture: Architecture) -> Result<Option<String>, InfError> {
    let keys = [format!("CatalogFile.NT{}", architecture.name()), "CatalogFile.NT".into(), "CatalogFile".into()];
    let entry = keys.iter().find_map(|key| inf.entries("Version").find(|entry| entry.has_key(key)));
    entry.and_then(|entry| Some((entry, entry.value(0)?))).map(|(entry, name)| inf.expand(entry.line, name)).transpose()
}

fn models(inf: &Inf) -> Result<Vec<Model>, InfError> {
    let mut models = Vec::new();
    for entry in inf.entries("Manufacturer") {
        // `%Maker%` alone means a section of that name.
        let (line, name) = (entry.line, entry.value(0).unwrap_or_default());
        let name = inf.expand(line, name)?;
        let decorations: Vec<_> = (1..entry.values.len()).filter_map(|index| entry.value(index)).collect();
        if decorations.is_empty() {
            models.extend(models_of(inf, &name, None)?);
        }
        for text in decorations.into_iter().filter(|text| !Target::is_retired(text)) {
            let unknown = || InfError::Decoration { line, text: text.to_owned() };
            let target = Target::parse(text).ok_or_else(unknown)?;
            models.extend(models_of(inf, &format!("{name}.{text}"), Some(&target))?);
        }
    }
    Ok(models)
}

fn models_of(inf: &Inf, name: &str, target: Option<&Target>) -> Result<Vec<Model>, InfError> {
    let missing = || InfError::NoSection { section: name.to_owned(), by: "[Manufacturer]".into() };
    let section = inf.section(name).ok_or_else(missing)?;
    section.entries.iter().map(|entry| model(inf, entry, target)).collect()
}

fn model(inf: &Inf, entry: &Entry, target: Option<&Target>) -> Result<Model, InfError> {
    let expand = |text: &str| inf.expand(entry.line, text);
    let ids = entry.values.iter().skip(2).filter(|id| !id.is_empty());
    Ok(Model {
        description: expand(entry.key.as_deref().unwrap_or_default())?,
        install: expand(entry.value(0).unwrap_or_default())?,
        hardware_id: expand(entry.value(1).unwrap_or_default())?,
        compatible_ids: ids.map(|id| expand(id)).collect::<Result<_, _>>()?,
        target: target.cloned(),
    })
}

/// The sections that list files for an architecture, most specific first.
fn source_sections(architecture: Option<Architecture>, name: &str) -> Vec<String> {
    let decorated = architecture.map(|architecture| format!("{name}.{}", architecture.name()));
    decorated.into_iter().chain([name.to_owned()]).collect()
}

fn files(inf: &Inf, architecture: Architecture) -> Result<Vec<PackageFile>, InfError> {
    let mut disks = HashMap::new();
    for section in source_sections(Some(architecture), "SourceDisksNames") {
        for entry in inf.entries(&section) {
            let Some(disk) = &entry.key else { continue };
            disks.entry(disk.to_ascii_lowercase()).or_insert(entry);
        }
    }
    let (mut files, mut known) = (Vec::new(), HashSet::new());
    for section in source_sections(Some(architecture), "SourceDisksFiles") {
        for entry in inf.entries(&section) {
            let file = source_file(inf, &disks, entry)?;
            if known.insert(file.name.to_ascii_lowercase()) {
                files.push(file);
            }
        }
    }
    Ok(files)
}

/// `name = disk[,[folder][,size]]`
fn source_file(inf: &Inf, disks: &HashMap<String, &Entry>, entry: &Entry) -> Result<PackageFile, InfError> {
    let name = inf.expand(entry.line, entry.key.as_deref().or_else(|| entry.value(0)).unwrap_or_default())?;
    let disk = entry.value(0).unwrap_or_default();
    let missing = || InfError::NoEntry { entry: disk.to_owned(), section: "SourceDisksNames".into() };
    let disk = disks.get(&disk.to_ascii_lowercase()).ok_or_else(missing)?;
    let folders = [disk.value(3), entry.value(1)].into_iter().flatten();
    let mut folder = Vec::new();
    for path in folders {
        folder.extend(split_path(entry.line, &inf.expand(entry.line, path)?)?);
    }
    split_path(entry.line, &name)?;
    Ok(PackageFile { name, folder })
}

/// The names that a path is made of. It must not lead out of the folder that it starts in.
fn split_path(line: usize, path: &str) -> Result<Vec<String>, InfError> {
    let names = path.split(['\\', '/']).filter(|name| !name.is_empty() && *name != ".");
    let outside = |name: &str| name == ".." || name.contains(':');
    names
        .map(|name| {
            let escapes = outside(name).then(|| InfError::Outside { line, path: path.to_owned() });
            escapes.map_or_else(|| Ok(name.to_owned()), Err)
        })
        .collect()
}

/// Every file that any section copies must be listed as a source, or the catalog would miss it.
fn check_copies(inf: &Inf) -> Result<(), InfError> {
    let sources = sources(inf)?;
    let lines = inf.sections().iter().flat_map(|section| section.entries.iter().map(move |entry| (section, entry)));
    for (section, entry) in lines.filter(|(_, entry)| entry.has_key("CopyFiles")) {
        for value in entry.values.iter().filter(|value| !value.is_empty()) {
            let value = inf.expand(entry.line, value)?;
            match value.strip_prefix('@') {
                Some(file) => check_source(&sources, entry.line, file)?,
                None => check_copy_section(inf, &sources, &value, &section.name)?,
            }
        }
    }
    Ok(())
}

/// The files of all architectures, in lower case.
fn sources(inf: &Inf) -> Result<BTreeSet<String>, InfError> {
    let sections = inf.sections().iter().filter(|section| is_source_section(&section.name));
    let names = sections.flat_map(|section| &section.entries).map(|entry| {
        let name = entry.key.as_deref().or_else(|| entry.value(0)).unwrap_or_default();
        inf.expand(entry.line, name).map(|name| name.to_lowercase())
    });
    names.collect()
}

fn is_source_section(name: &str) -> bool {
    name.split('.').next().is_some_and(|name| name.eq_ignore_ascii_case("SourceDisksFiles"))
}

/// Lines of a section of files: `destination[,[source][,...]]`.
fn check_copy_section(inf: &Inf, sources: &BTreeSet<String>, name: &str, by: &str) -> Result<(), InfError> {
    let missing = || InfError::NoSection { section: name.to_owned(), by: format!("[{by}]") };
    for entry in &inf.section(name).ok_or_else(missing)?.entries {
        if let Some(file) = entry.value(1).or_else(|| entry.value(0)) {
            check_source(sources, entry.line, &inf.expand(entry.line, file)?)?;
        }
    }
    Ok(())
}

fn check_source(sources: &BTreeSet<String>, line: usize, file: &str) -> Result<(), InfError> {
    let known = sources.contains(&file.to_lowercase());
    known.then_some(()).ok_or_else(|| InfError::NoSource { line, file: file.to_owned() })
}
