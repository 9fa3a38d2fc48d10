//! The function table: indexes, the type of each entry, and an inline function that calls it.

use std::fmt::{Result, Write};

use super::{Part, parameters};
use crate::{Function, Interface, NEWEST, Release};

/// The parameter that every function of the table has first.
const GLOBALS: &str = "PWDF_DRIVER_GLOBALS DriverGlobals";

/// What every function is given for it.
const FIRST: &str = "WdfDriverGlobals";

pub fn write(out: &mut String, part: &Part) -> Result {
    for function in part.interface.functions.iter().take(part.release.functions) {
        let Some(signature) = &function.signature else { continue };
        if part.has(signature.header.as_deref()) {
            let returns = signature.returns.as_deref();
            call(out, function, returns, &signature.parameters)?;
        }
    }
    Ok(())
}

fn call(out: &mut String, function: &Function, returns: Option<&str>, given: &[(String, String)]) -> Result {
    let (name, pointer) = (&function.name, format!("PFN_{}", function.name.to_uppercase()));
    let result = returns.unwrap_or("VOID");
    writeln!(out, "typedef {result} (NTAPI *{pointer})({});", parameters(Some(GLOBALS), given))?;
    let arguments: Vec<&str> = [FIRST].into_iter().chain(given.iter().map(|(name, _)| name.as_str())).collect();
    let answer = if returns.is_some() { "return " } else { "" };
    writeln!(out, "static __inline {result} {name}({})\n{{", parameters(None, given))?;
    writeln!(out, "    {answer}(({pointer})WdfFunctions[{name}TableIndex])({});\n}}\n", arguments.join(", "))
}

/// The indexes of functions and structures, and how many there are.
pub fn indexes(out: &mut String, interface: &Interface, release: Release) -> Result {
    writeln!(out, "typedef enum _WDFFUNCENUM {{")?;
    for (index, function) in interface.functions.iter().take(release.functions).enumerate() {
        writeln!(out, "    {}TableIndex = {index},", function.name)?;
    }
    writeln!(out, "    WdfFunctionTableNumEntries = {},\n}} WDFFUNCENUM;\n", release.functions)?;
    writeln!(out, "/* The newest release that these headers know is 1.{NEWEST}; they describe this one. */")?;
    writeln!(out, "#define KMDF_HEADERS_MINOR {}", release.minor)?;
    writeln!(out, "#define WdfFunctions WdfFunctions_010{:02}", release.minor)
}
