//! The driver package as it was built: what breaks it is noticed, by the project's own check and by other programs.
//!
//! `cargo xtask test` runs these; by hand: `NETIOCTL_PACKAGE=target/package cargo test -p xtask --test package --
//! --include-ignored`.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cms::signed_data::SignerInfo;
use driver_catalog::Catalog;
use object::LittleEndian as LE;
use object::pe::{ImageNtHeaders64, ImageSectionHeader};
use object::read::pe::{ImageNtHeaders, PeFile64};
use tempfile::{NamedTempFile, TempDir};
use x509_cert::attr::Attribute;
use x509_cert::der::asn1::{Any, SetOfVec};
use x509_cert::der::oid::db::rfc5911::ID_COUNTERSIGNATURE;

const NEEDS: &str = "NETIOCTL_PACKAGE names the package";

/// A copy of the package.
struct Package(TempDir);

impl Package {
    fn new() -> Self {
        let original = PathBuf::from(std::env::var_os("NETIOCTL_PACKAGE").expect(NEEDS));
        let copy = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(original).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
        Self(copy)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.file(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// What the check says against the package; `None` when it is good.
    fn refusal(&self) -> Option<String> {
        refusal(xtask(&["package", "--verify"]).arg(self.0.path()))
    }

    /// Lists the files anew, as somebody would who changed one on purpose.
    fn list_anew(&self) {
        let names = self.names().into_iter().filter(|name| name != "SHA256SUMS");
        let list = run(Command::new("sha256sum").args(names).current_dir(self.0.path()));
        fs::write(self.file("SHA256SUMS"), list).unwrap();
    }

    /// The certificate as openssl wants it.
    fn authority(&self) -> NamedTempFile {
        let pem = NamedTempFile::new().unwrap();
        let convert = ["x509", "-inform", "DER", "-in"];
        run(Command::new("openssl").args(convert).arg(self.file("netioctl-test.cer")).arg("-out").arg(pem.path()));
        pem
    }
}

fn xtask(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).env("RUST_BACKTRACE", "0");
    command
}

fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat()
}

fn refusal(command: &mut Command) -> Option<String> {
    let output = command.output().unwrap();
    (!output.status.success()).then(|| said(&output))
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn flip(mut bytes: Vec<u8>, position: usize) -> Vec<u8> {
    bytes[position] ^= 1;
    bytes
}

#[test]
#[ignore = "needs a package"]
fn one_changed_byte_in_any_file_is_noticed() {
    let package = Package::new();
    assert_eq!(package.refusal(), None);
    let names = package.names();
    assert_eq!(names.len(), 10, "{names:?}");
    for name in names {
        let good = package.read(&name);
        for position in [0, good.len() / 2, good.len() - 1] {
            fs::write(package.file(&name), flip(good.clone(), position)).unwrap();
            let refusal = package.refusal().unwrap_or_else(|| panic!("{name}, byte {position}: good"));
            assert!(refusal.contains(&name), "{name}, byte {position}: {refusal}");
        }
        fs::write(package.file(&name), good).unwrap();
    }
    assert_eq!(package.refusal(), None);
}

#[test]
#[ignore = "needs a package"]
fn a_file_too_much_or_too_little_is_noticed() {
    let package = Package::new();
    fs::write(package.file("more.dll"), "").unwrap();
    assert!(package.refusal().unwrap().contains("more.dll"));
    fs::remove_file(package.file("more.dll")).unwrap();
    for name in package.names() {
        let contents = package.read(&name);
        fs::remove_file(package.file(&name)).unwrap();
        assert!(package.refusal().unwrap().contains(&name), "{name}");
        fs::write(package.file(&name), contents).unwrap();
    }
}

/// Without the help of SHA256SUMS: what Windows looks at is signed.
#[test]
#[ignore = "needs a package"]
fn what_is_signed_cannot_be_changed_on_purpose() {
    let package = Package::new();
    for name in ["netioctl.sys", "netioctl.inf", "netioctl.cat", "netioctl-test.cer"] {
        let good = package.read(name);
        for step in 1..8 {
            let position = good.len() * step / 8;
            fs::write(package.file(name), flip(good.clone(), position)).unwrap();
            package.list_anew();
            let refusal = package.refusal().unwrap_or_else(|| panic!("{name}, byte {position}: good"));
            assert!(refusal.contains(name), "{name}, byte {position}: {refusal}");
        }
        fs::write(package.file(name), good).unwrap();
    }
    package.list_anew();
    assert_eq!(package.refusal(), None);
}

/// A timestamp of something else on a signature that is right.
#[test]
#[ignore = "needs a package"]
fn a_bad_timestamp_is_noticed() {
    let package = Package::new();
    let mut catalog = Catalog::from_der(&package.read("netioctl.cat")).unwrap();
    let signer = &mut catalog.signature.signers[0];
    let mut info: SignerInfo = signer.decode_as().unwrap();
    // A countersignature is a signer too, but of the signature, not of the catalog.
    let values = SetOfVec::try_from([signer.clone()]).unwrap();
    info.unsigned_attrs = Some(SetOfVec::try_from([Attribute { oid: ID_COUNTERSIGNATURE, values }]).unwrap());
    *signer = Any::encode_from(&info).unwrap();
    fs::write(package.file("netioctl.cat"), catalog.to_der().unwrap()).unwrap();
    package.list_anew();
    let refusal = package.refusal().expect("a bad timestamp passes");
    assert!(refusal.contains("netioctl.cat") && refusal.contains("timestamp"), "{refusal}");
}

/// The image by its own signature, and by the catalog's; the catalog by its signature.
#[test]
#[ignore = "needs a package"]
fn osslsigncode_accepts_the_package_and_nothing_else() {
    let package = Package::new();
    let (authority, image, catalog) = (package.authority(), package.file("netioctl.sys"), package.file("netioctl.cat"));
    let verify = |more: &[&Path], file: &Path| {
        let mut command = Command::new("osslsigncode");
        command.arg("verify").arg("-CAfile").arg(authority.path()).args(more).arg("-in").arg(file);
        refusal(&mut command)
    };
    let through_catalog = [Path::new("-catalog"), &catalog];
    assert_eq!(verify(&[], &image), None);
    assert_eq!(verify(&[], &catalog), None);
    assert_eq!(verify(&through_catalog, &image), None);

    let good = package.read("netioctl.sys");
    let code = PeFile64::parse(&*good).unwrap().section_table().iter().next().unwrap().pointer_to_raw_data.get(LE);
    fs::write(&image, flip(good.clone(), code as usize)).unwrap();
    assert!(verify(&[], &image).is_some());
    assert!(verify(&through_catalog, &image).is_some());
    fs::write(&image, good).unwrap();

    let changed = package.read("netioctl.cat");
    let position = find(&changed, &utf16("netioctl.inf"));
    fs::write(&catalog, flip(changed, position)).unwrap();
    assert!(verify(&[], &catalog).is_some());
}

/// openssl, which knows nothing of catalogs, finds the hashes of the INF in the signed contents.
#[test]
#[ignore = "needs a package"]
fn openssl_finds_the_inf_in_the_catalog() {
    let package = Package::new();
    let catalog = package.file("netioctl.cat");
    let tree = run(Command::new("openssl").args(["asn1parse", "-inform", "DER", "-in"]).arg(&catalog));
    for algorithm in ["-sha1", "-sha256"] {
        let digest = run(Command::new("openssl").args(["dgst", "-r", algorithm]).arg(package.file("netioctl.inf")));
        let hash = digest.split_whitespace().next().unwrap().to_uppercase();
        assert!(tree.contains(&format!("OCTET STRING      [HEX DUMP]:{hash}")), "{algorithm} {hash} is not in\n{tree}");
    }
    let signer = ["pkcs7", "-inform", "DER", "-print_certs", "-in"];
    let signer = run(Command::new("openssl").args(signer).arg(&catalog));
    let certificate = fs::read_to_string(package.authority()).unwrap();
    assert!(signer.contains(certificate.trim()), "{signer}");
}

/// What makes a company's own certificate, below an authority of its own, as PEM and as PKCS #12.
const COMPANY: &str = "
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj '/CN=Authority'
openssl req -newkey rsa:2048 -nodes -keyout key.pem -out request.pem -subj '/CN=Company'
printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=codeSigning\n' > extensions
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -extfile extensions -out leaf.pem
cat leaf.pem ca.pem > chain.pem
printf secret > password
openssl pkcs12 -export -in leaf.pem -inkey key.pem -certfile ca.pem -passout file:password -out company.pfx
";

#[test]
#[ignore = "builds the package"]
fn a_company_signs_with_a_certificate_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new("sh").args(["-e", "-c", COMPANY]).current_dir(folder.path()));
    for arguments in [
        &["--certificate", "chain.pem", "--key", "key.pem"][..],
        &["--pfx", "company.pfx", "--password-file", "password"],
        &["--certificate", "leaf.pem", "--key", "key.pem", "--issuers", "ca.pem"],
    ] {
        let make =
            xtask(&["package", "--output", "package"]).args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(make.status.success(), "{arguments:?}: {}", said(&make));
        let certificate = folder.path().join("package/netioctl-test.cer");
        let show = ["x509", "-inform", "DER", "-noout", "-subject", "-in"];
        assert!(run(Command::new("openssl").args(show).arg(certificate)).contains("Company"));
    }
}

#[test]
#[ignore = "builds the package"]
fn no_private_key_is_put_among_the_sources() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("keys");
    let refusal = refusal(xtask(&["package", "--key-dir"]).arg(&sources)).unwrap();
    assert!(refusal.contains("lies among the sources") && !sources.exists(), "{refusal}");
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn find(bytes: &[u8], part: &[u8]) -> usize {
    let found = bytes.windows(part.len()).position(|window| window == part);
    found.unwrap_or_else(|| panic!("{} is not in it", String::from_utf8_lossy(part)))
}

/// Where the parts of an image are that say how it is loaded.
struct Places {
    optional_header: usize,
    /// Their headers.
    sections: BTreeMap<String, usize>,
    /// Their data.
    data: BTreeMap<String, usize>,
}

impl Places {
    fn of(image: &[u8]) -> Self {
        let file = PeFile64::parse(image).unwrap();
        let headers = file.dos_header().nt_headers_offset() as usize;
        let mut offset = headers + size_of::<ImageNtHeaders64>() + 16 * 8;
        let (mut sections, mut data) = (BTreeMap::new(), BTreeMap::new());
        for section in file.section_table().iter() {
            let name = String::from_utf8_lossy(section.raw_name()).into_owned();
            data.insert(name.clone(), section.pointer_to_raw_data.get(LE) as usize);
            sections.insert(name, offset);
            offset += size_of::<ImageSectionHeader>();
        }
        assert_eq!(file.nt_headers().signature(), 0x4550);
        Self { optional_header: headers + 24, sections, data }
    }
}

/// Every rule about the image, broken in the image.
#[test]
#[ignore = "needs a package"]
fn doctored_images_are_refused() {
    let package = Package::new();
    let good = package.read("netioctl.sys");
    let places = Places::of(&good);
    let flags = places.optional_header + 70;
    let text = places.sections[".text"] + 36;
    let company = find(&good, &utf16("CompanyName"));
    let company = company + find(&good[company..], &utf16("netioctl"));
    let path = find(&good, b"crates/kmdf/src/");
    let unwind_data = places.data[".pdata"];
    let doctored: [(&str, usize, u8, &str); 17] = [
        ("HIGH_ENTROPY_VA", flags, 0x20, "HIGH_ENTROPY_VA"),
        ("DYNAMIC_BASE", flags, 0x40, "DYNAMIC_BASE"),
        ("FORCE_INTEGRITY", flags, 0x80, "FORCE_INTEGRITY"),
        ("NX_COMPAT", flags + 1, 0x01, "NX_COMPAT"),
        ("GUARD_CF", flags + 1, 0x40, "GUARD_CF"),
        ("a console program", places.optional_header + 68, 0x02, "subsystem"),
        ("sections aligned to 512", places.optional_header + 33, 0x12, "aligned"),
        ("writable code", text + 3, 0x80, "writable and executable"),
        ("a foreign library", find(&good, b"NETIO.SYS"), 0x02, "from LETIO.SYS"),
        ("an unknown import", find(&good, b"KeBugCheckEx"), 0x02, "since when"),
        ("a function with less unwind data", unwind_data, 0x01, "without unwind data"),
        ("another company", company, 0x01, "CompanyName"),
        ("another version", find(&good, &[0xbd, 0x04, 0xef, 0xfe]) + 8, 0x02, "file version"),
        ("another entry point", places.optional_header + 16, 0x10, "entry point"),
        ("other debug information", find(&good, b"RSDS") + 4, 0x01, "another image"),
        ("a panic elsewhere", path + 8, 0x01, "can panic"),
        ("another checksum", places.optional_header + 64, 0x01, "checksum"),
    ];
    let check = |what: &str, image: Vec<u8>, message: &str| {
        fs::write(package.file("netioctl.sys"), image).unwrap();
        let refusal = refusal(xtask(&["kernel", "check-image"]).arg(package.file("netioctl.sys")));
        let refusal = refusal.unwrap_or_else(|| panic!("{what}: good"));
        assert!(refusal.contains(message), "{what}: {refusal}");
    };
    for (what, position, bits, message) in doctored {
        let mut image = good.clone();
        image[position] ^= bits;
        check(what, image, message);
    }
    let signature = places.optional_header + 112 + 4 * 8;
    let mut large = good;
    large[signature..signature + 4].copy_from_slice(&(48 * 1024 + 1u32).to_le_bytes());
    check("a large image", large, "48 KiB");
}
