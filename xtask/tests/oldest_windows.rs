//! The oldest Windows that the driver is for: the workspace's manifest names it, and all other places agree with it.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;

use regex::Regex;
use toml::Table;

/// Which framework is part of Windows from which build on.
const FRAMEWORKS: [(i64, i64); 6] = [(21, 15063), (23, 16299), (25, 17134), (27, 17763), (31, 19041), (33, 22000)];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

fn metadata() -> Table {
    let manifest: Table = read("Cargo.toml").parse().unwrap();
    manifest["workspace"]["metadata"].as_table().unwrap().clone()
}

/// Its build, and its name as Microsoft writes it.
fn oldest() -> (i64, String) {
    let metadata = metadata();
    let windows = &metadata["oldest-windows"];
    (windows["build"].as_integer().unwrap(), windows["version"].as_str().unwrap().to_owned())
}

/// What an expression finds in a text; of each the group, as a number.
fn numbers(expression: &str, text: &str) -> Vec<i64> {
    let found = Regex::new(expression).unwrap();
    found.captures_iter(text).map(|captures| captures[1].parse().unwrap()).collect()
}

/// The driver may not ask for a framework that the oldest Windows lacks, and needs no older one.
#[test]
fn the_framework_is_that_of_the_oldest_windows() {
    let minimum = metadata()["wdk"]["driver-model"]["minimum-kmdf-version-minor"].as_integer().unwrap();
    let (_, build) = FRAMEWORKS.into_iter().find(|(framework, _)| *framework == minimum).unwrap();
    assert_eq!(build, oldest().0);
}

#[test]
fn windows_is_told_by_the_inf() {
    let builds = numbers(r"(?m)10\.0\.\.\.(\d+)\]?$", &read("driver.inx"));
    assert_eq!(builds, [oldest().0; 2], "[Manufacturer] and the section that it names");
}

/// install.ps1 looks for the build in the INF, and finds it with its own expression.
#[test]
fn the_install_script_asks_the_inf() {
    let script = read("packaging/install.ps1");
    let expression = Regex::new(r"(?s)function Get-OldestBuild.*?-Pattern '([^']+)'").unwrap();
    let expression = expression.captures(&script).expect("the expression that looks for the build")[1].to_owned();
    let inf = read("driver.inx").replace("$ARCH$", "amd64");
    assert_eq!(numbers(&format!("(?mi){expression}"), &inf), [oldest().0]);
    // Builds of Windows 10 and 11 have five digits, and nothing else in the scripts has.
    for script in [script, read("packaging/uninstall.ps1"), read("packaging/common.ps1")] {
        assert_eq!(numbers(r"\b([12]\d{4})\b", &script), []);
    }
}

/// Wherever a version of Windows is named, and each of these does.
#[test]
fn sources_and_documentation_say_the_same() {
    let (build, version) = oldest();
    for name in ["README.md", "docs/windows-vm.md", "driver.inx"] {
        let text = read(name);
        assert_eq!(numbers(r"version[\s;]+(\d{4})\b", &text), [version.parse::<i64>().unwrap()], "{name}");
        assert_eq!(numbers(r"build[\s;]+(\d{5})\b", &text), [build], "{name}");
    }
}
