//! `netioctl stats`.

use crate::{
    error::{CliError, DONE},
    output::{Cell, Output, Record},
    system::System,
};
use netioctl_client::{Access, Statistics, abi::NtStatus};
use serde::Serialize;

pub fn run(reset: bool, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let device = system.open(if reset { Access::ReadWrite } else { Access::Read })?;
    let rows: Vec<_> = device.statistics()?.iter().map(Row::new).collect();
    if reset {
        device.reset_statistics()?;
    }
    output.records(&rows)?;
    Ok(DONE)
}

/// The counters of one operation.
#[derive(Debug, Serialize)]
struct Row {
    operation: String,
    /// The control code; absent for all the codes that the driver does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    requests: u64,
    failures: u64,
    bytes_in: u64,
    bytes_out: u64,
    by_status: Vec<Ended>,
    other_failures: u64,
}

#[derive(Debug, Serialize)]
struct Ended {
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    count: u64,
}

impl Row {
    fn new(row: &Statistics) -> Self {
        let operation = match (row.operation(), row.code) {
            (Some(operation), _) => operation.name().to_owned(),
            (None, Some(code)) => format!("function 0x{:03x}", code.function()),
            (None, None) => "unknown control codes".to_owned(),
        };
        Self {
            operation,
            code: row.code.map(|code| format!("0x{:08x}", code.raw())),
            requests: row.requests,
            failures: row.failures,
            bytes_in: row.bytes_in,
            bytes_out: row.bytes_out,
            by_status: row.by_status.iter().map(|(status, count)| Ended::new(*status, *count)).collect(),
            other_failures: row.other_failures,
        }
    }

    fn failures_in_words(&self) -> String {
        let known =
            self.by_status.iter().map(|count| format!("{} {}", count.name.unwrap_or(&count.status), count.count));
        let others = (self.other_failures != 0).then(|| format!("others {}", self.other_failures));
        known.chain(others).collect::<Vec<_>>().join(", ")
    }
}

impl Ended {
    fn new(status: NtStatus, count: u64) -> Self {
        Self { status: format!("0x{:08X}", status.bits()), name: status.info().map(|info| info.name), count }
    }
}

impl Record for Row {
    fn header() -> Vec<&'static str> {
        vec!["OPERATION", "REQUESTS", "FAILURES", "BYTES IN", "BYTES OUT", "FAILURES BY STATUS"]
    }

    fn columns() -> Vec<&'static str> {
        vec!["operation", "code", "requests", "failures", "bytes_in", "bytes_out", "other_failures"]
    }

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.operation.clone().into(),
            self.requests.to_string().into(),
            self.failures.to_string().into(),
            self.bytes_in.to_string().into(),
            self.bytes_out.to_string().into(),
            self.failures_in_words().into(),
        ]
    }

    fn brief(&self) -> Vec<Cell> {
        vec![self.operation.clone().into(), self.requests.to_string().into(), self.failures.to_string().into()]
    }
}
