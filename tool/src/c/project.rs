//! A project of Visual Studio (`.vcxproj`), as far as it says how a driver is built for x64 as a release.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use roxmltree::{Document, Node};

use crate::kernel::Model;
use crate::kernel::files::{has_extension, spelled, with_extension};

/// The framework of a project that names none.
const NEWEST: u32 = 33;

/// What is built.
#[derive(Debug)]
pub struct Project {
    /// The name of the image, without its extension.
    pub name: String,
    /// The folder of the project.
    pub folder: PathBuf,
    /// The sources, by their paths.
    pub sources: Vec<PathBuf>,
    /// Folders in which headers are looked for.
    pub includes: Vec<PathBuf>,
    /// What is defined, as `NAME` or `NAME=value`.
    pub defines: Vec<String>,
    /// The names of libraries beyond those of every driver.
    pub libraries: Vec<String>,
    /// From what its INF is made.
    pub inx: Option<PathBuf>,
    /// The names of the macros that trace.
    pub traces: Vec<String>,
    /// The framework.
    pub model: Model,
}

impl Project {
    /// Reads a project.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is none of a KMDF driver in C.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_start_matches('\u{feff}');
        Self::parse(path, text).with_context(|| path.display().to_string())
    }

    fn parse(path: &Path, text: &str) -> Result<Self> {
        let document = Document::parse(text)?;
        let file = File { document: &document, folder: path.parent().context("a project lies in a folder")? };
        ensure!(file.property("DriverType") == Some("KMDF"), "the project is none of a KMDF driver");
        let stem = path.file_stem().context("a project has a name")?.to_string_lossy().into_owned();
        let name = file
            .property("TargetName")
            .map_or_else(|| stem.clone(), |name| name.replace("$(MSBuildProjectName)", &stem));
        ensure!(!name.contains('$'), "the name of the image is {name}");
        let number = |name: &str, usual| file.property(name).map_or(Ok(usual), str::parse::<u32>);
        let target = number("KMDF_VERSION_MINOR", NEWEST)?;
        let sources = file.files("ClCompile")?;
        let in_c = |file: &&PathBuf| has_extension(file, "c") || has_extension(file, "cpp");
        if let Some(other) = sources.iter().find(|file| !in_c(file)) {
            bail!("{} is not in C", other.display());
        }
        let inx = file.files("Inf")?.into_iter().find(|file| has_extension(file, "inx"));
        Ok(Self {
            name,
            folder: file.folder.to_owned(),
            sources,
            includes: file
                .list("AdditionalIncludeDirectories")
                .iter()
                .map(|text| file.path(text))
                .collect::<Result<_>>()?,
            defines: file.list("PreprocessorDefinitions"),
            libraries: file.list("AdditionalDependencies").iter().filter_map(|text| library(text)).collect(),
            inx,
            traces: file
                .list("WppTraceFunction")
                .iter()
                .filter_map(|text| Some(text.split_once('(')?.0.to_owned()))
                .collect(),
            model: Model { major: number("KMDF_VERSION_MAJOR", 1)?, target, minimum: target },
        })
    }
}

struct File<'a> {
    document: &'a Document<'a>,
    folder: &'a Path,
}

impl<'a> File<'a> {
    /// The elements of a name that count for a release for x64.
    fn elements(&self, name: &str) -> impl Iterator<Item = Node<'a, 'a>> {
        let all = self.document.descendants().filter(Node::is_element);
        let name = name.to_owned();
        all.filter(move |node| node.tag_name().name() == name && node.ancestors().all(|above| counts(&above)))
    }

    /// The last value of a property.
    fn property(&self, name: &str) -> Option<&'a str> {
        self.elements(name).filter_map(|node| node.text()).map(str::trim).filter(|text| !text.is_empty()).last()
    }

    /// The values of a list, each once. What the tools add by themselves is left to them.
    fn list(&self, name: &str) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        for text in self.elements(name).filter_map(|node| node.text()) {
            for value in text.split(';').map(str::trim) {
                let ours = !value.is_empty() && !value.starts_with("%(");
                if ours && !values.iter().any(|known| known == value) {
                    values.push(value.to_owned());
                }
            }
        }
        values
    }

    /// The files of an item.
    fn files(&self, item: &str) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        let named = self.elements(item).filter_map(|node| node.attribute("Include"));
        for text in named.flat_map(|text| text.split(';')).map(str::trim).filter(|text| !text.is_empty()) {
            let path = self.path(text)?;
            // The one pattern that projects of drivers have.
            match path.extension().and_then(OsStr::to_str) {
                Some(extension) if path.file_stem() == Some(OsStr::new("*")) => {
                    files.extend(with_extension(path.parent().context("a file lies in a folder")?, extension)?);
                }
                _ => files.push(path),
            }
        }
        Ok(files)
    }

    /// A path of the project, with the names as they are spelled here: Windows does not mind their case.
    fn path(&self, text: &str) -> Result<PathBuf> {
        let text = text.replace("$(MSBuildThisFileDirectory)", "").replace("$(ProjectDir)", "").replace('\\', "/");
        let mut path = self.folder.to_owned();
        for part in text.split('/').filter(|part| !part.is_empty() && *part != ".") {
            match part {
                ".." => path = path.parent().context("a path leads out of everything")?.to_owned(),
                _ => path = spelled(&path, part),
            }
        }
        Ok(path)
    }
}

/// Whether what an element says is for a release for x64: conditions compare with other configurations, or ask for none.
fn counts(node: &Node<'_, '_>) -> bool {
    let Some(condition) = node.attribute("Condition") else { return true };
    let condition = condition.to_ascii_lowercase();
    let asks = ["debug", "release", "win32", "x64", "arm"].iter().any(|word| condition.contains(word));
    !asks || condition.contains("release|x64") || condition.contains("=='x64'") || condition.contains("=='release'")
}

/// The name of a library, without what says where it lies.
fn library(text: &str) -> Option<String> {
    let file = text.rsplit(['\\', '/', ')']).next()?;
    has_extension(Path::new(file), "lib").then(|| file.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROJECT: &str = r#"<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
      <PropertyGroup><KMDF_VERSION_MINOR>15</KMDF_VERSION_MINOR></PropertyGroup>
      <PropertyGroup Condition="'$(Configuration)|$(Platform)'=='Release|x64'"><DriverType>KMDF</DriverType></PropertyGroup>
      <PropertyGroup Condition="'$(Configuration)|$(Platform)'=='Debug|ARM64'"><TargetName>other</TargetName></PropertyGroup>
      <ItemDefinitionGroup Condition="'$(Configuration)|$(Platform)'=='Release|x64'">
        <ClCompile><AdditionalIncludeDirectories>%(AdditionalIncludeDirectories);..\inc</AdditionalIncludeDirectories>
          <PreprocessorDefinitions>A;B=1</PreprocessorDefinitions></ClCompile>
        <Link><AdditionalDependencies>%(AdditionalDependencies);$(DDK_LIB_PATH)\wdmsec.lib</AdditionalDependencies></Link>
      </ItemDefinitionGroup>
      <ItemGroup><ClCompile Include="driver.c" /><Inf Include="mine.inx" /></ItemGroup>
    </Project>"#;

    #[test]
    fn a_project_is_read() {
        let project = Project::parse(Path::new("/drivers/mine/sys/mine.vcxproj"), PROJECT).unwrap();
        assert_eq!((project.name.as_str(), project.model.target), ("mine", 15));
        assert_eq!(project.sources, [Path::new("/drivers/mine/sys/driver.c")]);
        assert_eq!(project.includes, [Path::new("/drivers/mine/inc")]);
        assert_eq!(project.defines, ["A", "B=1"]);
        assert_eq!(project.libraries, ["wdmsec.lib"]);
        assert_eq!(project.inx.as_deref(), Some(Path::new("/drivers/mine/sys/mine.inx")));
    }

    #[test]
    fn one_of_another_framework_is_refused() {
        let other = PROJECT.replace("KMDF<", "UMDF<");
        assert!(Project::parse(Path::new("/drivers/mine.vcxproj"), &other).is_err());
    }
}
