//! Installing over an installed driver: what replaces it, and what must leave it alone.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use sandbox_runner::{Outcome, Output};
use serde_json::Value;

use super::build::Products;
use super::machine::Machine;
use crate::driver;
use cargo_kmdf::package::Signer;
use cargo_kmdf::report::step;
use cargo_kmdf::workspace::Workspace;

/// A change of an INF.
type Change = fn(&str) -> String;

/// Packages beside the good one, signed by somebody else, so that the images differ too: another build, one that loses
/// its image, one for another device.
const PACKAGES: [(&str, Change); 3] = [
    ("next", |inf| format!("{inf}; another build\r\n")),
    ("lacking", str::to_owned),
    ("other", |inf| inf.replace(r"ROOT\netioctl", r"ROOT\other")),
];

/// Puts them beside the good one. The first argument is the prefix of Wine, the second where they are.
const BRING: &str = r#"cp -r "$2"/* "$1/drive_c/netioctl"; rm "$1/drive_c/netioctl/lacking/netioctl.sys""#;

/// Whether the image that Windows has loaded is that of a package.
const LOADED: &str = r#"cd "$1/drive_c"; cmp "netioctl/$2/netioctl.sys" "$(find windows -name netioctl.sys)""#;

/// On a machine of its own.
pub fn check(workspace: &Workspace, products: &Products) -> Result<()> {
    let folder = workspace.target.join("sandbox/installation");
    let signer = Signer::fleeting(driver::NAME)?;
    for (name, change) in PACKAGES {
        driver::package_variant(workspace, &products.driver, &signer, &folder.join(name), change)?;
    }
    let machine = Machine::start(workspace, products)?;
    step("installing over an installed driver", || replace(&Install { machine: &machine }, &folder))?;
    machine.verdict()
}

struct Install<'a> {
    machine: &'a Machine,
}

impl Install<'_> {
    fn shell(&self, script: &str, argument: &str) -> Result<Output> {
        let prefix = self.machine.sandbox().prefix().display().to_string();
        self.machine.sandbox().linux(["sh", "-e", "-c", script, "sh", &prefix, argument]).run()
    }

    /// Runs `netioctl driver`, which must end with this code; its JSON, if it ends well, or else its message.
    fn driver(&self, arguments: &[&str], code: i32) -> Result<Output> {
        let output = self.machine.netioctl(&[&["driver"], arguments, &["--json"]].concat())?;
        let told = || format!("driver {arguments:?}: {}\n{}{}", output.outcome, output.stdout, output.stderr);
        ensure!(output.outcome == Outcome::Exited(code), "{}, expected {code}", told());
        Ok(output)
    }

    fn status(&self) -> Result<Value> {
        Ok(serde_json::from_str(&self.driver(&["status"], 0)?.stdout)?)
    }

    fn install(&self, package: &str, code: i32) -> Result<Output> {
        self.driver(&["install", "--inf", &format!(r"C:\netioctl\{package}\netioctl.inf")], code)
    }

    fn is_loaded(&self, package: &str) -> Result<()> {
        let same = self.shell(LOADED, package)?;
        ensure!(same.outcome.success(), "the image of {package:?} is not the loaded one: {}", same.stderr);
        Ok(())
    }
}

fn replace(install: &Install<'_>, packages: &Path) -> Result<()> {
    let brought = install.shell(BRING, &packages.display().to_string())?;
    ensure!(brought.outcome.success(), "cannot bring the packages: {}", brought.stderr);
    install.driver(&["status"], 5)?;
    let first: Value = serde_json::from_str(&install.install(".", 0)?.stdout)?;
    ensure!(first["replaced"] == false && first["reboot_needed"] == false, "{first}");
    install.is_loaded(".")?;
    let before = install.status()?;
    ensure!(before["devices"][0]["problem"] == Value::Null, "{before}");

    // What fails its checks changes nothing.
    for (package, code, part) in
        [("lacking", 3, "netioctl.sys is missing"), ("other", 1, "has no driver for this device")]
    {
        let failed = install.install(package, code)?;
        ensure!(failed.stderr.contains(part), "{package}: {}", failed.stderr);
        let after = install.status().with_context(|| format!("after {package}"))?;
        ensure!(before == after, "{package} changed something:\n{before}\n{after}");
        install.is_loaded(".")?;
    }

    // The same again stays, and another one takes its place.
    for package in [".", "next", "."] {
        let done: Value = serde_json::from_str(&install.install(package, 0)?.stdout)?;
        ensure!(done["replaced"] == true && done["reboot_needed"] == false, "{package}: {done}");
        install.is_loaded(package)?;
        let after = install.status()?;
        ensure!(after["devices"].as_array().is_some_and(|devices| devices.len() == 1), "{package}: {after}");
        ensure!(after["devices"][0]["id"] == before["devices"][0]["id"], "{package}: {after}");
    }
    install.driver(&["uninstall"], 0)?;
    install.driver(&["status"], 5)?;
    install.driver(&["uninstall"], 0)?;
    Ok(())
}
