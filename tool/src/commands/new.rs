//! `cargo kmdf new`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;
use include_dir::{Dir, include_dir};

use crate::report::say;

/// What a new project is made of. `{{name}}` stands for its name, in the names of files too; `{{image}}` for the same with
/// underscores, `{{NAME}}` in capitals. The files of cargo have an ending of their own, so that they are none here.
static TEMPLATE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/template");

/// What keeps cargo from taking a template for a package.
const ENDING: &str = ".template";

/// What `cargo kmdf new` is told.
#[derive(Args)]
pub struct Arguments {
    /// The folder to make; its name becomes the driver's
    folder: PathBuf,
}

/// Makes a project.
pub fn run(arguments: &Arguments) -> Result<()> {
    let folder = &arguments.folder;
    let name = folder.file_name().and_then(|name| name.to_str()).context("a folder with a name")?;
    ensure!(is_name(name), "{name}: a driver's name has letters, digits, - and _, and begins with a letter");
    fs::create_dir(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    write(&TEMPLATE, folder, name)?;
    say(&format!("{} is there: its README says how to build, run and test it", folder.display()));
    Ok(())
}

/// What names a package of cargo, a service of Windows and a file.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|each| each.is_ascii_lowercase() || each.is_ascii_digit() || "-_".contains(each))
}

fn write(template: &Dir<'_>, folder: &Path, name: &str) -> Result<()> {
    for file in template.files() {
        let path = file.path().to_str().context("the names of the template are text")?;
        let path = folder.join(filled(path.trim_end_matches(ENDING), name));
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        let text = file.contents_utf8().context("the files of the template are text")?;
        fs::write(&path, filled(text, name)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    template.dirs().try_for_each(|below| write(below, folder, name))
}

fn filled(text: &str, name: &str) -> String {
    let image = name.replace('-', "_");
    text.replace("{{name}}", name).replace("{{image}}", &image).replace("{{NAME}}", &image.to_uppercase())
}
