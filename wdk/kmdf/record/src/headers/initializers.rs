//! The functions that fill a structure with what is usual.

use std::fmt::{Result, Write};

use super::Part;
use crate::{Initializer, Member};

pub fn write(out: &mut String, part: &Part) -> Result {
    let here = part.interface.initializers.iter().filter(|(_, initializer)| part.has(initializer.header.as_deref()));
    for (name, initializer) in here {
        let structure = part.interface.structures.get(&format!("_{}", initializer.structure)).ok_or(std::fmt::Error)?;
        let members: Vec<_> = structure.members_in(part.release.minor).collect();
        self::initializer(out, name, initializer, &members)?;
    }
    Ok(())
}

fn initializer(out: &mut String, name: &str, initializer: &Initializer, members: &[&Member]) -> Result {
    let Initializer { structure, target, parameters, sets, .. } = initializer;
    let first = format!("P{structure} {target}");
    writeln!(out, "static __inline VOID {name}({})\n{{", super::parameters(Some(&first), parameters))?;
    writeln!(out, "    RtlZeroMemory({target}, sizeof({structure}));")?;
    let member = |name: &str| members.iter().find(|member| member.name == name);
    if let Some(size) = member("Size") {
        let c_type = size.c_type.as_deref().unwrap_or_default();
        writeln!(out, "    {target}->Size = ({c_type})WDF_STRUCTURE_SIZE({structure});")?;
    }
    for (name, c_type) in parameters.iter().filter(|(name, _)| member(name).is_some()) {
        // A structure is assigned as it is.
        let own = member(name).and_then(|member| member.c_type.as_deref()).unwrap_or(c_type);
        let cast = if own == c_type { String::new() } else { format!("({own})") };
        writeln!(out, "    {target}->{name} = {cast}{name};")?;
    }
    // A release may lack the member.
    for (path, value) in sets.iter().filter(|(path, _)| member(path.split('.').next().unwrap_or(path)).is_some()) {
        writeln!(out, "    {target}->{path} = {value};")?;
    }
    writeln!(out, "}}\n")
}
