//! What is different about an image for ARM64.

use anyhow::{Context, Result, ensure};
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile64};
use object::{LittleEndian as LE, U32Bytes, pe, pod};

/// Whether an image is for ARM64.
pub fn is(file: &PeFile64<'_>) -> bool {
    file.nt_headers().file_header().machine.get(LE) == pe::IMAGE_FILE_MACHINE_ARM64
}

/// Checks the unwind data: each entry is of code, they are in order, as a search in them needs, and the entry point has
/// one. The code of ARM64 itself is not looked at.
pub fn unwind(file: &PeFile64<'_>, bytes: &[u8]) -> Result<()> {
    let directory =
        file.data_directories().get(pe::IMAGE_DIRECTORY_ENTRY_EXCEPTION).context("there is no unwind data")?;
    let words = pod::slice_from_all_bytes::<[U32Bytes<LE>; 2]>(directory.data(bytes, &file.section_table())?);
    let words = words.ok().context("the unwind data is cut off")?;
    // Where a function begins, and either how it is unwound or where that stands.
    let entries: Vec<(u32, u32)> = words.iter().map(|[begin, unwind]| (begin.get(LE), unwind.get(LE))).collect();
    let begins: Vec<u32> = entries.iter().map(|(begin, _)| *begin).collect();
    ensure!(!begins.is_empty(), "the unwind data is empty");
    ensure!(begins.is_sorted_by(|one, next| one < next), "the unwind data is not in order");
    for (begin, unwind) in entries {
        ensure!(begin.is_multiple_of(4) && is_code(file, begin), "unwind data for {begin:#x}, which is no code");
        ensure!(unwind != 0, "the function at {begin:#x} has unwind data that says nothing");
    }
    let start = file.nt_headers().optional_header().address_of_entry_point();
    ensure!(begins.contains(&start), "the entry point has no unwind data");
    Ok(())
}

fn is_code(file: &PeFile64<'_>, address: u32) -> bool {
    file.section_table().iter().any(|section| {
        let start = section.virtual_address.get(LE);
        let executable = section.characteristics.get(LE) & pe::IMAGE_SCN_MEM_EXECUTE != 0;
        executable && (start..start + section.virtual_size.get(LE)).contains(&address)
    })
}
