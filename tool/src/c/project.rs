//! A project of Visual Studio (`.vcxproj`), as far as it says how a driver is built for x64 as a release.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use roxmltree::{Document, Node};

use super::generated::Generated;
use crate::kernel::Model;
use crate::kernel::files::{has_extension, spelled, with_extension};

/// The framework of a project that names none.
const NEWEST: u32 = 33;

/// How a project names the folder in which another one leaves its library.
const INTERMEDIATE: &str = "$(IntDir)";

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
    /// Libraries that other projects make.
    pub own_libraries: Vec<Project>,
    /// Headers that other tools would write.
    pub generated: Vec<Generated>,
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
        let (own, others): (Vec<_>, Vec<_>) =
            file.list("AdditionalDependencies").into_iter().partition(|text| text.contains(INTERMEDIATE));
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
            libraries: others.iter().filter_map(|text| library(text)).collect(),
            own_libraries: own.iter().map(|text| file.own_library(text)).collect::<Result<_>>()?,
            generated: file.generated()?,
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

    /// The project that makes a library, which it leaves in its intermediate folder.
    fn own_library(&self, text: &str) -> Result<Project> {
        let (folder, _) = text.split_once(INTERMEDIATE).context("a library of another project")?;
        let wanted = library(text).with_context(|| format!("{text} is no library"))?;
        let projects = with_extension(&self.path(folder)?, "vcxproj").with_context(|| text.to_owned())?;
        let makes = |project: &Project| format!("{}.lib", project.name).eq_ignore_ascii_case(&wanted);
        let mut projects = projects.iter().filter_map(|path| Project::read(path).ok());
        projects.find(makes).with_context(|| format!("no project for KMDF beside it makes {text}"))
    }

    /// The headers that the message compiler and the compiler of WMI classes would write.
    fn generated(&self) -> Result<Vec<Generated>> {
        let mut all = Vec::new();
        for (node, input) in self.inputs("MessageCompile")? {
            let base = child(&node, "GeneratedFilesBaseName").map_or_else(|| stem(&input), str::to_owned);
            all.push(Generated { input, header: format!("{base}.h") });
        }
        let classes = self.inputs("MofComp")?;
        for (node, compiled) in self.inputs("Wmimofck")? {
            let of_it = classes.iter().find(|(_, input)| stem(input).eq_ignore_ascii_case(&stem(&compiled)));
            if let (Some((_, input)), Some(header)) = (of_it, child(&node, "HeaderOutputFile")) {
                let header = header.rsplit(['\\', '/']).next().unwrap_or(header).to_owned();
                all.push(Generated { input: input.clone(), header });
            }
        }
        Ok(all)
    }

    /// The elements of a name that name a file, and which.
    fn inputs(&self, name: &str) -> Result<Vec<(Node<'a, 'a>, PathBuf)>> {
        let named = self.elements(name).filter_map(|node| Some((node, node.attribute("Include")?)));
        named.map(|(node, text)| Ok((node, self.path(text)?))).collect()
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

/// What an element says by another one in it.
fn child<'a>(node: &Node<'a, 'a>, name: &str) -> Option<&'a str> {
    node.children().find(|child| child.tag_name().name() == name)?.text().map(str::trim)
}

/// The name of a file, without its extension.
fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
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
    fn headers_of_other_tools_are_named() {
        let items = r#"<ItemGroup><MessageCompile Include="mine.man"><GeneratedFilesBaseName>events</GeneratedFilesBaseName>
          </MessageCompile><MessageCompile Include="log.mc" /><MofComp Include="mine.mof" />
          <Wmimofck Include=".\$(IntDir)\mine.bmf" /><Wmimofck Include=".\$(IntDir)\mine.bmf">
          <HeaderOutputFile>.\$(IntDir)\classes.h</HeaderOutputFile></Wmimofck></ItemGroup></Project>"#;
        let project =
            Project::parse(Path::new("/drivers/mine.vcxproj"), &PROJECT.replace("</Project>", items)).unwrap();
        let named =
            |input: &str, header: &str| Generated { input: Path::new("/drivers").join(input), header: header.into() };
        assert_eq!(
            project.generated,
            [named("mine.man", "events.h"), named("log.mc", "log.h"), named("mine.mof", "classes.h")]
        );
    }

    #[test]
    fn a_library_of_another_project_is_that_project() {
        let folder = tempfile::tempdir().unwrap();
        let library = PROJECT.replace("driver.c", "part.c").replace("mine.inx", "none.inx");
        std::fs::create_dir(folder.path().join("lib")).unwrap();
        std::fs::write(folder.path().join("lib/other.vcxproj"), "<Project/>").unwrap();
        std::fs::write(folder.path().join("lib/Part.vcxproj"), library).unwrap();
        let path = folder.path().join("sys/mine.vcxproj");
        let asks = |name: &str| {
            let dependency = format!(r".\..\lib\$(IntDir)\{name}.lib");
            Project::parse(&path, &PROJECT.replace(r"$(DDK_LIB_PATH)\wdmsec.lib", &dependency))
        };
        let project = asks("part").unwrap();
        assert!(project.libraries.is_empty());
        assert_eq!(project.own_libraries[0].sources, [folder.path().join("lib/part.c")]);
        assert!(asks("missing").is_err());
    }

    #[test]
    fn one_of_another_framework_is_refused() {
        let other = PROJECT.replace("KMDF<", "UMDF<");
        assert!(Project::parse(Path::new("/drivers/mine.vcxproj"), &other).is_err());
    }
}
