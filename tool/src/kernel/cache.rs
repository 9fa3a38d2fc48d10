//! What wdk-macros remembers of the framework's functions.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::files;
use crate::workspace::{Workspace, kit};

/// wdk-macros 0.5.2 keeps the signatures that it once read and never looks whether they have changed: its memory goes
/// when another framework is built against.
pub fn forget_outdated(workspace: &Workspace, content_root: &Path) -> Result<()> {
    let mut framework = content_root.display().to_string();
    let framework_sources = kit()?.join("wdk/kmdf");
    for (folder, extension) in [("include", "h"), ("record/src/headers", "rs")] {
        for file in files::with_extension(&framework_sources.join(folder), extension)? {
            framework += &fs::read_to_string(file)?;
        }
    }
    framework += &fs::read_to_string(framework_sources.join("record/abi.json"))?;
    files::cached(&workspace.target.join("wdk/framework"), &framework, || {
        for profile in ["debug", "release"] {
            forget(&workspace.target.join(profile).join("build"))?;
        }
        files::write(&workspace.target.join("wdk/framework"), "what wdk-macros has seen: see the file beside this\n")
    })
}

fn forget(builds: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(builds) else {
        return Ok(());
    };
    for entry in entries {
        let memory = entry?.path().join("out/wdk_macros_ast_fragments/cached_function_info_map.json");
        if memory.is_file() {
            fs::remove_file(memory)?;
        }
    }
    Ok(())
}
