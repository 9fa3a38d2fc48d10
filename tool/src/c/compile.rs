//! C to an image.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{Project, generated, traces};
use crate::kernel::architecture::X64;
use crate::kernel::content::{CLANG, framework_arguments};
use crate::kernel::files::{has_extension, spelled};
use crate::kernel::tools::output;
use crate::kernel::{Kernel, KernelImage, files, real};

/// What the linker of a driver is told.
const LINKER: [&str; 14] = [
    "/nologo",
    "/driver",
    "/nodefaultlib",
    "/subsystem:native",
    "/entry:FxDriverEntry",
    "/nxcompat",
    "/dynamicbase",
    "/integritycheck",
    "/guard:cf",
    "/opt:ref,icf",
    "/manifest:no",
    "/release",
    "/debug",
    "/Brepro",
];

/// The libraries of every driver of KMDF.
const LIBRARIES: [&str; 6] =
    ["WdfDriverEntry.lib", "WdfLdr.lib", "BufferOverflowFastFailK.lib", "ntoskrnl.lib", "hal.lib", "wmilib.lib"];

/// Builds the image of a project into a folder.
///
/// # Errors
///
/// It does not compile or link; the error has the tools' words.
pub fn build(kernel: &Kernel<'_>, project: &Project, folder: &Path) -> Result<KernelImage> {
    let own = objects(kernel, project, folder)?;
    let libraries = project.own_libraries.iter().map(|library| objects(kernel, library, &folder.join(&library.name)));
    let libraries = libraries.collect::<Result<Vec<_>>>()?;
    link(kernel, project, (&own, &libraries), folder)
}

/// The objects of a project.
fn objects(kernel: &Kernel<'_>, project: &Project, folder: &Path) -> Result<Vec<PathBuf>> {
    files::folder(folder)?;
    traces::write(project, folder)?;
    generated::write(&project.generated, folder)?;
    let flags = flags(kernel, project, folder)?;
    project.sources.iter().map(|source| compile(kernel, &flags, source, folder)).collect()
}

fn flags(kernel: &Kernel<'_>, project: &Project, folder: &Path) -> Result<Vec<String>> {
    let model = project.model;
    let mut flags: Vec<String> = project.defines.iter().map(|define| format!("-D{define}")).collect();
    // The generated headers first: the project may have some of an earlier build beside it.
    let own: Vec<&Path> =
        [folder, &project.folder].into_iter().chain(project.includes.iter().map(PathBuf::as_path)).collect();
    let headers = kernel.content.headers(model);
    // Sources name their headers in any case.
    let all: Vec<&Path> = own.iter().copied().chain(headers.iter().map(PathBuf::as_path)).collect();
    let overlay = folder.join("overlay.json");
    files::write(&overlay, &real::in_any_case(&all)?)?;
    flags.extend(["-ivfsoverlay".to_owned(), overlay.display().to_string()]);
    flags.extend(own.iter().map(|folder| format!("-I{}", folder.display())));
    flags.extend(framework_arguments(&X64, (model.major, model.target), &headers));
    Ok(flags)
}

fn compile(kernel: &Kernel<'_>, flags: &[String], source: &Path, folder: &Path) -> Result<PathBuf> {
    let name = source.file_name().context("a source has a name")?;
    let object = folder.join(name).with_extension("obj");
    let mut clang = kernel.tools.clang_for(&X64);
    // What its authors' compiler does not warn of is not ours to say.
    clang.args(CLANG).arg("-w");
    // By its extension in any case; clang takes `.C` for C++.
    let language = if has_extension(source, "c") { ["-x", "c"] } else { ["-x", "c++"] };
    output(clang.args(flags).args(language).arg("-o").args([object.as_path(), source]))?;
    Ok(object)
}

fn link(
    kernel: &Kernel<'_>,
    project: &Project,
    (objects, own_libraries): (&[PathBuf], &[Vec<PathBuf>]),
    folder: &Path,
) -> Result<KernelImage> {
    let file = |extension: &str| folder.join(format!("{}.{extension}", project.name));
    let image = KernelImage { sys: file("sys"), pdb: file("pdb") };
    let mut linker = Command::new(&kernel.tools.lld_link);
    linker.args(LINKER).arg(format!("/out:{}", image.sys.display())).arg(format!("/pdb:{}", image.pdb.display()));
    let folders = kernel.content.libraries(project.model);
    for libraries in &folders {
        linker.arg(format!("/libpath:{}", libraries.display()));
    }
    linker.args(objects);
    for library in own_libraries {
        // As from a library: those that something asks for.
        linker.arg("/start-lib").args(library).arg("/end-lib");
    }
    // Projects name libraries of which they need nothing: one that is not there is missed when something of it is.
    let there = |name: &String| folders.iter().map(|folder| spelled(folder, name)).find(|library| library.is_file());
    output(linker.args(LIBRARIES).args(project.libraries.iter().filter_map(there)))?;
    Ok(image)
}
