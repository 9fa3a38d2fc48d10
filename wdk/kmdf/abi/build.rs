//! Turns `abi.json` into compile-time assertions.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::{env, fs, path::Path};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Abi {
    /// In the order of the function table.
    functions: Vec<Function>,
    structures: BTreeMap<String, Structure>,
    enumerations: BTreeMap<String, BTreeMap<String, i64>>,
}

/// Functions without parameters here are only counted: their types need headers beyond KMDF's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Function {
    name: String,
    parameters: Option<Vec<String>>,
    returns: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Structure {
    size: Option<usize>,
    alignment: Option<usize>,
    offsets: BTreeMap<String, usize>,
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=abi.json");
    let abi: Abi = serde_json::from_str(&fs::read_to_string("abi.json")?)?;
    let mut out = String::new();
    functions(&mut out, &abi.functions)?;
    structures(&mut out, &abi.structures)?;
    enumerations(&mut out, &abi.enumerations)?;
    let folder = env::var_os("OUT_DIR").ok_or("called by cargo")?;
    fs::write(Path::new(&folder).join("assertions.rs"), out)?;
    Ok(())
}

/// One assertion whose failure names what differs.
fn equal(out: &mut String, what: &str, found: &str, wanted: impl std::fmt::Display) -> std::fmt::Result {
    writeln!(out, "const _: () = assert!({found} == {wanted}, \"{what} is not {wanted}\");")
}

fn functions(out: &mut String, functions: &[Function]) -> std::fmt::Result {
    let count = functions.len();
    equal(out, "the number of functions", "_WDFFUNCENUM::WdfFunctionTableNumEntries", count)?;
    for (index, Function { name, parameters, returns }) in functions.iter().enumerate() {
        let found = format!("_WDFFUNCENUM::{name}TableIndex");
        equal(out, &format!("the index of {name}"), &found, index)?;
        if let Some(parameters) = parameters {
            let pointer = format!("PFN_{}", name.to_uppercase());
            let parameters = parameters.join(", ");
            let returns = returns.as_deref().unwrap_or("()");
            writeln!(out, "const _: {pointer} = None::<unsafe extern \"C\" fn({parameters}) -> {returns}>;")?;
        }
    }
    Ok(())
}

fn structures(out: &mut String, structures: &BTreeMap<String, Structure>) -> std::fmt::Result {
    for (name, Structure { size, alignment, offsets }) in structures {
        if let Some(size) = size {
            equal(out, &format!("the size of {name}"), &format!("size_of::<{name}>()"), size)?;
        }
        if let Some(alignment) = alignment {
            equal(out, &format!("the alignment of {name}"), &format!("align_of::<{name}>()"), alignment)?;
        }
        for (member, offset) in offsets {
            let found = format!("offset_of!({name}, {member})");
            equal(out, &format!("the offset of {name}.{member}"), &found, offset)?;
        }
    }
    Ok(())
}

fn enumerations(out: &mut String, enumerations: &BTreeMap<String, BTreeMap<String, i64>>) -> std::fmt::Result {
    for (name, values) in enumerations {
        for (member, value) in values {
            equal(out, &format!("{name}::{member}"), &format!("{name}::{member} as i64"), value)?;
        }
    }
    Ok(())
}
