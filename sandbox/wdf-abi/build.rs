//! Writes what the crate takes from the record of KMDF's interface as it stands there.

use std::error::Error;
use std::fmt::Write;
use std::{env, fs, path::Path};

use heck::ToShoutySnakeCase;
use kmdf_record::{Interface, NEWEST};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let interface = Interface::read()?;
    let mut out = String::new();
    functions(&mut out, &interface)?;
    sizes(&mut out, &interface)?;
    constants(&mut out, &interface)?;
    let folder = env::var_os("OUT_DIR").ok_or("called by cargo")?;
    fs::write(Path::new(&folder).join("record.rs"), out)?;
    Ok(())
}

/// The macro that is called with every function: the enumeration here and the stand-in's table are made from it.
fn functions(out: &mut String, interface: &Interface) -> std::fmt::Result {
    writeln!(out, "/// Calls a macro with every function of the table: name and `status` or `other`.")?;
    writeln!(out, "#[macro_export]\nmacro_rules! for_each_function {{ ($then:ident) => {{ $then! {{")?;
    for function in &interface.functions {
        let returns = function.signature.as_ref().and_then(|signature| signature.returns.as_deref());
        let kind = if returns == Some("NTSTATUS") { "status" } else { "other" };
        writeln!(out, "    {} {kind},", function.name)?;
    }
    writeln!(out, "}} }} }}")?;
    writeln!(out, "/// Entries of the table.\npub const FUNCTION_COUNT: usize = {};", interface.functions.len())?;
    let counts = interface.functions.iter().map(|function| Some(function.signature.as_ref()?.parameters.len()));
    let counts: Vec<_> = counts.collect();
    writeln!(out, "/// How many parameters each has besides the globals; of some nothing is known.")?;
    writeln!(out, "pub(crate) const PARAMETER_COUNTS: [Option<usize>; FUNCTION_COUNT] = {counts:?};")
}

fn sizes(out: &mut String, interface: &Interface) -> std::fmt::Result {
    let structures: Vec<_> = interface.sized_structures().collect();
    writeln!(out, "/// Structures whose size the framework tells.")?;
    writeln!(out, "pub const STRUCTURE_COUNT: usize = {};", structures.len())?;
    writeln!(
        out,
        "/// The sizes in 1.33 by index (`_WDFSTRUCTENUM`). Zero for structures of parts that are not provided"
    )?;
    writeln!(out, "/// here: class extensions, USB, crash dumps.")?;
    writeln!(out, "pub(crate) const SIZES: [usize; STRUCTURE_COUNT] = [")?;
    for (name, size) in structures {
        writeln!(out, "    {}, // {name}", size.unwrap_or(0))?;
    }
    writeln!(out, "];")
}

/// Every enumerator as the `int` that it is in C, in the spelling of Rust's constants.
fn constants(out: &mut String, interface: &Interface) -> std::fmt::Result {
    writeln!(out, "/// The enumerators: the framework's names in the spelling of Rust's constants.")?;
    writeln!(out, "#[allow(clippy::unreadable_literal, reason = \"the numbers as the record has them\")]")?;
    writeln!(out, "pub mod constants {{")?;
    for (tag, enumeration) in &interface.enumerations {
        for (name, value) in enumeration.values_in(NEWEST) {
            writeln!(out, "    /// `{name}` of `{tag}`.")?;
            writeln!(out, "    pub const {}: i32 = {value};", name.to_shouty_snake_case())?;
        }
    }
    writeln!(out, "}}")
}
