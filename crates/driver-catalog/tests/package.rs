//! A driver package gets its catalog, and the catalog finds every change.
#![forbid(unsafe_code)]

mod common;

use std::fs;
use std::path::Path;

use common::{INF, Package, image, options};
use driver_catalog::create::{CreateError, Options, catalogs, from_digests};
use driver_catalog::digest::FileDigest;
use driver_catalog::verify::{Problem, Report, folder};
use driver_catalog::{Attribute, Catalog, FLAT_FILE, Member, PE_IMAGE, Version, oid};

fn report(package: &Package, catalog: &Catalog) -> Report {
    folder(catalog, "sample.cat", package.path()).unwrap()
}

fn text(catalog: &Catalog, name: &str) -> String {
    catalog.extension(name).map(|pair| pair.value.to_string()).unwrap_or_default()
}

#[test]
fn what_the_inf_says_is_in_the_catalog() {
    let made = Package::new().catalog();
    assert_eq!(made.name, "sample.cat");
    let catalog = made.catalog;
    assert_eq!(catalog.version, Version::V2);
    assert_eq!(catalog.list_identifier.len(), 16);
    // Compatible ids as well, behind the hardware id of their model.
    assert_eq!(catalog.hardware_ids(), [r"root\sample", r"pci\ven_1234&dev_0001", r"pci\ven_1234"]);
    assert_eq!((text(&catalog, "PE"), text(&catalog, "OS")), ("TRUSTED".into(), "_v100_X64".into()));
    let names: Vec<_> = catalog.members.iter().map(|member| member.file().unwrap()).collect();
    for file in ["sample.inf", "sample.sys", "data_x64.bin"] {
        assert_eq!(names.iter().filter(|name| **name == file).count(), 2, "{file}");
    }
    assert_eq!(names.len(), 6);
}

#[test]
fn version_2_has_two_members_for_a_file() {
    let package = Package::new();
    let catalog = package.catalog().catalog;
    let hash = FileDigest::of(&fs::read(package.file("sample.sys")).unwrap()).unwrap();
    let member = |hash: &[u8]| catalog.members.iter().find(|member| member.identifier.0 == hash).unwrap();
    assert_eq!(member(&hash.sha1).indirect_data(), None);
    let data = member(&hash.sha256).indirect_data().unwrap();
    assert_eq!((data.kind, data.algorithm.oid, &data.digest), (oid::PE_IMAGE_DATA, oid::SHA256, &hash.sha256));
    assert_eq!(member(&hash.sha1).name_value("OSAttr").unwrap().value.to_string(), "2:10.0");
    assert!(catalog.members.is_sorted_by(|a, b| a.identifier < b.identifier));
}

#[test]
fn version_1_has_one() {
    let package = Package::new();
    let catalog = package.catalog_with(&Options { version: Version::V1, ..options() }).catalog;
    assert_eq!(catalog.members.len(), 3);
    let member = |name: &str| catalog.members.iter().find(|member| member.file() == Some(name)).unwrap();
    let kind = |member: &Member| {
        member.attributes.iter().find_map(|attribute| match attribute {
            Attribute::MemberInfo { subject_type, .. } => Some(subject_type.clone()),
            _ => None,
        })
    };
    assert_eq!(kind(member("sample.sys")).as_deref(), Some(PE_IMAGE));
    assert_eq!(kind(member("sample.inf")).as_deref(), Some(FLAT_FILE));
    assert!(catalog.members.iter().all(|member| member.identifier.0.len() == 82));
    let data = member("sample.sys").indirect_data().unwrap();
    assert_eq!((data.algorithm.oid, Some(data.digest.clone())), (oid::SHA1, member("sample.sys").identifier.hash()));
    assert!(report(&package, &catalog).is_good());
}

#[test]
fn same_package_same_bytes() {
    for version in [Version::V1, Version::V2] {
        let options = Options { version, ..options() };
        let bytes = || Package::new().catalog_with(&options).catalog.to_der().unwrap();
        assert_eq!(bytes(), bytes());
        assert_eq!(Catalog::from_der(&bytes()).unwrap().to_der().unwrap(), bytes());
    }
}

#[test]
fn a_good_package_is_good() {
    let package = Package::new();
    let report = report(&package, &package.catalog().catalog);
    assert!(report.is_good(), "{report:?}");
    assert_eq!(report.good.len(), 3);
    assert_eq!(report.unlisted, [package.file("readme.txt")]);
}

/// One byte changed at a place that counts makes verifying fail, and the report names the file.
#[test]
fn any_changed_byte_is_found() {
    let package = Package::new();
    let catalog = package.catalog().catalog;
    for name in ["sample.inf", "sample.sys", "x64/data_x64.bin"] {
        let good = fs::read(package.file(name)).unwrap();
        let step = if name == "sample.inf" { 97 } else { 1 };
        for at in (0..good.len()).step_by(step).filter(|at| name != "sample.sys" || is_hashed(*at, &good)) {
            let mut bytes = good.clone();
            bytes[at] ^= 1;
            package.write(name, &bytes);
            let report = report(&package, &catalog);
            let named = report.problems.iter().any(|problem| problem.to_string().contains(name));
            assert!(named && !report.is_good(), "byte {at} of {name}: {report:?}");
        }
        package.write(name, &good);
    }
    assert!(report(&package, &catalog).is_good());
}

/// The Authenticode hash leaves out the checksum and the entry of the certificate table.
fn is_hashed(at: usize, image: &[u8]) -> bool {
    let headers = u32::from_le_bytes(image[0x3c..0x40].try_into().unwrap()) as usize;
    let optional_header = headers + 24;
    let checksum = optional_header + 64..optional_header + 68;
    let certificates = optional_header + 144..optional_header + 152;
    !checksum.contains(&at) && !certificates.contains(&at)
}

#[test]
fn what_is_missing_is_found() {
    let package = Package::new();
    let mut catalog = package.catalog().catalog;
    fs::remove_file(package.file("sample.sys")).unwrap();
    // The INF misses it as well, and two members do: one cause, said once.
    assert_eq!(report(&package, &catalog).problems, [Problem::NoFile("sample.sys".into())]);
    catalog.members.retain(|member| member.file() != Some("sample.sys"));
    let (inf, file) = (package.file("sample.inf"), "sample.sys".into());
    assert_eq!(report(&package, &catalog).problems, [Problem::NotInFolder { inf, file }]);
    package.write("sample.sys", &image(0));
    assert_eq!(report(&package, &catalog).problems, [Problem::NotInCatalog(package.file("sample.sys"))]);
}

#[test]
fn a_missing_hash_is_found() {
    let package = Package::new();
    let mut catalog = package.catalog().catalog;
    catalog.members.retain(|member| member.file() != Some("sample.sys") || member.indirect_data().is_some());
    let file = package.file("sample.sys");
    assert_eq!(report(&package, &catalog).problems, [Problem::NoHash { file, hash: "SHA-1" }]);
}

#[test]
fn a_member_that_contradicts_itself_is_found() {
    let package = Package::new();
    let mut catalog = package.catalog().catalog;
    for attribute in catalog.members.iter_mut().flat_map(|member| &mut member.attributes) {
        if let Attribute::IndirectData(data) = attribute {
            data.digest[0] ^= 1;
        }
    }
    let problems = report(&package, &catalog).problems;
    assert_eq!(problems.len(), 3);
    assert!(problems.iter().all(|problem| matches!(problem, Problem::Member { .. })), "{problems:?}");
}

#[test]
fn two_packages_in_one_folder() {
    let package = Package::new();
    let second = INF.replace("sample.cat", "second.cat").replace("sample.sys", "second.sys");
    package.write("second.inf", second.replace("Sample.sys", "second.sys").as_bytes());
    package.write("second.sys", &image(8));
    let made = catalogs(package.path(), &options()).unwrap();
    assert_eq!(made.iter().map(|made| made.name.as_str()).collect::<Vec<_>>(), ["sample.cat", "second.cat"]);
    for made in &made {
        let report = folder(&made.catalog, &made.name, package.path()).unwrap();
        assert!(report.is_good() && report.good.len() == 3, "{report:?}");
    }
    // Two INF files with one catalog share it.
    package
        .write("second.inf", second.replace("Sample.sys", "second.sys").replace("second.cat", "SAMPLE.CAT").as_bytes());
    assert_eq!(report(&package, &package.catalog().catalog).good.len(), 5);
}

#[test]
fn an_empty_catalog_is_not_good() {
    let package = Package::new();
    let mut catalog = package.catalog().catalog;
    catalog.members.clear();
    assert!(!report(&package, &catalog).is_good());
}

#[test]
fn files_with_the_same_content_share_members() {
    let package = Package::new();
    package.write("x64/data_x64.bin", &image(0));
    let catalog = package.catalog().catalog;
    assert_eq!(catalog.members.len(), 4);
    let report = report(&package, &catalog);
    assert!(report.is_good() && report.good.len() == 3, "{report:?}");
}

/// Only the one that was changed is wrong.
#[test]
fn files_of_the_same_name_are_told_apart() {
    let package = Package::new();
    let inf = INF
        .replace("Sample.sys,,,0x4000", "Sample.sys,,,0x4000\nmore.bin")
        .replace("[SourceDisksFiles.amd64]", "[SourceDisksFiles.amd64]\nmore.bin = 1, more");
    let inf = inf.replace("data_x64.bin", "more.bin").replace("more.bin = 1, x64", "");
    package.write("sample.inf", inf.as_bytes());
    package.write("more/more.bin", b"one");
    package.write("other/more.bin", b"two");
    let mut catalog = package.catalog().catalog;
    let two = FileDigest::flat(b"two");
    let mut more = from_digests(&[("more.bin".into(), two)], [], &options()).unwrap();
    catalog.members.append(&mut more.members);
    package.write("more/more.bin", b"changed");
    let report = folder(&catalog, "sample.cat", package.path()).unwrap();
    assert_eq!(report.problems, [Problem::Changed(package.file("more/more.bin"))]);
    assert!(report.good.contains(&package.file("other/more.bin")));
}

#[test]
fn what_cannot_be_made_says_why() {
    let package = Package::new();
    let error = |package: &Package| catalogs(package.path(), &options()).unwrap_err();
    package.write("sample.sys", &image(0)[..300]);
    assert!(matches!(error(&package), CreateError::Digest(path, _) if path.ends_with("sample.sys")));
    fs::remove_file(package.file("sample.sys")).unwrap();
    assert!(matches!(error(&package), CreateError::NoFile { file, .. } if file == Path::new("sample.sys")));
    package.write("sample.inf", INF.replace("CatalogFile", "; CatalogFile").as_bytes());
    assert!(matches!(error(&package), CreateError::NoCatalog(_)));
    package.write("sample.inf", b"[x");
    assert!(matches!(error(&package), CreateError::Inf(..)));
    fs::remove_file(package.file("sample.inf")).unwrap();
    assert!(matches!(error(&package), CreateError::NoInf(_)));
    assert!(matches!(catalogs(&package.file("none"), &options()), Err(CreateError::Io(..))));
}
