//! `netioctl man`.

use crate::{error::CliError, output::Output, system::System};
use clap::Command;
use clap_mangen::Man;
use std::{
    io,
    path::{Path, PathBuf},
};

/// Prints the page of the program.
pub fn print(program: Command, output: &mut Output<'_>) -> Result<(), CliError> {
    Ok(output.raw().write_all(page(&Man::new(program))?.as_bytes())?)
}

/// Writes a page for each command to a folder, which is made if it is not there.
pub fn write(program: Command, folder: &Path, system: &dyn System) -> Result<(), CliError> {
    let failed = |path: PathBuf| move |source| CliError::Pages { path, source };
    system.make_folder(folder).map_err(failed(folder.to_owned()))?;
    let mut root = program.disable_help_subcommand(true);
    root.build();
    for command in all(&root) {
        let man = Man::new(command.clone());
        let path = folder.join(man.get_filename());
        page(&man).and_then(|page| system.write_file(&path, &page)).map_err(failed(path))?;
    }
    Ok(())
}

/// A command and those below it.
fn all(command: &Command) -> Vec<&Command> {
    let below = command.get_subcommands().filter(|below| !below.is_hide_set()).flat_map(all);
    [command].into_iter().chain(below).collect()
}

/// One page. What follows the options begins with examples, as man-pages(7) calls that section.
fn page(man: &Man) -> io::Result<String> {
    let mut page = Vec::new();
    man.render(&mut page)?;
    let page = String::from_utf8(page).map_err(io::Error::other)?;
    Ok(page.replace(".SH EXTRA\nExamples:\n", ".SH EXAMPLES\n"))
}
