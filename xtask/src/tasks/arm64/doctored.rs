//! What the check of an image for ARM64 refuses: each rule about code and unwind data, broken in a copy of the image.

use std::fs;

use anyhow::{Context, Result, ensure};
use cargo_kmdf::kernel::{KernelImage, Model, image};
use object::read::pe::PeFile64;
use object::{Object, ObjectSection, pe};

/// `sub sp, sp, #0`, and the bits of the number.
const SUB_SP: u32 = 0xd100_03ff;
const NUMBER: u32 = 0xfff << 10;

/// What is done to an image.
type Change<'a> = &'a dyn Fn(&mut [u8]);

/// Where things are in the file.
struct Places {
    /// The entries of the data directories.
    directories: usize,
    /// The flags of the image.
    flags: usize,
    /// The headers of the sections.
    sections: usize,
    code: usize,
    unwind_data: usize,
}

impl Places {
    fn of(bytes: &[u8]) -> Result<Self> {
        let file = PeFile64::parse(bytes)?;
        let optional_header = file.dos_header().nt_headers_offset() as usize + 24;
        let data = |name: &str| {
            let section = file.section_by_name(name).with_context(|| format!("there is no {name}"))?;
            let (offset, _) = section.file_range().with_context(|| format!("{name} is empty"))?;
            Ok::<_, anyhow::Error>(usize::try_from(offset)?)
        };
        let directories = optional_header + 112;
        let sections = directories + 16 * size_of::<pe::ImageDataDirectory>();
        Ok(Self {
            directories,
            flags: optional_header + 70,
            sections,
            code: data(".text")?,
            unwind_data: data(".pdata")?,
        })
    }
}

/// Breaks a good image in every way, and looks whether the check says so.
pub fn are_refused(good: &KernelImage, model: Model) -> Result<()> {
    let bytes = fs::read(&good.sys)?;
    let places = Places::of(&bytes)?;
    let exceptions = places.directories + 8 * pe::IMAGE_DIRECTORY_ENTRY_EXCEPTION;
    let makes_room = (places.code..bytes.len()).step_by(4).find(|&at| word(&bytes, at) & !NUMBER == SUB_SP);
    let makes_room = makes_room.context("no function takes anything of the stack")?;
    let doctored: [(&str, &str, Change<'_>); 6] = [
        ("without unwind data move the stack pointer", "the first entry is left out", &|image| {
            set(image, exceptions, |address| address + 8);
            set(image, exceptions + 4, |size| size - 8);
        }),
        // Of `stp x19, x20, [sp, #-64]!`, say, the lowest bit of the number.
        ("unwind data is not that of the code", "the first instruction takes less", &|image| {
            image[places.code + 1] ^= 0x80;
        }),
        ("more than 2048 bytes of the stack", "a large frame", &|image| set(image, makes_room, |word| word | NUMBER)),
        ("is no code", "unwind data of data", &|image| set(image, places.unwind_data, |begin| begin | 1)),
        ("writable and executable", "writable code", &|image| image[places.sections + 39] |= 0x80),
        ("GUARD_CF", "no control flow guard", &|image| image[places.flags + 1] &= !0x40),
    ];
    let folder = tempfile::tempdir()?;
    let copy = KernelImage { sys: folder.path().join("doctored.sys"), pdb: good.pdb.clone() };
    for (message, what, change) in doctored {
        let mut image = bytes.clone();
        change(&mut image);
        fs::write(&copy.sys, image)?;
        let problems = image::problems(&copy, model, None)?.join("\n");
        ensure!(problems.contains(message), "{what}: {problems:?}");
    }
    Ok(())
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn set(bytes: &mut [u8], at: usize, change: impl FnOnce(u32) -> u32) {
    let changed = change(word(bytes, at));
    bytes[at..at + 4].copy_from_slice(&changed.to_le_bytes());
}
