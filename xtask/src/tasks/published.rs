//! The crates that others may use, packaged as a registry takes them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use cargo_metadata::{MetadataCommand, Package};
use toml::{Table, Value};

use cargo_kmdf::report::run;
use cargo_kmdf::workspace::{Workspace, deny_rustdoc_warnings};

/// What every packaged crate must have beside its code.
const FILES: [&str; 5] = ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs"];

/// Packages the published crates, looks for what each must bring, compiles them from their packages alone, and writes their
/// documentation as users read it: what is public must not link to what is private.
///
/// Cargo's own verification does not serve here: it knows an unpacked crate by its version, and goes on using the older
/// one when the crate changes without a new version.
pub fn check(workspace: &Workspace) -> Result<()> {
    let metadata = MetadataCommand::new().current_dir(&workspace.root).no_deps().exec()?;
    let published: Vec<_> = metadata.packages.iter().filter(|package| package.publish.is_none()).collect();
    // A target folder of its own: in `target/package`, where cargo puts crates, is the driver package.
    let target = workspace.target.join("published");
    let mut cargo = workspace.cargo();
    cargo.args(["package", "--quiet", "--no-verify", "--locked", "--offline", "--allow-dirty", "--target-dir"]);
    run(cargo.arg(&target).args(published.iter().flat_map(|package| ["--package", package.name.as_str()])))?;
    let folder = target.join("unpacked");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    published.iter().try_for_each(|package| unpack(package, &target.join("package"), &folder))?;
    fs::write(folder.join("Cargo.toml"), toml::to_string(&manifest(&published))?)?;
    fs::copy(workspace.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let cargo = |command: &[&str]| {
        let mut cargo = workspace.cargo();
        cargo.args(command).args(["--quiet", "--workspace", "--offline", "--target-dir"]).arg(&target);
        cargo.current_dir(&folder);
        cargo
    };
    run(&mut cargo(&["check"]))?;
    run(deny_rustdoc_warnings(&mut cargo(&["doc", "--no-deps"])))
}

/// The folder of a package, and the name of the file without its extension.
fn name(package: &Package) -> String {
    format!("{}-{}", package.name, package.version)
}

fn unpack(package: &Package, from: &Path, to: &Path) -> Result<()> {
    let name = name(package);
    // As files of now: in the package each has the same old time, by which cargo would not see a change.
    let mut tar = Command::new("tar");
    tar.args(["--extract", "--touch", "--file"]).arg(from.join(format!("{name}.crate"))).arg("--directory").arg(to);
    run(&mut tar)?;
    for file in FILES {
        ensure!(to.join(&name).join(file).is_file(), "the package {name} lacks {file}");
    }
    Ok(())
}

/// A workspace of the unpacked crates, in which they find each other where a registry would be asked.
fn manifest(published: &[&Package]) -> Value {
    let members = published.iter().map(|package| Value::from(name(package))).collect::<Vec<_>>();
    let is_needed = |package: &&&Package| {
        published.iter().any(|other| other.dependencies.iter().any(|needed| needed.name == package.name.as_str()))
    };
    let needed = published.iter().filter(is_needed);
    let patches = table(needed.map(|package| (package.name.as_str(), table([("path", Value::from(name(package)))]))));
    let workspace = table([("resolver", Value::from("3")), ("members", Value::from(members))]);
    table([("workspace", workspace), ("patch", table([("crates-io", patches)]))])
}

fn table<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::from(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Table>())
}
