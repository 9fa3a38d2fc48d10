//! What the trace preprocessor (WPP) would make of the sources: headers that define their trace macros. Here they trace
//! nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use regex::Regex;
use walkdir::WalkDir;

use super::Project;
use crate::kernel::files::{self, has_extension};

/// What a source includes of it.
const INCLUDED: &str = r#"(?m)^\s*#\s*include\s*["<]([\w.-]+\.tmh)[">]"#;

/// How headers declare a trace macro to it.
const DECLARED: &str = r"(?m)^\s*//\s*FUNC\s+(\w+)";

/// Those that it knows without being told.
const KNOWN: [&str; 4] = ["WPP_INIT_TRACING", "WPP_CLEANUP", "DoTraceMessage", "TraceEvents"];

/// The levels of `evntrace.h`, from 0 on.
const LEVELS: [&str; 6] = ["NONE", "CRITICAL", "ERROR", "WARNING", "INFORMATION", "VERBOSE"];

/// Writes the headers that the sources of a project include into a folder.
pub fn write(project: &Project, folder: &Path) -> Result<()> {
    let (included, declared) = (Regex::new(INCLUDED)?, Regex::new(DECLARED)?);
    let mut macros: BTreeSet<String> = KNOWN.map(str::to_owned).into();
    macros.extend(project.traces.iter().cloned());
    let mut headers = BTreeSet::new();
    for text in texts(project)? {
        macros.extend(declared.captures_iter(&text).map(|found| found[1].to_owned()));
        headers.extend(included.captures_iter(&text).map(|found| found[1].to_owned()));
    }
    let text = text(&macros);
    headers.iter().try_for_each(|header| files::write(&folder.join(header), &text))
}

/// Macros that trace nothing, and the levels that they are given.
fn text(macros: &BTreeSet<String>) -> String {
    let macros = macros.iter().map(|name| format!("#undef {name}\n#define {name}(...) ((void)0)\n"));
    let level = |(level, name)| format!("#ifndef TRACE_LEVEL_{name}\n#define TRACE_LEVEL_{name} {level}\n#endif\n");
    macros.chain(LEVELS.iter().enumerate().map(level)).collect()
}

/// The sources, and the headers in the folders of the project.
fn texts(project: &Project) -> Result<Vec<String>> {
    let own = project.includes.iter().chain([&project.folder]);
    let entries = own.flat_map(|folder| WalkDir::new(folder).max_depth(1)).filter_map(Result::ok);
    let headers = entries.map(walkdir::DirEntry::into_path).filter(|file| has_extension(file, "h"));
    let read = |file: &Path| fs::read(file).with_context(|| format!("cannot read {}", file.display()));
    let all = project.sources.iter().cloned().chain(headers);
    all.map(|file| Ok(String::from_utf8_lossy(&read(&file)?).into_owned())).collect()
}
