//! Handles, enumerations, callbacks and structures.

use std::collections::BTreeSet;
use std::fmt::{Result, Write};

use super::{MAIN, Part, declared, parameters};
use crate::{Enumeration, Interface, Member, Structure};

/// What only the framework looks into.
const OPAQUE: [&str; 2] = ["WDFDEVICE_INIT", "WDFCXDEVICE_INIT"];

/// Members that their type alone would place elsewhere are aligned as pointers are.
const ALIGNMENT: &str = "DECLSPEC_ALIGN(8) ";

pub fn write(out: &mut String, part: &Part) -> Result {
    let interface = part.interface;
    if part.header == MAIN {
        handles(out, interface)?;
    }
    for (tag, enumeration) in &interface.enumerations {
        if part.has(enumeration.header.as_deref()) {
            self::enumeration(out, tag, enumeration, part.release.minor)?;
        }
    }
    callbacks(out, part)?;
    let mut written = BTreeSet::new();
    for (tag, structure) in interface.structures.iter().filter(|(_, s)| part.has(s.header.as_deref())) {
        self::structure(out, interface, part.release.minor, (tag, structure), &mut written)?;
    }
    Ok(())
}

fn handles(out: &mut String, interface: &Interface) -> Result {
    writeln!(out, "/* The root of the handle types is untyped: every handle converts to it. */")?;
    writeln!(out, "typedef HANDLE WDFOBJECT, *PWDFOBJECT;\ntypedef PVOID WDFCONTEXT;")?;
    for handle in &interface.handles {
        writeln!(out, "typedef struct {handle}__ *{handle};")?;
    }
    for name in OPAQUE {
        writeln!(out, "typedef struct {name} *P{name};")?;
    }
    // Those of other headers, too: a structure here may point to one.
    for (tag, structure) in &interface.structures {
        let (name, kind) = (tag.trim_start_matches('_'), kind(structure.union));
        writeln!(out, "typedef {kind} {tag} {name}, *P{name};\ntypedef const {name} *PC{name};")?;
    }
    writeln!(out)
}

fn enumeration(out: &mut String, tag: &str, enumeration: &Enumeration, minor: u32) -> Result {
    let name = tag.trim_start_matches('_');
    let mut values: Vec<_> = enumeration.values_in(minor).collect();
    if values.is_empty() {
        return Ok(());
    }
    values.sort_by_key(|(_, value)| *value);
    writeln!(out, "typedef enum {tag} {{")?;
    for (enumerator, value) in values {
        writeln!(out, "    {enumerator} = {value},")?;
    }
    writeln!(out, "}} {name}, *P{name};\n")
}

fn callbacks(out: &mut String, part: &Part) -> Result {
    let here = part.interface.callbacks.iter().filter(|(_, callback)| part.has(callback.header.as_deref()));
    for (name, callback) in here {
        let returns = callback.returns.as_deref().unwrap_or("VOID");
        writeln!(out, "typedef {returns} {name}({});", parameters(None, &callback.parameters))?;
        writeln!(out, "typedef {name} *PFN_{};", name.trim_start_matches("EVT_"))?;
    }
    if part.header == MAIN {
        for (name, callback) in &part.interface.roles {
            writeln!(out, "typedef {callback} {name};")?;
        }
        let information = "const struct _WDF_OBJECT_CONTEXT_TYPE_INFO *";
        writeln!(out, "typedef {information}(*PFN_GET_UNIQUE_CONTEXT_TYPE)(VOID);")?;
    }
    writeln!(out)
}

/// A structure after those that it holds.
fn structure<'a>(
    out: &mut String,
    interface: &'a Interface,
    minor: u32,
    (tag, structure): (&'a str, &'a Structure),
    written: &mut BTreeSet<&'a str>,
) -> Result {
    if !written.insert(tag) {
        return Ok(());
    }
    for c_type in structure.members.iter().flat_map(types) {
        let held = interface.structures.get_key_value(&format!("_{c_type}"));
        if let Some((tag, held)) = held.filter(|(_, held)| held.header == structure.header) {
            self::structure(out, interface, minor, (tag, held), written)?;
        }
    }
    let kind = kind(structure.union);
    writeln!(out, "{kind} {tag} {{")?;
    members(out, structure.members_in(minor), 1)?;
    writeln!(out, "}};")?;
    if let Some(size) = structure.size.within(minor) {
        writeln!(out, "C_ASSERT(sizeof({kind} {tag}) == {size});\n")?;
    }
    Ok(())
}

const fn kind(union: bool) -> &'static str {
    if union { "union" } else { "struct" }
}

/// The types that a member holds.
fn types(member: &Member) -> Vec<&str> {
    let own = member.c_type.as_deref();
    own.into_iter().chain(member.members().iter().flat_map(types)).collect()
}

fn members<'a>(out: &mut String, members: impl Iterator<Item = &'a Member>, depth: usize) -> Result {
    let mut end = 0;
    for member in members {
        let indent = "    ".repeat(depth);
        if let Some(c_type) = &member.c_type {
            let alignment = if out_of_place(member, end) { ALIGNMENT } else { "" };
            let bits = member.bits.map(|bits| format!(" : {bits}")).unwrap_or_default();
            writeln!(out, "{indent}{alignment}{}{bits};", declared(c_type, &member.name))?;
        } else {
            writeln!(out, "{indent}{} {{", kind(member.union.is_some()))?;
            self::members(out, member.members().iter(), depth + 1)?;
            writeln!(out, "{indent}}} {};", member.name)?;
        }
        end = member.offset.unwrap_or(0) + member.size.unwrap_or(0);
    }
    Ok(())
}

/// Whether a member lies further from the one before than its type asks for.
fn out_of_place(member: &Member, end: usize) -> bool {
    let (Some(offset), Some(size)) = (member.offset, member.size) else {
        return false;
    };
    size < 8 && offset > end && offset - end >= size
}
