//! Writing the neighbors that `apply` can make again.

use super::{args::Save, filter::Selection, is_lasting, row::Row};
use crate::{
    error::{CliError, DONE, InputError},
    output::{Format, Output, Screen},
    select::Directory,
    system::System,
};
use netioctl_client::{Access, Family};
use serde_json::json;
use std::path::Path;

pub fn run(args: &Save, family: Family, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(Access::Read)?;
    let mut directory = Directory::read(system, &device)?;
    let filter = args.filter();
    let selection = Selection::new(&filter, family, &directory)?;
    let mut lasting = selection.packed(&device)?;
    lasting.retain(is_lasting);
    lasting.sort_unstable_by_key(super::order(super::args::Sort::Interface));
    let format = if output.format == Format::Csv { Format::Csv } else { Format::Json };
    let rows = lasting.iter().map(|neighbor| Row::new(&neighbor, &mut directory));
    let text = text(rows, format)?;
    match args.file.as_deref().filter(|file| *file != Path::new("-")) {
        None => output.text(&text)?,
        Some(file) => {
            let unwritten = |source| InputError::Unwritten { file: file.display().to_string(), source };
            system.write_file(file, &text).map_err(unwritten)?;
            let words = if lasting.len() == 1 { "permanent neighbor" } else { "permanent neighbors" };
            let said = format!("saved {} {words} to {}", lasting.len(), file.display());
            output.show(&json!({ "done": true, "saved": lasting.len() }), |_| said)?;
        }
    }
    Ok(DONE)
}

fn text(rows: impl Iterator<Item = Row>, format: Format) -> Result<String, CliError> {
    let mut bytes = Vec::new();
    Output::new(&mut bytes, format, Screen::default()).records(rows)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
