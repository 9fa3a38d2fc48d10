//! A copy of the package, which a test may change, and what the checks say about it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::{NamedTempFile, TempDir};

const NEEDS: &str = "NETIOCTL_PACKAGE names the package";

/// A copy of the package.
pub struct Package(TempDir);

impl Package {
    pub fn new() -> Self {
        let original = PathBuf::from(std::env::var_os("NETIOCTL_PACKAGE").expect(NEEDS));
        let copy = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(original).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
        Self(copy)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.file(name)).unwrap()
    }

    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// What the check says against the package; `None` when it is good.
    pub fn refusal(&self) -> Option<String> {
        refusal(xtask(&["package", "--verify"]).arg(self.0.path()))
    }

    /// Writes SHA256SUMS again, as an attacker would who has changed a file.
    pub fn list_anew(&self) {
        let names = self.names().into_iter().filter(|name| name != "SHA256SUMS");
        let list = run(Command::new("sha256sum").args(names).current_dir(self.0.path()));
        fs::write(self.file("SHA256SUMS"), list).unwrap();
    }

    /// The certificate as openssl wants it.
    pub fn authority(&self) -> NamedTempFile {
        let pem = NamedTempFile::new().unwrap();
        let convert = ["x509", "-inform", "DER", "-in"];
        run(Command::new("openssl").args(convert).arg(self.file("netioctl-test.cer")).arg("-out").arg(pem.path()));
        pem
    }
}

pub fn xtask(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).env("RUST_BACKTRACE", "0");
    command
}

pub fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat()
}

pub fn refusal(command: &mut Command) -> Option<String> {
    let output = command.output().unwrap();
    (!output.status.success()).then(|| said(&output))
}

pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

pub fn flip(mut bytes: Vec<u8>, position: usize) -> Vec<u8> {
    bytes[position] ^= 1;
    bytes
}

pub fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub fn find(bytes: &[u8], part: &[u8]) -> usize {
    let found = bytes.windows(part.len()).position(|window| window == part);
    found.unwrap_or_else(|| panic!("{} is not in it", String::from_utf8_lossy(part)))
}
