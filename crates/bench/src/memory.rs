//! Peak memory of processes that read the neighbor table.

use crate::measure::COMMAND;
use anyhow::{Context, Result, ensure};
use netioctl_client::{Access, Device, Family};
use std::{
    env,
    io::{self, Read},
    process::{Child, Command, Stdio},
};

/// Reads the neighbor table once; the most memory, in bytes, that this process has ever had.
pub fn of_reading() -> Result<u64> {
    let device = Device::open(Access::Read)?;
    let table = device.neighbor_table(Family::Both)?;
    let peak = peak(None)?;
    // The table counts: it is there until here.
    drop(table);
    Ok(peak)
}

/// Has the command show the neighbor table; the most memory, in bytes, that it had when it began to print: all is read
/// and sorted by then, and what is printed is not kept.
pub fn of_command() -> Result<u64> {
    let program = env::current_exe()?.with_file_name(COMMAND);
    let mut command = Command::new(program);
    let mut process = command.args(["neigh", "show", "--json"]).stdout(Stdio::piped()).spawn().context(COMMAND)?;
    let mut printed = process.stdout.take().context("no standard output")?;
    printed.read_exact(&mut [0])?;
    let peak = peak(Some(&process));
    io::copy(&mut printed, &mut io::sink())?;
    ensure!(process.wait()?.success(), "{COMMAND} failed");
    peak
}

/// The peak of the working set, of this process or of another.
#[cfg(windows)]
fn peak(of: Option<&Child>) -> Result<u64> {
    use std::os::windows::io::AsRawHandle;
    use windows_sys::Win32::System::{
        ProcessStatus::{K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS},
        Threading::GetCurrentProcess,
    };

    let mut counters = PROCESS_MEMORY_COUNTERS::default();
    let size = u32::try_from(size_of_val(&counters))?;
    // SAFETY: answers a constant.
    let own = unsafe { GetCurrentProcess() };
    let process = of.map_or(own, AsRawHandle::as_raw_handle);
    // SAFETY: the handle is open; writes `size` bytes to a local of that size.
    let done = unsafe { K32GetProcessMemoryInfo(process, &raw mut counters, size) };
    ensure!(done != 0, "the memory of the process: {}", io::Error::last_os_error());
    ensure!(counters.PeakWorkingSetSize > 0, "the system does not tell the memory of the process");
    Ok(counters.PeakWorkingSetSize as u64)
}

/// There is no driver to read from.
#[cfg(not(windows))]
fn peak(_: Option<&Child>) -> Result<u64> {
    anyhow::bail!("memory is measured on Windows only")
}
