//! Expectations about failures.

use anyhow::{Context, Result, bail, ensure};
use netioctl_client::{Device, Error, abi::NtStatus};

/// The call failed, with one of these statuses, and with the Win32 code that belongs to it.
pub fn status<T>(result: Result<T, Error>, expected: &[NtStatus]) -> Result<()> {
    let Err(error) = result else { bail!("success, where {expected:?} was due") };
    let failure = error.failure().with_context(|| format!("no codes in: {error}"))?;
    check(failure, expected)
}

/// The status with which a call failed.
pub fn error_of<T>(result: Result<T, Error>) -> Result<NtStatus> {
    let Err(error) = result else { bail!("success, where a failure was due") };
    let failure = error.failure().with_context(|| format!("no codes in: {error}"))?;
    failure.status().with_context(|| format!("no status in: {failure}"))
}

/// A raw request failed, with this status.
pub fn refusal(device: &Device, code: u32, input: &[u8], room: usize, expected: NtStatus) -> Result<()> {
    let mut output = vec![0; room];
    match device.raw_control(code, input, &mut output) {
        Ok(bytes) => bail!("control code {code:#010x}: success with {bytes} bytes, where {expected} was due"),
        Err(failure) => check(&failure, &[expected]).with_context(|| format!("control code {code:#010x}")),
    }
}

fn check(failure: &netioctl_client::Failure, expected: &[NtStatus]) -> Result<()> {
    let win32 = |status: &NtStatus| status.info().map(|info| info.win32);
    ensure!(
        expected.iter().any(|status| win32(status) == Some(failure.win32)),
        "{failure}, where {expected:?} was due"
    );
    if let Some(status) = failure.ntstatus {
        ensure!(expected.contains(&status), "{failure}, where {expected:?} was due");
    }
    Ok(())
}
