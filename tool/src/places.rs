//! Names for the places in code that the verifier tells of.

use std::collections::HashMap;
use std::path::PathBuf;

use regex::{Captures, Regex};

use crate::kernel::symbols::{self, Symbols};

/// A place in a kernel image, as the verifier writes it.
const PLACE: &str = r"([\w-]+)\.sys\+0x([0-9a-f]+)";

/// Where the debug information of the images on a machine lies.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Folders in which it has the name of the image.
    pub folders: Vec<PathBuf>,
    /// Images whose name on the machine is another, with the name of the debug information.
    pub renamed: Vec<(String, String)>,
}

impl Places {
    /// Adds the functions' names to the places in a text.
    #[must_use]
    pub fn named(&self, text: &str) -> String {
        let Ok(pattern) = Regex::new(PLACE) else { return text.to_owned() };
        let mut images = HashMap::new();
        let mut name = |place: &Captures| {
            let image = images.entry(place[1].to_owned()).or_insert_with_key(|name| self.load(name));
            let function = u32::from_str_radix(&place[2], 16).ok().and_then(|address| image.as_ref()?.around(address));
            match function {
                Some((function, offset)) => format!("{} ({function}+{offset:#x})", &place[0]),
                None => place[0].to_owned(),
            }
        };
        pattern.replace_all(text, &mut name).into_owned()
    }

    fn load(&self, image: &str) -> Option<Symbols> {
        let renamed = self.renamed.iter().find(|(name, _)| name == image);
        let image = renamed.map_or(image, |(_, information)| information);
        // Without debug information a place stays a number.
        self.folders.iter().find_map(|folder| symbols::of(&folder.join(format!("{image}.pdb"))).ok())
    }
}
