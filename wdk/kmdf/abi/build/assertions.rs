//! The record as assertions about wdk-sys' bindings.

use std::fmt::{Result, Write};

use kmdf_record::{Interface, Member, Release};

/// The first parameter of every function of the table.
const GLOBALS: &str = "PWDF_DRIVER_GLOBALS";

/// Enumerations of the kernel without a tag: bindgen gives the type a name of its own.
const WITHOUT_TAG: [&str; 3] = ["DEVICE_REGISTRY_PROPERTY", "DMA_COMPLETION_STATUS", "POWER_ACTION"];

/// All of them for one release, as the source text of Rust.
pub fn of(interface: &Interface, release: Release) -> std::result::Result<String, std::fmt::Error> {
    let mut out = String::new();
    functions(&mut out, interface, release)?;
    callbacks(&mut out, interface)?;
    structures(&mut out, interface, release)?;
    enumerations(&mut out, interface, release)?;
    Ok(out)
}

/// One assertion whose failure names what differs.
fn equal(out: &mut String, what: &str, found: &str, wanted: impl std::fmt::Display) -> Result {
    writeln!(out, "const _: () = assert!({found} == {wanted}, \"{what} is not {wanted}\");")
}

fn functions(out: &mut String, interface: &Interface, release: Release) -> Result {
    let count = release.functions;
    equal(out, "the number of functions", "_WDFFUNCENUM::WdfFunctionTableNumEntries", count)?;
    for (index, function) in interface.functions.iter().take(count).enumerate() {
        let name = &function.name;
        let found = format!("_WDFFUNCENUM::{name}TableIndex");
        equal(out, &format!("the index of {name}"), &found, index)?;
        let signature = function.signature.as_ref().filter(|signature| signature.header.is_none());
        if let Some(signature) = signature {
            let pointer = format!("PFN_{}", name.to_uppercase());
            has_type(out, &pointer, Some(GLOBALS), &signature.parameters, signature.returns.as_deref())?;
        }
    }
    Ok(())
}

fn callbacks(out: &mut String, interface: &Interface) -> Result {
    for (name, callback) in interface.callbacks.iter().filter(|(_, callback)| callback.header.is_none()) {
        let pointer = format!("PFN_{}", name.trim_start_matches("EVT_"));
        has_type(out, &pointer, None, &callback.parameters, callback.returns.as_deref())?;
    }
    Ok(())
}

/// A pointer to a function of this type has that name.
fn has_type(
    out: &mut String,
    pointer: &str,
    first: Option<&str>,
    parameters: &[(String, String)],
    returns: Option<&str>,
) -> Result {
    let types = parameters.iter().map(|(_, c_type)| rust(c_type));
    let types: Vec<String> = first.map(str::to_owned).into_iter().chain(types).collect();
    let returns = returns.map_or_else(|| "()".to_owned(), rust);
    writeln!(out, "const _: {pointer} = None::<unsafe extern \"C\" fn({}) -> {returns}>;", types.join(", "))
}

fn structures(out: &mut String, interface: &Interface, release: Release) -> Result {
    for (tag, structure) in interface.structures.iter().filter(|(_, structure)| structure.header.is_none()) {
        if let Some(size) = structure.size.within(release.minor) {
            equal(out, &format!("the size of {tag}"), &format!("size_of::<{tag}>()"), size)?;
        }
        let found = format!("align_of::<{tag}>()");
        equal(out, &format!("the alignment of {tag}"), &found, structure.alignment)?;
        for member in structure.members_in(release.minor) {
            self::member(out, tag, "", 0, member)?;
        }
    }
    Ok(())
}

/// Type, size and offset of a member and of those within it. The path names what it lies in.
fn member(out: &mut String, tag: &str, path: &str, start: usize, member: &Member) -> Result {
    // Bits have no address.
    let (Some(offset), Some(size)) = (member.offset, member.size) else { return Ok(()) };
    let (place, offset) = (format!("{path}{}", member.name), start + offset);
    let what = format!("{tag}.{place}");
    equal(out, &format!("the offset of {what}"), &format!("offset_of!({tag}, {place})"), offset)?;
    if let Some(c_type) = &member.c_type {
        let rust = rust(c_type);
        equal(out, &format!("the size of {what}"), &format!("size_of::<{rust}>()"), size)?;
        writeln!(out, "const _: fn(&{tag}) -> *const {rust} = |value| {{")?;
        writeln!(out, "    // SAFETY: nothing is read, the address of a union's member is taken at most.")?;
        writeln!(out, "    unsafe {{ &raw const value.{place} }}\n}};")?;
    }
    let path = format!("{place}.");
    member.members().iter().try_for_each(|inner| self::member(out, tag, &path, offset, inner))
}

fn enumerations(out: &mut String, interface: &Interface, release: Release) -> Result {
    for (tag, enumeration) in interface.enumerations.iter().filter(|(_, enumeration)| enumeration.header.is_none()) {
        for (name, value) in enumeration.values_in(release.minor) {
            equal(out, &format!("{tag}::{name}"), &format!("{tag}::{name} as i64"), value)?;
        }
    }
    Ok(())
}

/// A type of C, as bindgen spells it.
fn rust(c_type: &str) -> String {
    let c_type = c_type.trim();
    if let Some(to) = c_type.strip_suffix('*') {
        let to = to.trim();
        return match to.strip_prefix("const ") {
            Some(to) => format!("*const {}", rust(to)),
            None => format!("*mut {}", rust(to)),
        };
    }
    if let Some((element, length)) = c_type.split_once('[') {
        return format!("[{}; {}", rust(element), length);
    }
    match c_type {
        "size_t" => "usize".to_owned(),
        "void" => "::core::ffi::c_void".to_owned(),
        name if WITHOUT_TAG.contains(&name) => format!("{name}::Type"),
        name => name.to_owned(),
    }
}
