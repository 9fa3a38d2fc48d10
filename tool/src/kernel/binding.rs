//! What a driver image tells the framework's loader about itself.
//!
//! The image holds one structure that its entry point hands to WDFLDR.SYS, which binds the driver by it or refuses it.
//! It is found without symbols, so in the image of any linker and library: by the pointer to the component's name,
//! which must be relocated, as every address in an image.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile64};
use object::{LittleEndian as LE, pe};
use wdf_abi::Release;

use super::model::Model;

/// The component that every KMDF driver binds to.
const COMPONENT: &str = "KmdfLibrary";

/// Offsets of members, as the loader knows them.
const SIZE: u32 = 0x00;
const NAME: u32 = 0x08;
const MAJOR: u32 = 0x10;
const MINOR: u32 = 0x14;
const FUNCTION_COUNT: u32 = 0x1C;
const FUNCTION_TABLE: u32 = 0x20;
const MINIMUM: u32 = 0x30;
/// Members with which a driver may run on a framework older than the one that it is built for.
const FOR_OLDER: [u32; 5] = [MINIMUM, 0x38, 0x40, 0x48, 0x50];

/// The structure's size with those members.
const WITH_OLDER: u32 = 0x58;

/// The structure's size without them, which is all that loaders before 1.25 know.
const WITHOUT_OLDER: u32 = 0x30;

/// The release that brought them.
const FIRST_WITH_OLDER: u32 = 25;

/// Checks that the image asks the loader for what the manifest says.
pub fn check(file: &PeFile64<'_>, bytes: &[u8], model: Model) -> Result<()> {
    let image = Image { file, bytes, relocated: relocated(file, bytes)? };
    let info = image.bind_info()?;
    let size = image.word(info + SIZE)?;
    let pointer =
        |member| image.pointer(info + member).with_context(|| format!("member {member:#x} of the binding")).map(drop);
    pointer(FUNCTION_TABLE)?;
    if model.target < FIRST_WITH_OLDER {
        ensure!(size == WITHOUT_OLDER, "the driver has {size:#x} bytes of information for a loader before 1.25");
    } else {
        ensure!(
            size == WITH_OLDER,
            "the driver binds in the way of KMDF 1.23 and older: {size:#x} bytes of information"
        );
        FOR_OLDER.into_iter().try_for_each(pointer)?;
        image.asks_for_minimum(info, model)?;
    }
    let target = (image.word(info + MAJOR)?, image.word(info + MINOR)?);
    ensure!(target == (model.major, model.target), "the image is built for KMDF {}.{}", target.0, target.1);
    let release = Release::of(model.target).context("the functions of the target's framework are not known")?;
    let count = image.word(info + FUNCTION_COUNT)?;
    ensure!(count as usize == release.functions, "the image asks for {count} functions, not {}", release.functions);
    Ok(())
}

struct Image<'data> {
    file: &'data PeFile64<'data>,
    bytes: &'data [u8],
    /// Where addresses lie.
    relocated: BTreeSet<u32>,
}

/// The places that the loader of images adjusts.
fn relocated(file: &PeFile64<'_>, bytes: &[u8]) -> Result<BTreeSet<u32>> {
    let sections = file.section_table();
    let mut blocks = file.data_directories().relocation_blocks(bytes, &sections)?.context("nothing is relocated")?;
    let mut places = BTreeSet::new();
    while let Some(block) = blocks.next()? {
        places.extend(block.filter(|place| place.typ == pe::IMAGE_REL_BASED_DIR64).map(|place| place.virtual_address));
    }
    Ok(places)
}

impl Image<'_> {
    /// The oldest framework that the image is content with is that of the manifest.
    fn asks_for_minimum(&self, info: u32, model: Model) -> Result<()> {
        let minimum = self.word(self.pointer(info + MINIMUM)?)?;
        ensure!(
            minimum == model.minimum,
            "the image refuses every KMDF older than {0}.{minimum}, the manifest says {0}.{1}",
            model.major,
            model.minimum
        );
        Ok(())
    }

    /// The structure whose member names the component: there is exactly one.
    fn bind_info(&self) -> Result<u32> {
        let name: Vec<u8> = COMPONENT.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        let named = |&&place: &&u32| {
            let text = self.pointer(place).ok().and_then(|text| self.data(text));
            text.is_some_and(|text| text.starts_with(&name))
        };
        let places: Vec<u32> = self.relocated.iter().filter(named).copied().collect();
        match places[..] {
            [place] => Ok(place - NAME),
            [] => bail!("the image does not bind to {COMPONENT}"),
            _ => bail!("the image binds to {COMPONENT} in several ways"),
        }
    }

    /// The address relative to the image's that lies at an address.
    fn pointer(&self, place: u32) -> Result<u32> {
        ensure!(self.relocated.contains(&place), "there is no address at {place:#x}");
        let (low, high) = (self.word(place)?, self.word(place + 4)?);
        let address = u64::from(high) << 32 | u64::from(low);
        let base = self.file.nt_headers().optional_header().image_base();
        Ok(u32::try_from(address.checked_sub(base).context("an address before the image")?)?)
    }

    /// A number of 32 bits.
    fn word(&self, place: u32) -> Result<u32> {
        if let Some(&word) = self.data(place).and_then(|data| data.first_chunk()) {
            return Ok(u32::from_le_bytes(word));
        }
        // The end of a section that is not in the file is zero.
        let inside = |section: &&pe::ImageSectionHeader| {
            let start = section.virtual_address.get(LE);
            (start..start + section.virtual_size.get(LE)).contains(&place)
        };
        ensure!(self.file.section_table().iter().any(|section| inside(&section)), "{place:#x} is in no section");
        Ok(0)
    }

    fn data(&self, place: u32) -> Option<&[u8]> {
        self.file.section_table().pe_data_at(self.bytes, place)
    }
}
