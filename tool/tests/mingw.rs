//! Import libraries can be made in folders with spaces in their names.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// What stands before mingw-w64's dlltool, which cannot do this by itself (binutils 2.40).
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/mingw/x86_64-w64-mingw32-dlltool");

/// Makes the import library of a DLL as rustc has it made, and answers its bytes.
fn library(folder: &Path, dll: &str) -> Vec<u8> {
    let definition = folder.join(dll).with_extension("def");
    fs::write(&definition, format!("LIBRARY {dll}\nEXPORTS\n    Answer\n")).unwrap();
    let made = folder.join(dll).with_extension("a");
    let first = Path::new(SCRIPT).parent().unwrap().display();
    let mut dlltool = Command::new(SCRIPT);
    dlltool.env("PATH", format!("{first}:{}", env::var("PATH").unwrap()));
    dlltool.arg("-d").arg(&definition).args(["-D", dll, "-l"]).arg(&made);
    dlltool.args(["-m", "i386:x86-64", "-f", "--64", "--no-leading-underscore", "--temp-prefix"]);
    let output = dlltool.arg(folder.join(dll)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read(made).unwrap()
}

fn contains(library: &[u8], name: &str) -> bool {
    library.windows(name.len()).any(|bytes| bytes == name.as_bytes())
}

#[test]
#[ignore = "needs mingw-w64; run by `cargo xtask test`"]
fn import_libraries_are_made_in_folders_with_spaces() {
    let folder = tempfile::Builder::new().prefix("a folder ").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    // A linker that takes both tells their members apart by their names.
    for dll in ["one.dll", "other.dll"] {
        assert!(contains(&library(folder.path(), dll), &format!("{dll}h.o")), "the first member of {dll}");
    }
}
