//! Programs that would be unsound do not compile. What the compiler says of each lies beside it.
//!
//! `TRYBUILD=overwrite cargo test -p kmdf --test compile_fail` writes that anew.
#![cfg(not(miri))]

use std::{env, fs, path::Path, process::Command};

/// The compiler whose words are kept. Another one is only asked whether it refuses the programs.
const COMPILER: &str = "rustc 1.95.";

const FOLDERS: [&str; 2] = ["sound", "unsound"];

#[test]
fn unsound_programs_do_not_compile() {
    let tests = Path::new("tests");
    if speaks_as_expected() {
        return run(tests);
    }
    let elsewhere = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for folder in FOLDERS {
        copy_programs(&tests.join(folder), &elsewhere.join(folder));
    }
    // SAFETY: this is the only test, and nothing of it has started yet.
    unsafe { env::set_var("TRYBUILD", "overwrite") };
    run(elsewhere);
}

fn run(folder: &Path) {
    let programs = trybuild::TestCases::new();
    programs.pass(folder.join("sound/*.rs"));
    programs.compile_fail(folder.join("unsound/*.rs"));
}

fn speaks_as_expected() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("the compiler");
    String::from_utf8_lossy(&version.stdout).starts_with(COMPILER)
}

fn copy_programs(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).expect("the folder of an earlier run");
    }
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the programs") {
        let entry = entry.expect("a program");
        if entry.path().extension().is_some_and(|extension| extension == "rs") {
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        }
    }
}
