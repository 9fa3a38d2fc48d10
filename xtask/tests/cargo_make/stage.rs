//! Where the Windows build runs: a view of the workspace with a target folder of its own, the makefile of
//! windows-drivers-rs as published but for what keeps it from Linux, and stubs in the search path.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::MetadataCommand;
use walkdir::WalkDir;

/// What every stub is, under the name of the program that it stands for.
const STUB: &str = include_str!("stub.sh");

/// Programs of Rust, which cargo-make runs; its scripts run the real ones.
const RUST: [&str; 4] = ["cargo", "rustc", "rustup", "rust-script"];

/// Programs of the WDK and the SDK.
const WINDOWS: [&str; 6] = ["certmgr", "inf2cat", "infverif", "makecert", "signtool", "stampinf"];

/// What keeps the published wdk-build from Linux: a file, what is in it, and what to have instead.
const FOREIGN: [(&str, &str, &str); 6] = [
    ("rust-driver-makefile.toml", "not(target_os = \"windows\")", "not(unix)"),
    ("src/utils.rs", "#[cfg(target_os = \"windows\")]", "#[cfg(unix)]"),
    ("src/utils.rs", "#[cfg(not(target_os = \"windows\"))]", "#[cfg(not(unix))]"),
    ("src/cargo_make.rs", "std::os::windows::fs::symlink_file", "std::os::unix::fs::symlink"),
    ("src/utils.rs", "use windows::{", "use crate::no_registry::{"),
    ("src/lib.rs", "mod utils;", "mod no_registry;\nmod utils;"),
];

/// Takes the place of the registry.
const NO_REGISTRY: &str = include_str!("no_registry.rs");

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn folder() -> PathBuf {
    let folder = std::env::var_os("NETIOCTL_CARGO_MAKE").expect("NETIOCTL_CARGO_MAKE names a folder");
    fs::canonicalize(folder).unwrap()
}

pub struct Stage {
    /// What stays from run to run: programs, and what rust-script has compiled.
    folder: PathBuf,
}

impl Stage {
    /// Prepares everything. What is the same as before is not touched, so that nothing is compiled again.
    pub fn new() -> Self {
        let folder =
            PathBuf::from(std::env::var_os("NETIOCTL_CARGO_MAKE").expect("NETIOCTL_CARGO_MAKE names a folder"));
        let stage = Self { folder: fs::canonicalize(folder).unwrap() };
        stage.wdk_build();
        stage.workspace();
        for (kind, names) in [("rust", &RUST[..]), ("windows", &WINDOWS)] {
            for name in names {
                let stub = stage.folder.join("stubs").join(kind).join(name);
                write(&stub, STUB);
                fs::set_permissions(stub, PermissionsExt::from_mode(0o755)).unwrap();
            }
        }
        fs::create_dir_all(stage.folder.join("wdk/Lib/10.0.26100.0")).unwrap();
        for made in [stage.record(), stage.store()] {
            let _ = fs::remove_file(made);
        }
        stage
    }

    /// The published package, able to run here.
    fn wdk_build(&self) {
        let metadata = MetadataCommand::new().current_dir(root()).exec().unwrap();
        let package = metadata.packages.iter().find(|package| package.name.as_str() == "wdk-build").unwrap();
        let published = package.manifest_path.parent().unwrap();
        for entry in WalkDir::new(published).into_iter().map(Result::unwrap) {
            let name = entry.path().strip_prefix(published).unwrap();
            let Ok(mut text) = fs::read_to_string(entry.path()) else { continue };
            for (_, foreign, ours) in FOREIGN.iter().filter(|(file, _, _)| Path::new(file) == name) {
                assert!(text.contains(foreign), "{}: {foreign}", name.display());
                text = text.replace(foreign, ours);
            }
            write(&self.folder.join("wdk-build").join(name), &text);
        }
        write(&self.folder.join("wdk-build/src/no_registry.rs"), NO_REGISTRY);
        let paths = [self.folder.join("wdk-build"), root().join("wdk/windows-future")];
        let config = toml::Table::from_iter([("paths", paths.to_vec())].map(|(key, paths)| {
            let paths = paths.iter().map(|path| path.to_str().unwrap().into());
            (key.to_owned(), toml::Value::Array(paths.collect()))
        }));
        write(&self.folder.join(".cargo/config.toml"), &config.to_string());
    }

    /// Links to everything at the root of the workspace but what is made there.
    fn workspace(&self) {
        let workspace = self.folder.join("workspace");
        fs::create_dir_all(workspace.join("target")).unwrap();
        for entry in fs::read_dir(&workspace).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_symlink() {
                fs::remove_file(entry.path()).unwrap();
            }
        }
        for entry in fs::read_dir(root()).unwrap().map(Result::unwrap) {
            let name = entry.file_name();
            if !["target", ".git", ".cargo"].iter().any(|made| name == *made) {
                symlink(entry.path(), workspace.join(name)).unwrap();
            }
        }
        for made in ["debug", "release", "package", "programs"] {
            let _ = fs::remove_dir_all(self.target().join(made));
        }
    }

    /// What a program says of its version: its name and the version.
    pub fn version(program: &str) -> String {
        let output = Command::new(folder().join("bin").join(program)).arg("--version").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.trim().rsplit(' ').next().unwrap().to_owned()
    }

    pub fn target(&self) -> PathBuf {
        self.folder.join("workspace/target")
    }

    fn record(&self) -> PathBuf {
        self.folder.join("record")
    }

    fn store(&self) -> PathBuf {
        self.folder.join("certificate-store")
    }

    /// Runs cargo-make as a developer does.
    pub fn run(&self, arguments: &[&str]) {
        self.run_with(arguments, &[]);
    }

    /// Runs cargo-make with these variables as well. Of the rest it sees what names the toolchain, and no more: it
    /// builds otherwise where it finds itself in a continuous integration, which the tests may run in.
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) {
        let path = std::env::var("PATH").unwrap();
        let (stubs, tools) = (self.folder.join("stubs"), self.folder.join("bin"));
        let search = format!("{0}/rust:{0}/windows:{1}:{path}", stubs.display(), tools.display());
        let mut make = Command::new(tools.join("cargo-make"));
        make.args(["make", "--disable-check-for-updates"]).args(arguments);
        let seen = ["CARGO_HOME", "HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "TMPDIR"];
        make.env_clear().envs(seen.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        make.envs(variables.iter().copied());
        make.env("PATH", search).env("REAL_PATH", path).env("STUBS", stubs).env("TOOLS", tools);
        make.env("RECORD", self.record()).env("STORE", self.store()).env("XDG_CACHE_HOME", self.folder.join("cache"));
        make.env("WDKContentRoot", self.folder.join("wdk"));
        // Nothing newer than what the workspace has, and compiled quickly: rust-script wants a release.
        make.env("CARGO_NET_OFFLINE", "true").env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");
        let output = make.current_dir(self.folder.join("workspace")).output().unwrap();
        let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        assert!(output.status.success(), "{:?}\n{text}", self.runs());
    }

    /// The programs that have run, with their arguments. `$OUT` stands for the folder of what is built, `$TARGET` for the
    /// one above it.
    pub fn runs(&self) -> Vec<String> {
        let record = fs::read_to_string(self.record()).unwrap_or_default();
        let target = self.target().to_str().unwrap().to_owned();
        let record = record.replace(&format!("{target}/release"), "$OUT").replace(&target, "$TARGET");
        record.lines().map(ToOwned::to_owned).collect()
    }
}

/// Writes a file unless it holds this already.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
