//! The probes that run inside the driver.

use crate::device::Device;
use crate::expected::{IN_DRIVER, NEWEST, OLDEST};
use crate::report::Report;
use std::io::Result;

/// All of them, against what is expected.
pub fn run(report: &mut Report) -> Result<()> {
    let device = Device::open("WdfProbe")?;
    let mut answers = String::new();
    for group in
        ["locks", "memory", "strings", "collections", "deletion", "devices", "helpers", "dpcs", "registry", "framework"]
    {
        answers += &device.ask(&format!("probes {group}"))?;
    }
    let framework = if report.minor == "33" { NEWEST } else { OLDEST };
    for (id, expected) in IN_DRIVER.iter().chain(framework) {
        let found = answers.lines().find_map(|line| line.strip_prefix(id)?.strip_prefix(' '));
        report.compare(id, found.unwrap_or("no answer"), expected);
    }
    Ok(())
}
