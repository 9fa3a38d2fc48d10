//! Peak memory of this process.

use anyhow::Result;
use netioctl_client::{Access, Device, Family};

/// Reads the neighbor table once; the most memory, in bytes, that this process has ever had.
pub fn of_reading() -> Result<u64> {
    let device = Device::open(Access::Read)?;
    let table = device.neighbor_table(Family::Both)?;
    let peak = peak()?;
    // The table counts: it is there until here.
    drop(table);
    Ok(peak)
}

/// The peak of the working set.
#[cfg(windows)]
fn peak() -> Result<u64> {
    use windows_sys::Win32::System::{
        ProcessStatus::{K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS},
        Threading::GetCurrentProcess,
    };

    let mut counters = PROCESS_MEMORY_COUNTERS::default();
    let size = u32::try_from(size_of_val(&counters))?;
    // SAFETY: answers a constant.
    let process = unsafe { GetCurrentProcess() };
    // SAFETY: writes `size` bytes to a local of that size.
    let done = unsafe { K32GetProcessMemoryInfo(process, &raw mut counters, size) };
    anyhow::ensure!(done != 0, "the memory of the process: {}", std::io::Error::last_os_error());
    Ok(counters.PeakWorkingSetSize as u64)
}

/// There is no driver to read from.
#[cfg(not(windows))]
fn peak() -> Result<u64> {
    anyhow::bail!("memory is measured on Windows only")
}
