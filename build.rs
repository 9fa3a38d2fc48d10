//! Linker arguments, `cfg` values and the version resource of a KMDF driver.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

use embed_resource::ParamsMacrosAndIncludeDirs;

const RESOURCE: &str = "src/version.rc";

fn main() -> Result<(), Box<dyn Error>> {
    // Netio.lib is no part of the libraries that every driver links.
    println!("cargo::rustc-link-lib=static:-bundle=netio");
    // No time of the build in the image, but a hash of it: the same sources make the same bytes.
    println!("cargo::rustc-cdylib-link-arg=/Brepro");
    no_exports()?;
    version_resource()?;
    Ok(wdk_build::configure_wdk_binary_build()?)
}

/// Nobody links to a driver, but rustc has the linker export all that has a name for it, of dependencies too. The linker
/// goes by the last module definition that it is given, and this one exports nothing.
fn no_exports() -> Result<(), Box<dyn Error>> {
    let definition = Path::new(&env::var("OUT_DIR")?).join("exports.def");
    fs::write(&definition, "EXPORTS\n")?;
    println!("cargo::rustc-cdylib-link-arg=/DEF:{}", definition.display());
    Ok(())
}

fn version_resource() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={RESOURCE}");
    let numbers = ["MAJOR", "MINOR", "PATCH"]
        .map(|part| env::var(format!("CARGO_PKG_VERSION_{part}")).map(|number| format!("VERSION_{part}={number}")));
    let numbers = numbers.into_iter().collect::<Result<Vec<_>, _>>()?;
    let parameters = ParamsMacrosAndIncludeDirs(numbers, [] as [&str; 0]);
    Ok(embed_resource::compile_for_cdylib(RESOURCE, parameters).manifest_required()?)
}
