//! What the check of the image refuses.

use std::collections::BTreeMap;
use std::fs;

use object::LittleEndian as LE;
use object::pe::{ImageNtHeaders64, ImageSectionHeader};
use object::read::pe::{ImageNtHeaders, PeFile64};

use crate::copy::{Package, find, refusal, utf16, xtask};

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
