//! Turns the record of KMDF's interface into compile-time assertions, and sees to it that nothing in the headers is left
//! out of the record.

#[path = "build/assertions.rs"]
mod assertions;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::error::Error;
use std::rc::Rc;
use std::{env, fs, path::Path};

use bindgen::callbacks::{
    DiscoveredItem, DiscoveredItemId, EnumVariantCustomBehavior, EnumVariantValue, ParseCallbacks, SourceLocation,
};
use bindgen::{Builder, CodegenConfig};
use kmdf_record::Interface;
use wdk_build::{ApiSubset, BuilderExt, Config, DriverConfig};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let (interface, config) = (Interface::read()?, Config::from_env_auto()?);
    let unrecorded = unrecorded(&interface, &config)?;
    if !unrecorded.is_empty() {
        return Err(format!("in the headers, but not in the record of the interface: {unrecorded:?}").into());
    }
    let DriverConfig::Kmdf(kmdf) = &config.driver_config else {
        return Err("the workspace is one of KMDF drivers".into());
    };
    let release = interface.release(kmdf.target_kmdf_version_minor.into());
    let assertions = assertions::of(&interface, release.ok_or("the record lacks the release of the manifest")?)?;
    let folder = env::var_os("OUT_DIR").ok_or("called by cargo")?;
    fs::write(Path::new(&folder).join("assertions.rs"), assertions)?;
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
const OPAQUE: [&str; 2] = ["WDFDEVICE_INIT", "WDFCXDEVICE_INIT"];

/// What the project's own headers define and the record does not have. The headers of a real WDK define more: parts that
/// this project does without.
fn unrecorded(interface: &Interface, config: &Config) -> Result<Vec<String>, Box<dyn Error>> {
    let own = fs::read("../include/wdf.h")?;
    if !config.include_paths()?.any(|folder| fs::read(folder.join("wdf.h")).is_ok_and(|found| found == own)) {
        return Ok(Vec::new());
    }
    let names = Names::default();
    Builder::wdk_default(config)?
        .with_codegen_config(CodegenConfig::TYPES)
        .header_contents("record.h", &config.bindgen_header_contents([ApiSubset::Base, ApiSubset::Wdf])?)
        .allowlist_file("(?i).*wdf[^/\\\\]*\\.h")
        .allowlist_recursively(false)
        .parse_callbacks(Box::new(names.clone()))
        .generate()?;
    let types = names.types.take();
    let functions = |enumeration: &str| enumeration == "_WDFFUNCENUM";
    let enumerators = names.enumerators.take().into_iter().filter(|(enumeration, name)| {
        let recorded = interface.enumerations.get(enumeration).is_some_and(|e| e.values.contains_key(name));
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
