//! Counters of the driver.

use crate::Statistics;
use netioctl_abi::{ControlCode, NtStatus};
use serde::{Deserialize, Serialize};
use std::num::ParseIntError;

#[derive(Serialize, Deserialize)]
pub struct Form {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    requests: u64,
    failures: u64,
    bytes_in: u64,
    bytes_out: u64,
    by_status: Vec<Ended>,
    other_failures: u64,
}

#[derive(Serialize, Deserialize)]
struct Ended {
    status: String,
    #[serde(skip_serializing_if = "Option::is_none", skip_deserializing)]
    name: Option<&'static str>,
    count: u64,
}

fn bits(text: &str) -> Result<u32, ParseIntError> {
    u32::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16)
}

impl From<Statistics> for Form {
    fn from(row: Statistics) -> Self {
        let ended = |(status, count): (NtStatus, u64)| Ended {
            status: format!("0x{:08X}", status.bits()),
            name: status.name(),
            count,
        };
        Self {
            code: row.code.map(|code| format!("0x{:08x}", code.raw())),
            requests: row.requests,
            failures: row.failures,
            bytes_in: row.bytes_in,
            bytes_out: row.bytes_out,
            by_status: row.by_status.into_iter().map(ended).collect(),
            other_failures: row.other_failures,
        }
    }
}

impl TryFrom<Form> for Statistics {
    type Error = ParseIntError;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        let ended = |ended: &Ended| Ok((NtStatus::from_bits(bits(&ended.status)?), ended.count));
        Ok(Self {
            code: form.code.map(|code| bits(&code).map(ControlCode::from_raw)).transpose()?,
            requests: form.requests,
            failures: form.failures,
            bytes_in: form.bytes_in,
            bytes_out: form.bytes_out,
            by_status: form.by_status.iter().map(ended).collect::<Result<_, _>>()?,
            other_failures: form.other_failures,
        })
    }
}
