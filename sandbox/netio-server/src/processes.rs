//! What the processes of the machine take, by name.

use anyhow::Result;
use procfs::process::{Process, all_processes};
use std::collections::BTreeMap;
use witness::Processes;

/// Looks at every process that there is.
///
/// # Errors
/// There is no `/proc`.
pub fn look() -> Result<Vec<Processes>> {
    let mut found: BTreeMap<String, Processes> = BTreeMap::new();
    for process in all_processes()?.flatten() {
        // One that ends meanwhile takes nothing any more.
        let Some(Processes { name, memory, peak, files, threads }) = of(&process) else { continue };
        let sum = found.entry(name.clone()).or_insert_with(|| Processes { name, ..Processes::default() });
        sum.memory += memory;
        sum.peak = sum.peak.max(peak);
        sum.files += files;
        sum.threads += threads;
    }
    Ok(found.into_values().collect())
}

fn of(process: &Process) -> Option<Processes> {
    let status = process.status().ok()?;
    let files = u64::try_from(process.fd_count().ok()?).ok()?;
    let (memory, peak) = (status.rssanon.unwrap_or(0), status.vmhwm.unwrap_or(0));
    let name = if status.name == MAIN { program(process).unwrap_or(status.name) } else { status.name };
    Some(Processes { name, memory, peak, files, threads: status.threads })
}

/// How programs in Rust name their first thread, which Wine makes the name of the process.
const MAIN: &str = "main";

/// The file that the process runs, as Windows or Linux names it.
fn program(process: &Process) -> Option<String> {
    let line = process.cmdline().ok()?;
    line.first()?.rsplit(['\\', '/']).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_among_them_and_takes_something() {
        let own = Process::myself().unwrap().status().unwrap().name;
        let processes = look().unwrap();
        let own = processes.iter().find(|processes| processes.name == own).unwrap();
        assert!(own.memory > 0 && own.peak >= own.memory && own.files > 2 && own.threads > 0, "{own:?}");
    }
}
