//! The WDK content root: the user's own, or an open one made from mingw-w64's headers and what lies under `wdk/`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use kmdf_record::Interface;

use super::architecture::{self, Architecture};
use super::model::Model;
use super::tools::{Tools, output};
use super::{files, real};

/// The SDK version whose folder names the open root uses. Its headers describe no particular build of Windows 10.
const SDK: &str = "10.0.26100.0";

/// How kernel code in C is compiled: with control flow guard and unwind data, as the code in Rust is.
pub const CLANG: [&str; 8] = [
    "-c",
    "-O2",
    "-ffreestanding",
    "-fasynchronous-unwind-tables",
    "-fms-extensions",
    "-fms-compatibility",
    "-Xclang",
    "-cfguard",
];

/// What is asked of the kit's own.
const STRICT: [&str; 2] = ["-Wall", "-Werror"];

/// Libraries of code and data, below `wdk/lib`. What the first does after a stack overrun, failing fast, only code compiled
/// with /GS asks for.
const LIBRARIES: [(&str, &str); 4] = [
    ("guard.c", "BufferOverflowFastFailK.lib"),
    ("wdmsec.c", "wdmsec.lib"),
    ("ntstrsafe.c", "ntstrsafe.lib"),
    ("rtlver.c", "rtlver.lib"),
];

/// How libraries are made.
const LIBRARIAN: [&str; 2] = ["/lib", "/nologo"];

/// A content root to build against.
pub struct Content {
    /// Its folder.
    pub root: PathBuf,
    /// A virtual file system through which clang must see it.
    pub overlay: Option<PathBuf>,
}

impl Content {
    /// The folders in which a driver's headers are, in the order of the search.
    pub fn headers(&self, model: Model) -> Vec<PathBuf> {
        let sdk = newest(&self.root.join("Include"));
        let framework = self.root.join(format!("Include/wdf/kmdf/{}.{}", model.major, model.target));
        [sdk.join("km/crt"), sdk.join("km"), sdk.join("shared"), framework].into()
    }

    /// The folders in which a driver's libraries are, in the order of the search.
    pub fn libraries(&self, model: Model) -> [PathBuf; 2] {
        let framework = self.root.join(format!("Lib/wdf/kmdf/x64/{}.{}", model.major, model.target));
        [framework, newest(&self.root.join("Lib")).join("km/x64")]
    }
}

/// The newest version of the SDK in a folder; a WDK may lie beside older ones.
fn newest(folder: &Path) -> PathBuf {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let versions =
        entries.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| name.starts_with("10."));
    let number = |name: &String| name.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>();
    folder.join(versions.max_by_key(number).unwrap_or_else(|| SDK.to_owned()))
}

/// Assembles the content root in a folder below `folder`.
pub fn assemble(root: &Path, folder: &Path, tools: &Tools) -> Result<Content> {
    match env::var_os("WDKContentRoot") {
        Some(wdk) => {
            let view = real::view(Path::new(&wdk), &folder.join("real"))?;
            Ok(Content { root: view.content_root, overlay: Some(view.overlay) })
        }
        None => Ok(Content { root: open(root, &folder.join("open"), tools)?, overlay: None }),
    }
}

fn open(root: &Path, folder: &Path, tools: &Tools) -> Result<PathBuf> {
    let wdk = root.join("wdk");
    headers(&wdk, &folder.join("Include"), tools)?;
    for architecture in &architecture::ALL {
        let maker = Maker { tools, architecture };
        let libraries = folder.join(format!("Lib/{SDK}/km/{}", architecture.folder));
        maker.import_libraries(&wdk.join("import/kernel"), &libraries)?;
        for (source, library) in LIBRARIES {
            let text = fs::read_to_string(wdk.join("lib").join(source))?;
            maker.object_library(&libraries.join(library), &text, &[])?;
        }
        for name in architecture.empty {
            maker.object_library(&libraries.join(name).with_extension("lib"), "", &[])?;
        }
    }
    let interface = Interface::read()?;
    for release in &interface.releases {
        let headers = folder.join(format!("Include/wdf/kmdf/1.{}", release.minor));
        framework_headers(&wdk, &headers, &interface, release.minor)?;
        for architecture in &architecture::ALL {
            let maker = Maker { tools, architecture };
            let framework = folder.join(format!("Lib/wdf/kmdf/{}/1.{}", architecture.folder, release.minor));
            maker.import_libraries(&wdk.join("import/kmdf"), &framework)?;
            maker.entry_library(&wdk, folder, (&headers, release.minor), &framework.join("WdfDriverEntry.lib"))?;
        }
    }
    Ok(folder.to_owned())
}

/// Links to the headers, in the folders in which wdk-build looks for them.
fn headers(wdk: &Path, include: &Path, tools: &Tools) -> Result<()> {
    let sdk = include.join(SDK);
    // First in the search, so that these headers may wrap those of mingw-w64.
    files::link(&wdk.join("include"), &sdk.join("km/crt"))?;
    for header in files::with_extension(&tools.headers.join("ddk"), "h")? {
        let name = header.file_name().context("a header has a name")?;
        files::link(&header, &sdk.join("km").join(name))?;
    }
    files::folder(&sdk.join("km/ufx/1.1"))?;
    files::link(&tools.headers, &sdk.join("shared"))
}

/// The headers of one release of the framework: those that are written from the record, and links to the others.
fn framework_headers(wdk: &Path, folder: &Path, interface: &Interface, minor: u32) -> Result<()> {
    files::own_folder(folder)?;
    for header in files::with_extension(&wdk.join("kmdf/include"), "h")? {
        let name = header.file_name().context("a header has a name")?;
        files::link(&header, &folder.join(name))?;
    }
    let written = kmdf_record::headers::write(interface, minor).context("the headers of the framework")?;
    written.iter().try_for_each(|(name, text)| files::write(&folder.join(name), text))
}

/// What the headers of the framework and of the kernel go by, and where they are; warnings in them are not for who
/// includes them.
pub fn framework_arguments(
    architecture: &Architecture,
    (major, minor): (u32, u32),
    headers: &[PathBuf],
) -> Vec<String> {
    let common = ["-D_KERNEL_MODE", "-gcodeview"];
    let mut arguments: Vec<String> =
        architecture.definitions.iter().copied().chain(common).map(str::to_owned).collect();
    arguments.push(format!("-DKMDF_VERSION_MAJOR={major}"));
    arguments.push(format!("-DKMDF_VERSION_MINOR={minor}"));
    for folder in headers {
        arguments.extend(["-isystem".to_owned(), folder.display().to_string()]);
    }
    arguments
}

/// Makes libraries for a processor.
struct Maker<'a> {
    tools: &'a Tools,
    architecture: &'a Architecture,
}

impl Maker<'_> {
    /// An import library for every module definition in a folder.
    fn import_libraries(&self, definitions: &Path, libraries: &Path) -> Result<()> {
        for definition in files::with_extension(definitions, "def")? {
            let name = definition.file_stem().context("a definition has a name")?;
            let library = libraries.join(name).with_extension("lib");
            files::cached(&library, &fs::read_to_string(&definition)?, || {
                self.librarian(&library, "/def:", &definition)
            })?;
        }
        Ok(())
    }

    /// The library with the entry point of a KMDF driver.
    fn entry_library(&self, wdk: &Path, content: &Path, (headers, minor): (&Path, u32), library: &Path) -> Result<()> {
        let source = fs::read_to_string(wdk.join("kmdf/lib/driver_entry.c"))?;
        let mut inputs = source.clone();
        for folder in [&wdk.join("include"), headers] {
            for header in files::with_extension(folder, "h")? {
                inputs += &fs::read_to_string(header)?;
            }
        }
        let sdk = content.join("Include").join(SDK);
        let folders = [sdk.join("km/crt"), sdk.join("km"), sdk.join("shared"), headers.to_owned()];
        let arguments = framework_arguments(self.architecture, (1, minor), &folders);
        let inputs = format!(
            "{inputs}{CLANG:?}{STRICT:?}{LIBRARIAN:?}{:?}{arguments:?}{}",
            self.architecture, self.tools.clang_version
        );
        files::cached(library, &inputs, || self.object_library(library, &source, &arguments))
    }

    /// A library of one object, compiled from C.
    fn object_library(&self, library: &Path, source: &str, arguments: &[String]) -> Result<()> {
        let Self { tools, architecture } = self;
        let inputs =
            format!("{source}\n{CLANG:?}{STRICT:?}{LIBRARIAN:?}{architecture:?}{arguments:?}\n{}", tools.clang_version);
        let (c, object) = (library.with_extension("c"), library.with_extension("obj"));
        files::cached(&object, &inputs, || {
            files::write(&c, source)?;
            let mut clang = tools.clang_for(architecture);
            output(clang.args(CLANG).args(STRICT).args(arguments).arg("-o").args([&object, &c]))?;
            self.librarian(library, "", &object)
        })
    }

    /// Makes a library. It holds the names of its members as they are given: without folders.
    fn librarian(&self, library: &Path, option: &str, input: &Path) -> Result<()> {
        let name = input.file_name().and_then(|name| name.to_str()).context("a file has a name")?;
        let folder = input.parent().context("a file lies in a folder")?;
        let mut command = Command::new(&self.tools.lld_link);
        command.args(LIBRARIAN).arg(self.architecture.machine);
        command.arg(format!("/out:{}", library.display())).arg(format!("{option}{name}"));
        output(command.current_dir(folder)).map(drop)
    }
}
