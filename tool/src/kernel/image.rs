//! What a driver image must be like, checked on the image itself.

use std::fs;

use anyhow::{Context, Result, ensure};
use object::pe;
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile64};
use object::{LittleEndian as LE, Object, ObjectSection, pod};
use regex::bytes::Regex;

use super::artifact::KernelImage;
use super::model::Model;
use super::symbols::{self, Symbols};
use super::version::Identity;
use super::{arm64, binding, frames, guard, unwind, version};

/// Flags of the image: loaded anywhere in 64 bits, no execution of data, only with a valid signature, with
/// control flow guard.
const FLAGS: [(u16, &str); 5] = [
    (pe::IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA, "HIGH_ENTROPY_VA"),
    (pe::IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE, "DYNAMIC_BASE"),
    (pe::IMAGE_DLLCHARACTERISTICS_NX_COMPAT, "NX_COMPAT"),
    (pe::IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY, "FORCE_INTEGRITY"),
    (pe::IMAGE_DLLCHARACTERISTICS_GUARD_CF, "GUARD_CF"),
];

/// Memory integrity (HVCI) protects whole pages.
const PAGE: u32 = 0x1000;

/// What a project asks of its image, beyond what has to be so of every driver.
#[derive(Clone, Copy)]
pub struct Requirements<'a> {
    /// Whose it is, and which version.
    pub identity: Identity<'a>,
    /// How large it may be before it is signed, in bytes: it is in memory for as long as it is loaded. Data of zeros
    /// takes no room in it.
    pub size: usize,
    /// Whether it may import a function, by the name of the module and its own; the error says why not.
    pub import: &'a dyn Fn(&str, &str) -> Result<()>,
    /// The part of a path that every source has in which a panic may begin.
    pub panics_in: &'a str,
}

/// Checks the release image of a driver, with its debug information beside it; the error has all that is wrong.
///
/// # Errors
///
/// The image cannot be read, or something about it is not as it should be.
pub fn check(image: &KernelImage, model: Model, requirements: Option<&Requirements<'_>>) -> Result<()> {
    let problems = problems(image, model, requirements)?;
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

/// What is wrong with the image of a driver that is built for `model`.
///
/// # Errors
///
/// It cannot be read.
pub fn problems(image: &KernelImage, model: Model, requirements: Option<&Requirements<'_>>) -> Result<Vec<String>> {
    let bytes = fs::read(&image.sys).with_context(|| format!("cannot read {}", image.sys.display()))?;
    let file = PeFile64::parse(&*bytes).with_context(|| format!("{} is no image", image.sys.display()))?;
    let mut found = vec![
        header(&file),
        sections(&file),
        guard::check(&file, &bytes),
        binding::check(&file, &bytes, model),
        reproducible(&file, &bytes),
        checked_sum(&file, &bytes),
    ];
    let symbols = own_symbols(&file, image);
    match &symbols {
        Ok(symbols) if arm64::is(&file) => found.extend([
            entry(&file, symbols),
            arm64::unwind(&file, &bytes, symbols),
            arm64::frames(&file, &bytes, symbols),
        ]),
        Ok(symbols) => found.extend([
            entry(&file, symbols),
            unwind::check(&file, &bytes, symbols),
            frames::check(&file, &bytes, symbols),
        ]),
        Err(error) => found.push(Err(anyhow::anyhow!("{error:#}"))),
    }
    if let Some(asked) = requirements {
        found.push(size(&file, &bytes, asked.size));
        found.push(no_exports(&file));
        found.push(version::check(&bytes, &asked.identity));
        found.extend(file.imports()?.iter().map(|import| imported(import, asked)));
        found.extend(symbols.iter().map(|symbols| panics(&file, symbols, asked.panics_in)));
    }
    Ok(found.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect())
}

/// Whether an image is for ARM64 processors.
///
/// # Errors
///
/// It cannot be read.
pub fn is_arm64(image: &KernelImage) -> Result<bool> {
    let bytes = fs::read(&image.sys).with_context(|| format!("cannot read {}", image.sys.display()))?;
    Ok(arm64::is(&PeFile64::parse(&*bytes).with_context(|| format!("{} is no image", image.sys.display()))?))
}

fn own_symbols(file: &PeFile64<'_>, image: &KernelImage) -> Result<Symbols> {
    let symbols = symbols::of(&image.pdb)?;
    let debug = file.pdb_info()?.context("the image names no debug information")?;
    ensure!(symbols.belong_to(&debug.guid()), "{} is that of another image", image.pdb.display());
    Ok(symbols)
}

/// The framework's own entry point binds the driver before it calls `DriverEntry`.
fn entry(file: &PeFile64<'_>, symbols: &Symbols) -> Result<()> {
    let entry = file.nt_headers().optional_header().address_of_entry_point();
    ensure!(symbols.at(entry) == Some("FxDriverEntry"), "the entry point is {:?}", symbols.at(entry));
    Ok(())
}

fn checked_sum(file: &PeFile64<'_>, bytes: &[u8]) -> Result<()> {
    let (found, wanted) = (file.nt_headers().optional_header().check_sum(), checksum(file, bytes)?);
    ensure!(found == wanted, "the checksum is {found:#x}, and should be {wanted:#x}");
    Ok(())
}

fn imported(import: &object::Import<'_>, asked: &Requirements<'_>) -> Result<()> {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    (asked.import)(&text(import.library()).to_uppercase(), &text(import.name()))
}

/// Windows calls a driver through what it registers. Rust exports each `no_mangle` function unless it is told not to.
fn no_exports(file: &PeFile64<'_>) -> Result<()> {
    let exports = file.exports()?;
    let exports: Vec<_> = exports.iter().map(|export| String::from_utf8_lossy(export.name())).collect();
    ensure!(exports.is_empty(), "the image exports {exports:?}");
    Ok(())
}

/// The one panic that a driver cannot do without: wdk-sys' `call_unsafe_wdf_function_binding!` indexes the framework's
/// function table by the length that the framework gave at run time. Nothing of it depends on a request, and nothing
/// formats text: the handler of wdk-panic stops the machine with the place in the source.
const PANICS: [&str; 2] = ["core::panicking::panic_bounds_check", "core::panicking::panic_fmt"];

fn panics(file: &PeFile64<'_>, symbols: &Symbols, allowed: &str) -> Result<()> {
    let mut others = symbols.of_panics();
    others.retain(|name| !PANICS.contains(name));
    ensure!(others.is_empty(), "the image can panic in more than one way, or format text: {others:#?}");
    let sources = Regex::new(r"[\w./\\-]+\.rs")?;
    for section in file.sections() {
        for source in sources.find_iter(section.data()?) {
            let source = String::from_utf8_lossy(source.as_bytes()).replace('\\', "/");
            ensure!(source.contains(allowed), "{source} can panic");
        }
    }
    Ok(())
}

/// The linker leaves a mark where it put no time into the image.
fn reproducible(file: &PeFile64<'_>, bytes: &[u8]) -> Result<()> {
    let directory =
        file.data_directories().get(pe::IMAGE_DIRECTORY_ENTRY_DEBUG).context("there is no debug directory")?;
    let entries = pod::slice_from_all_bytes::<pe::ImageDebugDirectory>(directory.data(bytes, &file.section_table())?);
    let entries = entries.ok().context("the debug directory is cut off")?;
    let marked = entries.iter().any(|entry| entry.typ.get(LE) == pe::IMAGE_DEBUG_TYPE_REPRO);
    ensure!(marked, "the time of the build is in the image");
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

/// The signature is the last of an image; its directory names a place in the file.
fn size(file: &PeFile64<'_>, bytes: &[u8], largest: usize) -> Result<()> {
    let directory = file.data_directories().get(pe::IMAGE_DIRECTORY_ENTRY_SECURITY);
    let signature = directory.map_or(0, |directory| directory.virtual_address.get(LE)) as usize;
    let size = if signature == 0 { bytes.len() } else { signature };
    ensure!(size <= largest, "the image has {size} bytes, more than {} KiB", largest / 1024);
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
