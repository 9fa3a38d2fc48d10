//! The verifier's log, read back.

use std::fmt;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// One broken rule, as the verifier has logged it; see the crate `verifier-abi`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The name of the rule.
    pub violation: String,
    /// The framework or NETIO function.
    pub function: String,
    /// The code that broke it, as `module+0xoffset`.
    pub caller: String,
    /// What happened.
    pub detail: String,
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} called by {}: {}", self.violation, self.function, self.caller, self.detail)
    }
}

/// All that the verifier has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The broken rules, in order.
    pub records: Vec<Record>,
}

impl Verdict {
    /// Reads a log. A line that cannot be read is an error: it may be a violation.
    pub fn parse(log: &str) -> Result<Self> {
        let lines = log.lines().filter(|line| !line.trim().is_empty());
        let records = lines.map(|line| {
            serde_json::from_str(line).with_context(|| format!("the verifier's log has an unreadable line: {line}"))
        });
        Ok(Self { records: records.collect::<Result<_>>()? })
    }

    /// Whether no rule was broken.
    #[must_use]
    pub fn clean(&self) -> bool {
        self.records.is_empty()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.clean() {
            return write!(f, "no violations");
        }
        write!(f, "{} violation(s)", self.records.len())?;
        self.records.iter().try_for_each(|record| write!(f, "\n  {record}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_log_is_clean() {
        assert!(Verdict::parse("\n").unwrap().clean());
    }

    #[test]
    fn every_line_is_a_violation() {
        let line = r#"{"violation":"pool-leaked","function":"ExAllocatePool2","caller":"netioctl.sys+0x1234","detail":"16 bytes"}"#;
        let verdict = Verdict::parse(&format!("{line}\n{line}\n")).unwrap();
        assert_eq!(verdict.records.len(), 2);
        assert!(verdict.to_string().contains("netioctl.sys+0x1234"));
    }

    #[test]
    fn a_torn_line_is_not_taken_for_clean() {
        assert!(Verdict::parse("{\"violation\":").is_err());
    }
}
