//! Whether an image is a driver for a machine.

use object::FileKind;
use object::LittleEndian as LE;
use object::pe;
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile, PeFile32, PeFile64};

use crate::inf::Architecture;

/// Why an image is no driver for a machine.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// Its headers are not those of a PE image, or cannot be read.
    #[error("it is no driver image, or a damaged one: {0}")]
    Headers(object::read::Error),
    /// It is of another kind.
    #[error("it is no driver image: {0}")]
    Kind(&'static str),
    /// It is for other processors.
    #[error("it is built for {built}, and the machine has {machine} (IMAGE_FILE_HEADER.Machine {number:#06x})")]
    Machine {
        /// What it is built for.
        built: &'static str,
        /// What the machine has.
        machine: &'static str,
        /// The number in the image.
        number: u16,
    },
    /// It has fewer bytes than its headers say.
    #[error("it is cut off: section {section} ends at byte {end}, and the file has {length}")]
    CutOff {
        /// The section.
        section: String,
        /// Where the section ends.
        end: u64,
        /// How long the file is, in bytes.
        length: u64,
    },
}

// Not `#[from]`: the text is whole, a source would say the same again.
impl From<object::read::Error> for ImageError {
    fn from(error: object::read::Error) -> Self {
        Self::Headers(error)
    }
}

/// Checks that `bytes` are a whole kernel-mode image for `architecture`.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn check_driver(bytes: &[u8], architecture: Architecture) -> Result<(), ImageError> {
    match FileKind::parse(bytes) {
        Ok(FileKind::Pe32) => check(&PeFile32::parse(bytes)?, bytes, architecture),
        Ok(FileKind::Pe64) => check(&PeFile64::parse(bytes)?, bytes, architecture),
        Ok(_) => Err(ImageError::Kind("it is a file of another kind")),
        Err(error) => Err(error.into()),
    }
}

fn check<Headers: ImageNtHeaders>(
    image: &PeFile<'_, Headers>,
    bytes: &[u8],
    architecture: Architecture,
) -> Result<(), ImageError> {
    let number = image.nt_headers().file_header().machine.get(LE);
    if number != machine(architecture) {
        let all = [Architecture::X86, Architecture::Amd64, Architecture::Arm64];
        let built =
            all.into_iter().find(|known| machine(*known) == number).map_or("another machine", Architecture::name);
        return Err(ImageError::Machine { built, machine: architecture.name(), number });
    }
    if image.nt_headers().optional_header().subsystem() != pe::IMAGE_SUBSYSTEM_NATIVE {
        return Err(ImageError::Kind("it is a program or a library (its subsystem is not that of the kernel)"));
    }
    let length = bytes.len() as u64;
    for section in image.section_table().iter() {
        let end = u64::from(section.pointer_to_raw_data.get(LE)) + u64::from(section.size_of_raw_data.get(LE));
        if end > length {
            let section = String::from_utf8_lossy(section.raw_name()).into_owned();
            return Err(ImageError::CutOff { section, end, length });
        }
    }
    Ok(())
}

/// `IMAGE_FILE_HEADER.Machine` of an architecture.
const fn machine(architecture: Architecture) -> u16 {
    match architecture {
        Architecture::X86 => pe::IMAGE_FILE_MACHINE_I386,
        Architecture::Amd64 => pe::IMAGE_FILE_MACHINE_AMD64,
        Architecture::Arm64 => pe::IMAGE_FILE_MACHINE_ARM64,
    }
}
