//! Catalogs: what is read is written again and read as the same; what is no catalog is refused with the name of a field.

use driver_catalog::{
    Catalog, Version,
    create::{Options, catalogs},
    digest,
    show::View,
    signature,
};
use std::{fs, time::SystemTime};

/// An INF with a file and two models.
const INF: &str = "[Version]\r\nSignature = \"$WINDOWS NT$\"\r\nCatalogFile = a.cat\r\n[Manufacturer]\r\n\
    \"A\" = Models,NTamd64.10.0\r\n[Models.NTamd64.10.0]\r\n\"One\" = Install,ROOT\\one\r\n\"Two\" = Install,ROOT\\two\r\n\
    [Install]\r\nCopyFiles = Files\r\n[Files]\r\na.sys\r\n[SourceDisksNames]\r\n1 = disk\r\n[SourceDisksFiles]\r\na.sys = 1\r\n";

/// Reads a catalog, its signature, and an image.
pub fn run(input: &[u8]) {
    match Catalog::from_der(input) {
        Ok(catalog) => {
            assert!(!View::new(&catalog).to_string().is_empty());
            // What no set may hold twice can be read, but not written.
            if let Ok(written) = catalog.to_der() {
                let again = Catalog::from_der(&written).unwrap_or_else(|error| panic!("{error}: {catalog:?}"));
                assert_eq!(again.to_der().ok().as_ref(), Some(&written));
                // Nothing was lost on the way; the order within a set may differ.
                assert_eq!(written.len(), input.len(), "{catalog:?}");
            }
            let _ = catalog.hardware_ids();
            catalog.signature.certificates().for_each(drop);
            catalog.signature.signers().for_each(drop);
        }
        Err(error) => assert!(error.field().starts_with("catalog: ") && !error.reason().is_empty(), "{error}"),
    }
    let _ = signature::check(input).map_err(|error| assert!(!error.to_string().is_empty()));
    let _ = digest::FileDigest::of(input).map_err(|error| assert!(!error.to_string().is_empty()));
    let _ = digest::signatures(input).map_err(|error| assert!(!error.to_string().is_empty()));
}

/// Catalogs of both versions, and a PE image of which there is the beginning only.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.inf"), INF).expect("the INF is written");
    fs::write(folder.path().join("a.sys"), b"no image").expect("its file is written");
    let made = [Version::V1, Version::V2].iter().flat_map(|version| {
        let options = Options { version: *version, ..Options::new(SystemTime::UNIX_EPOCH) };
        catalogs(folder.path(), &options).expect("a package")
    });
    let mut seeds: Vec<_> = made.map(|made| made.catalog.to_der().expect("a catalog that was made")).collect();
    let mut image = vec![0; 0x200];
    image[..2].copy_from_slice(b"MZ");
    image[0x3c] = 0x40;
    image[0x40..0x48].copy_from_slice(b"PE\0\0\x64\x86\x01\0");
    image[0x54] = 0xf0;
    image[0x58..0x5a].copy_from_slice(&[0x0b, 2]);
    seeds.push(image);
    seeds
}
