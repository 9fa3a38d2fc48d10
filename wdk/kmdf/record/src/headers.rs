//! The C headers of a release, written from the record.
//!
//! What is written here are the types, the function table with an inline function for each entry, and the initializers.
//! Macros that no record can tell are in the headers under `wdk/kmdf/include`, which include these.

mod functions;
mod initializers;
mod types;

use std::fmt::{Error, Write};

use crate::Interface;

/// The header of what needs no more than the kernel's headers.
const MAIN: &str = "wdf.h";

/// Headers with types that need others of the WDK, and what of the record goes there.
const OTHERS: [&str; 2] = ["wdfusb.h", "wdfminiport.h"];

/// The headers of the release 1.`minor`: file name and text.
///
/// # Errors
/// When the record does not have the release.
pub fn write(interface: &Interface, minor: u32) -> Result<Vec<(String, String)>, Error> {
    let release = interface.release(minor).ok_or(Error)?;
    let mut files = Vec::new();
    for header in [MAIN].into_iter().chain(OTHERS) {
        let part = Part { interface, release, header };
        let stem = header.trim_end_matches(".h");
        files.push((format!("{stem}types.h"), guarded(&format!("{stem}types"), |out| types::write(out, &part))?));
        files.push((format!("{stem}func.h"), guarded(&format!("{stem}func"), |out| functions::write(out, &part))?));
        files.push((format!("{stem}init.h"), guarded(&format!("{stem}init"), |out| initializers::write(out, &part))?));
    }
    files
        .push(("wdffuncenum.h".to_owned(), guarded("wdffuncenum", |out| functions::indexes(out, interface, release))?));
    Ok(files)
}

/// What goes into one header of a release.
struct Part<'a> {
    interface: &'a Interface,
    release: crate::Release,
    header: &'a str,
}

impl Part<'_> {
    /// Whether something of the record belongs here.
    fn has(&self, header: Option<&str>) -> bool {
        header.unwrap_or(MAIN) == self.header
    }
}

/// A header that counts once, however often it is included.
fn guarded(name: &str, body: impl FnOnce(&mut String) -> std::fmt::Result) -> Result<String, Error> {
    let guard = format!("KMDF_{}_H", name.to_uppercase());
    let mut out = String::from("/* Written from the record of KMDF's interface, wdk/kmdf/record/abi.json. */\n");
    writeln!(out, "#ifndef {guard}\n#define {guard}\n")?;
    body(&mut out)?;
    writeln!(out, "\n#endif")?;
    Ok(out)
}

/// A variable of a type in C: the length of an array follows the name.
fn declared(c_type: &str, name: &str) -> String {
    match c_type.split_once('[') {
        Some((element, length)) => format!("{} {name}[{length}", element.trim()),
        None => format!("{c_type} {name}"),
    }
}

/// Parameters as C declares them, after those that come first.
fn parameters<'a>(first: Option<&'a str>, parameters: &'a [(String, String)]) -> String {
    let declared = parameters.iter().map(|(name, c_type)| declared(c_type, name));
    let all: Vec<String> = first.map(str::to_owned).into_iter().chain(declared).collect();
    if all.is_empty() { "VOID".to_owned() } else { all.join(", ") }
}
