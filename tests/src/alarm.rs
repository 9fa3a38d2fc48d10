//! The program that a watch runs for each event: the harness itself, when it is told to write down what it was given.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    env,
    ffi::OsStr,
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

/// Names the file to write to.
pub const VARIABLE: &str = "NETIOCTL_HARNESS_ALARM";

/// What a watch tells programs in variables.
const PREFIX: &str = "NETIOCTL_";

/// Writes a line down: the arguments, the variables that are not empty, and the event from standard input.
pub fn run(file: &OsStr) -> Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let given = env::vars().filter(|(name, value)| name.starts_with(PREFIX) && name != VARIABLE && !value.is_empty());
    let variables: BTreeMap<_, _> = given.collect();
    let event: Value = serde_json::from_str(&io::read_to_string(io::stdin())?)?;
    let mut to = File::options().create(true).append(true).open(file)?;
    Ok(writeln!(to, "{}", json!({ "arguments": arguments, "variables": variables, "event": event }))?)
}

/// What was written down so far.
pub fn given(file: &Path) -> Result<Vec<Value>> {
    let text = fs::read_to_string(file).context("no program was run")?;
    text.lines().map(|line| serde_json::from_str(line).with_context(|| line.to_owned())).collect()
}
