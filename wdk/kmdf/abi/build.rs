//! Turns the record of KMDF's interface into compile-time assertions, and sees to it that nothing in the headers is left
//! out of the record.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::rc::Rc;
use std::{env, fs, path::Path};

use bindgen::callbacks::{
    DiscoveredItem, DiscoveredItemId, EnumVariantCustomBehavior, EnumVariantValue, ParseCallbacks, SourceLocation,
};
use bindgen::{Builder, CodegenConfig};
use kmdf_record::{Function, Interface, Structure};
use wdk_build::{ApiSubset, BuilderExt, Config};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let interface = Interface::read()?;
    let unrecorded = unrecorded(&interface)?;
    if !unrecorded.is_empty() {
        return Err(format!("in the headers, but not in the record of the interface: {unrecorded:?}").into());
    }
    let mut out = String::new();
    functions(&mut out, &interface.functions)?;
    structures(&mut out, &interface.structures)?;
    enumerations(&mut out, &interface.enumerations)?;
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

/// The types and enumerators of KMDF's headers, as bindgen meets them.
#[derive(Debug, Clone, Default)]
struct Names {
    /// Those of KMDF's own headers.
    types: Rc<RefCell<BTreeSet<String>>>,
    /// The enumerations of all headers and their enumerators.
    enumerators: Rc<RefCell<Vec<(String, String)>>>,
}

impl ParseCallbacks for Names {
    fn new_item_found(&self, _: DiscoveredItemId, item: DiscoveredItem, _: Option<&SourceLocation>) {
        // Those within others have no name in C and are recorded with them.
        if let DiscoveredItem::Struct { original_name: Some(name), .. }
        | DiscoveredItem::Union { original_name: Some(name), .. }
        | DiscoveredItem::Enum { final_name: name } = item
        {
            self.types.borrow_mut().insert(name);
        }
    }

    fn enum_variant_behavior(
        &self,
        enumeration: Option<&str>,
        name: &str,
        _: EnumVariantValue,
    ) -> Option<EnumVariantCustomBehavior> {
        let enumeration = enumeration.unwrap_or_default().trim_start_matches("enum ");
        self.enumerators.borrow_mut().push((enumeration.to_owned(), name.to_owned()));
        None
    }
}

/// What the headers only name: no layout to record.
const OPAQUE: [&str; 3] = ["WDFDEVICE_INIT", "_WDFCXDEVICE_INIT", "_WDF_USB_REQUEST_COMPLETION_PARAMS"];

/// What the project's own headers define and the record does not have. The headers of a real WDK define more: parts that
/// this project does without.
fn unrecorded(interface: &Interface) -> Result<Vec<String>, Box<dyn Error>> {
    let config = Config::from_env_auto()?;
    let own = fs::read("../include/wdf.h")?;
    if !config.include_paths()?.any(|folder| fs::read(folder.join("wdf.h")).is_ok_and(|found| found == own)) {
        return Ok(Vec::new());
    }
    let names = Names::default();
    Builder::wdk_default(&config)?
        .with_codegen_config(CodegenConfig::TYPES)
        .header_contents("record.h", &config.bindgen_header_contents([ApiSubset::Base, ApiSubset::Wdf])?)
        .allowlist_file("(?i).*wdf[^/\\\\]*\\.h")
        .allowlist_recursively(false)
        .parse_callbacks(Box::new(names.clone()))
        .generate()?;
    let types = names.types.take();
    let functions = |enumeration: &str| enumeration == "_WDFFUNCENUM";
    let enumerators = names.enumerators.take().into_iter().filter(|(enumeration, name)| {
        let recorded = interface.enumerations.get(enumeration).is_some_and(|values| values.contains_key(name));
        types.contains(enumeration) && !functions(enumeration) && !recorded
    });
    let enumerators: Vec<String> = enumerators.map(|(enumeration, name)| format!("{enumeration}::{name}")).collect();
    let unknown = |name: &String| {
        let recorded = interface.structures.contains_key(name) || interface.enumerations.contains_key(name);
        // A handle is a pointer to a structure of its own; the functions are recorded as such.
        !recorded && !name.ends_with("__") && !functions(name) && !OPAQUE.contains(&name.as_str())
    };
    Ok(types.into_iter().filter(unknown).chain(enumerators).collect())
}
