//! Names for the places in code that the verifier tells of.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use regex::{Captures, Regex};

use crate::kernel::symbols::{self, Symbols};

/// A place in a kernel image, as the verifier writes it.
const PLACE: &str = r"([\w-]+)\.sys\+0x([0-9a-f]+)";

/// Images whose name in the sandbox is not the name of their package, as pairs of the two. The debug information has the
/// name of the package.
const RENAMED: [(&str, &str); 1] = [("wdfprobe", "probe-driver")];

/// Adds the functions' names to the places in a text, for the images whose debug information is below `target`.
pub fn named(target: &Path, text: &str) -> String {
    let Ok(pattern) = Regex::new(PLACE) else { return text.to_owned() };
    let folders = ["driver", "sandbox"].map(|folder| target.join(folder));
    let mut images = HashMap::new();
    let mut name = |place: &Captures| {
        let image = images.entry(place[1].to_owned()).or_insert_with_key(|name| load(&folders, name));
        let function = u32::from_str_radix(&place[2], 16).ok().and_then(|address| image.as_ref()?.around(address));
        match function {
            Some((function, offset)) => format!("{} ({function}+{offset:#x})", &place[0]),
            None => place[0].to_owned(),
        }
    };
    pattern.replace_all(text, &mut name).into_owned()
}

fn load(folders: &[PathBuf], image: &str) -> Option<Symbols> {
    let renamed = RENAMED.iter().find(|(name, _)| *name == image);
    let image = renamed.map_or(image, |(_, package)| package);
    // Without debug information a place stays a number.
    folders.iter().find_map(|folder| symbols::of(&folder.join(image).with_extension("pdb")).ok())
}
