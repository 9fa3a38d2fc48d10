//! What a driver image must be like, checked on the image itself.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};
use object::pe;
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile64};
use object::{LittleEndian as LE, Object, ObjectSection};
use regex::bytes::Regex;

use super::KernelImage;
use super::symbols::{self, Symbols};

/// The images that a driver of this project may import from.
const IMPORTS: [&str; 4] = ["HAL.DLL", "NETIO.SYS", "NTOSKRNL.EXE", "WDFLDR.SYS"];

/// Flags of the image: loaded anywhere in 64 bits, no execution of data, only with a valid signature.
const FLAGS: [(u16, &str); 4] = [
    (pe::IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA, "HIGH_ENTROPY_VA"),
    (pe::IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE, "DYNAMIC_BASE"),
    (pe::IMAGE_DLLCHARACTERISTICS_NX_COMPAT, "NX_COMPAT"),
    (pe::IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY, "FORCE_INTEGRITY"),
];

/// Memory integrity (HVCI) protects whole pages.
const PAGE: u32 = 0x1000;

/// Checks the release image of a driver, with its debug information beside it; the error says what is wrong.
pub fn check(image: &KernelImage) -> Result<()> {
    let bytes = fs::read(&image.sys)?;
    let file = PeFile64::parse(&*bytes)?;
    header(&file)?;
    sections(&file)?;
    imports(&file)?;
    let symbols = symbols::of(&image.pdb)?;
    let entry = file.nt_headers().optional_header().address_of_entry_point();
    ensure!(symbols.at(entry) == Some("FxDriverEntry"), "the entry point is {:?}", symbols.at(entry));
    panics(&file, &symbols)?;
    let (found, wanted) = (file.nt_headers().optional_header().check_sum(), checksum(&file, &bytes)?);
    ensure!(found == wanted, "the checksum is {found:#x}, and should be {wanted:#x}");
    Ok(())
}

/// The one panic that is left: wdk-sys' call_unsafe_wdf_function_binding! indexes the framework's function table by the
/// length that the framework gave at run time. Nothing of it depends on a request, and nothing formats text: the handler
/// of wdk-panic stops the machine with the place in the source.
const PANICS: [&str; 2] = ["core::panicking::panic_bounds_check", "core::panicking::panic_fmt"];

/// Where that macro is used, and so the only source that the places of panics may name.
const PANIC_SOURCES: &str = "crates/kmdf/src/";

fn panics(file: &PeFile64<'_>, symbols: &Symbols) -> Result<()> {
    let mut others = symbols.of_panics();
    others.retain(|name| !PANICS.contains(name));
    ensure!(others.is_empty(), "the image can panic in more than one way, or format text: {others:#?}");
    let sources = Regex::new(r"[\w./\\-]+\.rs")?;
    for section in file.sections() {
        for source in sources.find_iter(section.data()?) {
            let source = String::from_utf8_lossy(source.as_bytes()).replace('\\', "/");
            ensure!(source.contains(PANIC_SOURCES), "{source} can panic");
        }
    }
    Ok(())
}

fn header(file: &PeFile64<'_>) -> Result<()> {
    let header = file.nt_headers().optional_header();
    ensure!(header.subsystem() == pe::IMAGE_SUBSYSTEM_NATIVE, "the subsystem is {}", header.subsystem());
    for (flag, name) in FLAGS {
        ensure!(header.dll_characteristics() & flag != 0, "the flag {name} is not set");
    }
    Ok(())
}

/// The checksum of a PE image: its 16-bit words, without the checksum itself, added with carry; plus its length.
fn checksum(file: &PeFile64<'_>, bytes: &[u8]) -> Result<u32> {
    let optional_header = file.dos_header().nt_headers_offset() as usize + 4 + size_of::<pe::ImageFileHeader>();
    let position = optional_header + std::mem::offset_of!(pe::ImageOptionalHeader64, check_sum);
    let mut sum = 0u32;
    for (index, word) in bytes.chunks(2).enumerate() {
        if !(position..position + 4).contains(&(index * 2)) {
            sum += u32::from(word[0]) | u32::from(*word.get(1).unwrap_or(&0)) << 8;
            sum = (sum & 0xffff) + (sum >> 16);
        }
    }
    Ok(sum + u32::try_from(bytes.len())?)
}

fn sections(file: &PeFile64<'_>) -> Result<()> {
    let header = file.nt_headers().optional_header();
    ensure!(header.section_alignment() == PAGE, "sections are aligned to {:#x}", header.section_alignment());
    let imports = file.data_directories().get(pe::IMAGE_DIRECTORY_ENTRY_IAT).context("there is no import table")?;
    for section in file.section_table().iter() {
        let name = String::from_utf8_lossy(section.raw_name());
        let flags = section.characteristics.get(LE);
        let start = section.virtual_address.get(LE);
        ensure!(start.is_multiple_of(PAGE), "section {name} begins within a page");
        let (writable, executable) = (flags & pe::IMAGE_SCN_MEM_WRITE != 0, flags & pe::IMAGE_SCN_MEM_EXECUTE != 0);
        ensure!(!(writable && executable), "section {name} is writable and executable");
        let range = start..start + section.virtual_size.get(LE);
        ensure!(!(executable && range.contains(&imports.virtual_address.get(LE))), "import addresses are executable");
    }
    Ok(())
}

fn imports(file: &PeFile64<'_>) -> Result<()> {
    let table = file.import_table()?.context("there are no imports")?;
    let mut descriptors = table.descriptors()?;
    let mut others = BTreeSet::new();
    while let Some(descriptor) = descriptors.next()? {
        let name = String::from_utf8_lossy(table.name(descriptor.name.get(LE))?).to_uppercase();
        if !IMPORTS.contains(&name.as_str()) {
            others.insert(name);
        }
    }
    ensure!(others.is_empty(), "the image imports from {others:?}");
    Ok(())
}
