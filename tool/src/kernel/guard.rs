//! Control flow guard in an image.

use anyhow::{Context, Result, ensure};
use object::pe::{self, ImageLoadConfigDirectory64};
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile64};
use object::{LittleEndian as LE, pod};

/// The calls are checked, and there is a table of what they may reach.
const FLAGS: u32 = pe::IMAGE_GUARD_CF_INSTRUMENTED | pe::IMAGE_GUARD_CF_FUNCTION_TABLE_PRESENT;

/// Checks that the loader finds everything that it needs to guard the image.
pub fn check(file: &PeFile64<'_>, bytes: &[u8]) -> Result<()> {
    let directory = file.data_directories().get(pe::IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG);
    let address = directory.context("there is no load configuration")?.virtual_address.get(LE);
    let data = file.section_table().pe_data_at(bytes, address).context("the load configuration is in no section")?;
    let config = pod::from_bytes::<ImageLoadConfigDirectory64>(data);
    let (config, _) = config.ok().context("the load configuration is cut off")?;
    let flags = config.guard_flags.get(LE);
    ensure!(flags & FLAGS == FLAGS, "the flags of control flow guard are {flags:#x}");
    ensure!(config.guard_cf_function_count.get(LE) > 0, "nothing may be called");
    let base = file.nt_headers().optional_header().image_base();
    for address in [
        config.guard_cf_check_function_pointer,
        config.guard_cf_dispatch_function_pointer,
        config.guard_cf_function_table,
    ] {
        let relative = u32::try_from(address.get(LE).wrapping_sub(base)).ok();
        let found = relative.and_then(|address| file.section_table().pe_data_at(bytes, address));
        ensure!(found.is_some(), "the load configuration leads out of the image, to {:#x}", address.get(LE));
    }
    Ok(())
}
