//! The Windows build, run: the real cargo-make, rust-script and makefile of windows-drivers-rs, over stubs of the programs
//! that are on Windows only. Whatever runs and with which arguments is compared, and so is the package that comes out.
//!
//! `cargo xtask test` installs cargo-make and rust-script and runs this; by hand: `NETIOCTL_CARGO_MAKE=target/cargo-make
//! cargo test -p xtask --test cargo_make -- --include-ignored`.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

mod stage;

use std::fs;
use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};
use stage::{Stage, root};
use toml::{Table, Value};

/// What runs, in this order. Upstream sees to its script runner twice, builds twice, and looks for its certificate each time
/// that something is signed.
const RUNS: [&str; 14] = [
    "cargo install rust-script --version 0.30.0",
    "cargo rustc --package netioctl --release --locked -- -Ccontrol-flow-guard",
    "cargo install rust-script --version 0.30.0",
    "cargo rustc --package netioctl --release --locked -- -Ccontrol-flow-guard",
    "stampinf -f $OUT/netioctl.inf -d * -a amd64 -c netioctl.cat -v $VERSION.0 -k 1.33",
    "certmgr -put -s WDRTestCertStore -c -n WdrLocalTestCert $OUT/WDRLocalTestCert.cer",
    "makecert -r -pe -a SHA256 -eku 1.3.6.1.5.5.7.3.3 -ss WDRTestCertStore -n CN=WDRLocalTestCert $OUT/WDRLocalTestCert.cer",
    "certmgr -put -s WDRTestCertStore -c -n WdrLocalTestCert $OUT/WDRLocalTestCert.cer",
    "signtool sign /v /s WDRTestCertStore /n WDRLocalTestCert /t http://timestamp.digicert.com /fd SHA256 $OUT/netioctl_package/netioctl.sys",
    "inf2cat /driver:$OUT/netioctl_package /os:10_x64 /uselocaltime",
    "certmgr -put -s WDRTestCertStore -c -n WdrLocalTestCert $OUT/WDRLocalTestCert.cer",
    "signtool sign /v /s WDRTestCertStore /n WDRLocalTestCert /t http://timestamp.digicert.com /fd SHA256 $OUT/netioctl_package/netioctl.cat",
    "infverif /v /w $OUT/netioctl.inf",
    "cargo build --package netioctl-cli --package netioctl-harness --target-dir $TARGET/programs --release --locked",
];

#[test]
#[ignore = "needs cargo-make and rust-script"]
fn the_windows_build_runs_as_it_should() {
    let wanted = RUNS.join("\n").replace("$VERSION", env!("CARGO_PKG_VERSION"));
    let in_ci = wanted.replace("rustc --package netioctl", "rustc --package netioctl --verbose");
    for (variables, wanted) in [(&[][..], wanted), (&[("CI", "true")], in_ci)] {
        let stage = Stage::new();
        stage.run_with(&["default", "--release", "--locked"], variables);
        let runs = stage.runs().join("\n");
        assert_eq!(runs, wanted, "{variables:?}\n{runs}\n");
        package(&stage);
    }
    // Without a word, for developers.
    let stage = Stage::new();
    stage.run(&[]);
    package(&stage);
}

/// Fourteen files and their checksums; what is signed is signed before the catalog is made, and copied afterwards.
fn package(stage: &Stage) {
    let folder = stage.target().join("package");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(read("netioctl.sys"), "driver\nsigned\n");
    assert!(read("netioctl.inf").ends_with("; stamped\n"));
    assert!(read("netioctl.inf").starts_with(&fs::read_to_string(root().join("driver.inx")).unwrap()));
    let covered = hex::encode(Sha256::digest(read("netioctl.sys") + &read("netioctl.inf")));
    assert_eq!(read("netioctl.cat"), format!("catalog of {covered}  -\nsigned\n"));
    assert_eq!(read("netioctl.pdb"), "symbols\n");
    assert_eq!(read("netioctl-test.cer"), "certificate\n");
    assert_eq!([read("netioctl.exe"), read("netioctl-harness.exe")], ["command\n", "harness\n"]);
    for script in ["common.ps1", "install.ps1", "uninstall.ps1"] {
        assert_eq!(read(script), fs::read_to_string(root().join("packaging").join(script)).unwrap());
    }
    for file in ["Netioctl.Format.ps1xml", "Netioctl.Types.ps1xml", "Netioctl.psd1", "Netioctl.psm1"] {
        assert_eq!(read(file), fs::read_to_string(root().join("packaging/powershell").join(file)).unwrap());
    }
    let sums = Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(&folder).output();
    assert!(sums.unwrap().status.success(), "{}", read("SHA256SUMS"));
    let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), read("SHA256SUMS").lines().count() + 1, "{names:?}");
    assert_eq!(names.len(), 15, "{names:?}");
    let archive = stage.target().join(format!("netioctl-{}-x64.zip", env!("CARGO_PKG_VERSION")));
    let archive = zip::ZipArchive::new(fs::File::open(archive).unwrap()).unwrap();
    assert_eq!(archive.len(), names.len());
}

/// What runs here is what the workflow and the documentation have people install.
#[test]
#[ignore = "needs cargo-make and rust-script"]
fn the_versions_are_those_that_are_documented() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let (workflow, documentation) = (read(".github/workflows/ci.yml"), read("docs/windows-vm.md"));
    for (program, binary) in [("cargo-make", "makers"), ("rust-script", "rust-script")] {
        let version = Stage::version(binary);
        let variable = program.to_uppercase().replace('-', "_");
        assert!(workflow.contains(&format!("{variable}_VERSION: {version}\n")), "{program} {version}");
        assert!(documentation.contains(&format!("{program} --version {version}")), "{program} {version}");
    }
}

/// The dependency in `load_script` is the version of the lock file: upstream warns of no difference.
#[test]
fn the_loaded_makefile_is_that_of_the_locked_version() {
    let read = |path: &Path| fs::read_to_string(path).unwrap().parse::<Table>().unwrap();
    let ours = read(&root().join("Makefile.toml"));
    let script = ours["config"]["load_script"].as_str().unwrap();
    let lock = read(&root().join("Cargo.lock"));
    let packages = lock["package"].as_array().unwrap();
    let version = |package: &Value| package["version"].as_str().unwrap().to_owned();
    let locked: Vec<_> = packages.iter().filter(|p| p["name"].as_str() == Some("wdk-build")).map(version).collect();
    assert_eq!(locked.len(), 1, "upstream refuses several versions of wdk-build");
    assert!(script.contains(&format!("wdk-build = \"{}\"", locked[0])), "{script} {locked:?}");
}
