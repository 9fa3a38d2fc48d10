//! A driver package to make catalogs for.
#![allow(dead_code, reason = "each test file uses a part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use der::DateTime;
use driver_catalog::create::{NamedCatalog, Options, catalogs};
use object::pe;
use object::write::pe::{NtHeaders, Writer};
use tempfile::TempDir;

/// An INF in UTF-16, with what makes INF different from INI.
pub const INF: &str = r#"; A driver for two devices.
[Version]
Signature   = "$WINDOWS NT$"
Class       = System
CatalogFile = sample.cat ; made, not written

[Manufacturer]
%Maker% = Models, NTamd64.10.0...16299

[Models.NTamd64.10.0...16299]
"Sample; first" = Install, ROOT\Sample
%Device% = Install, PCI\VEN_1234&DEV_0001, \
    PCI\VEN_1234

[Install.NT]
CopyFiles = Files

[Files]
Sample.sys,,,0x4000
data.bin, data_x64.bin

[SourceDisksNames]
1 = %Device%

[SourceDisksFiles]
sample.sys = 1
[SourceDisksFiles.amd64]
data_x64.bin = 1, x64

[Strings]
Maker = "Some ""maker"""
Device = "A device"
"#;

/// A folder with a driver package.
pub struct Package {
    dir: TempDir,
}

impl Package {
    /// The package of [`INF`], and a file that is not part of it.
    pub fn new() -> Self {
        let package = Self { dir: TempDir::new().unwrap() };
        let mut inf = vec![0xff, 0xfe];
        inf.extend(INF.encode_utf16().flat_map(u16::to_le_bytes));
        package.write("sample.inf", &inf);
        package.write("sample.sys", &image(0));
        package.write("x64/data_x64.bin", b"data");
        package.write("readme.txt", b"not part of the package");
        package
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub fn write(&self, name: &str, content: &[u8]) {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Its one catalog, made with the usual options.
    pub fn catalog(&self) -> NamedCatalog {
        self.catalog_with(&options())
    }

    pub fn catalog_with(&self, options: &Options) -> NamedCatalog {
        let mut all = catalogs(self.path(), options).unwrap();
        assert_eq!(all.len(), 1);
        all.pop().unwrap()
    }

    /// Makes the catalog and puts it into the package.
    pub fn write_catalog(&self) -> PathBuf {
        let made = self.catalog();
        self.write(&made.name, &made.catalog.to_der().unwrap());
        self.file(&made.name)
    }
}

/// Version 2, 2025-01-01.
pub fn options() -> Options {
    Options::new(DateTime::new(2025, 1, 1, 0, 0, 0).unwrap().to_system_time())
}

/// A small PE image for x64, with `more` bytes behind its sections.
pub fn image(more: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(true, 0x1000, 0x200, &mut bytes);
    let code = [0x31, 0xc0, 0xc3];
    writer.reserve_dos_header();
    writer.reserve_nt_headers(16);
    writer.reserve_section_headers(1);
    let text = writer.reserve_text_section(u32::try_from(code.len()).unwrap());
    writer.write_empty_dos_header().unwrap();
    writer.write_nt_headers(headers(text.virtual_address));
    writer.write_section_headers();
    writer.write_section(text.file_offset, &code);
    bytes.extend(std::iter::repeat_n(7, more));
    bytes
}

fn headers(entry_point: u32) -> NtHeaders {
    NtHeaders {
        machine: pe::IMAGE_FILE_MACHINE_AMD64,
        time_date_stamp: 0,
        characteristics: pe::IMAGE_FILE_EXECUTABLE_IMAGE | pe::IMAGE_FILE_LARGE_ADDRESS_AWARE,
        major_linker_version: 1,
        minor_linker_version: 0,
        address_of_entry_point: entry_point,
        image_base: 0x1_4000_0000,
        major_operating_system_version: 10,
        minor_operating_system_version: 0,
        major_image_version: 0,
        minor_image_version: 0,
        major_subsystem_version: 10,
        minor_subsystem_version: 0,
        subsystem: pe::IMAGE_SUBSYSTEM_NATIVE,
        dll_characteristics: pe::IMAGE_DLLCHARACTERISTICS_NX_COMPAT,
        size_of_stack_reserve: 0x10_0000,
        size_of_stack_commit: 0x1000,
        size_of_heap_reserve: 0x10_0000,
        size_of_heap_commit: 0x1000,
    }
}

/// Whether a tool is there. Says so when it is not, because then the test shows nothing.
pub fn has(tool: &str) -> bool {
    let found = Command::new(tool).arg("version").output().is_ok();
    if !found {
        eprintln!("SKIPPED: {tool} is not installed");
    }
    found
}

/// Runs a tool that must succeed; all that it prints.
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", printed(&output));
    printed(&output)
}

pub fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}

/// A certificate that may sign code, and its key, both PEM.
pub struct Signer {
    dir: TempDir,
}

impl Signer {
    pub fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let request =
            ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=driver-catalog test", "-days", "2"];
        let extensions = [
            "basicConstraints=critical,CA:FALSE",
            "keyUsage=critical,digitalSignature",
            "extendedKeyUsage=codeSigning",
        ];
        let mut command = Command::new("openssl");
        command.args(request);
        for extension in extensions {
            command.args(["-addext", extension]);
        }
        let signer = Self { dir };
        run(command.arg("-keyout").arg(signer.key()).arg("-out").arg(signer.certificate()));
        signer
    }

    pub fn certificate(&self) -> PathBuf {
        self.dir.path().join("certificate.pem")
    }

    fn key(&self) -> PathBuf {
        self.dir.path().join("key.pem")
    }

    /// Signs a file in place.
    pub fn sign(&self, file: &Path, options: &[&str]) {
        let signed = self.dir.path().join("signed");
        let mut command = Command::new("osslsigncode");
        command.args(["sign", "-h", "sha256"]).args(options).arg("-certs").arg(self.certificate());
        run(command.arg("-key").arg(self.key()).arg("-in").arg(file).arg("-out").arg(&signed));
        fs::rename(&signed, file).or_else(|_| fs::copy(&signed, file).and_then(|_| fs::remove_file(&signed))).unwrap();
    }
}
