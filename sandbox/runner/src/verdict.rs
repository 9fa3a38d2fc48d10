//! The verifier's log, read back.

use std::fmt;

use anyhow::{Context, Result, ensure};
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
        let Self { violation, function, caller, detail } = self;
        match (violation.as_str(), function.as_str()) {
            (DIED, "") => write!(f, "{violation}: {caller}: {detail}"),
            (DIED, _) => write!(f, "{violation}: {function} in {caller}: {detail}"),
            _ => write!(f, "{violation}: {function} called by {caller}: {detail}"),
        }
    }
}

/// A line of the log.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Violation(Record),
    Event { event: String, driver: String },
}

/// The name of a driver's death, and of the events that enclose its life; see the crate `verifier-abi`.
const DIED: &str = "driver-died";
const BOUND: &str = "driver-bound";
const UNBOUND: &str = "driver-unbound";

/// All that the verifier has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The broken rules, in order.
    pub records: Vec<Record>,
}

impl Verdict {
    /// Reads the log of a machine whose drivers have all been unloaded. A driver that was not unloaded is a violation: it
    /// died, or its process was killed, so the verifier has not seen what it left behind.
    ///
    /// # Errors
    ///
    /// A line cannot be read. It may be a violation.
    pub fn parse(log: &str) -> Result<Self> {
        let (mut records, mut loaded) = (Vec::<Record>::new(), Vec::<String>::new());
        for line in log.lines().filter(|line| !line.trim().is_empty()) {
            let unreadable = || format!("the verifier's log has an unreadable line: {line}");
            match serde_json::from_str(line).with_context(unreadable)? {
                Line::Violation(record) => {
                    if record.violation == DIED {
                        // The line tells of the end of all drivers in the process.
                        loaded.clear();
                    }
                    records.push(record);
                }
                Line::Event { event, driver } if event == BOUND => loaded.push(driver),
                Line::Event { event, driver } => {
                    ensure!(event == UNBOUND, unreadable());
                    loaded.retain(|name| *name != driver);
                }
            }
        }
        records.extend(loaded.into_iter().map(never_unloaded));
        Ok(Self { records })
    }

    /// Whether no rule was broken.
    #[must_use]
    pub fn clean(&self) -> bool {
        self.records.is_empty()
    }
}

fn never_unloaded(driver: String) -> Record {
    let detail = "its process ended without unloading it, and no handler saw why, or it is loaded still".to_owned();
    Record { violation: DIED.to_owned(), function: String::new(), caller: driver, detail }
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
        let line = r#"{"violation":"pool-leaked","function":"ExAllocatePool2","caller":"driver.sys+0x1234","detail":"16 bytes"}"#;
        let verdict = Verdict::parse(&format!("{line}\n{line}\n")).unwrap();
        assert_eq!(verdict.records.len(), 2);
        assert!(verdict.to_string().contains("driver.sys+0x1234"));
    }

    #[test]
    fn a_driver_that_was_not_unloaded_has_died() {
        let event = |event: &str| format!(r#"{{"event":"driver-{event}","driver":"driver.sys"}}"#);
        let (bound, unbound) = (event("bound"), event("unbound"));
        let died = r#"{"violation":"driver-died","function":"STATUS_ACCESS_VIOLATION (0xc0000005)","caller":"driver.sys+0x1234","detail":"page fault"}"#;
        let records = |lines: &[&str]| Verdict::parse(&lines.join("\n")).unwrap().records;
        assert!(records(&[&bound, &unbound, &bound, &unbound]).is_empty());
        let killed = records(&[&bound, &unbound, &bound]);
        assert_eq!((killed.len(), killed[0].violation.as_str(), killed[0].caller.as_str()), (1, DIED, "driver.sys"));
        let told = records(&[&bound, died]);
        assert_eq!((told.len(), told[0].caller.as_str()), (1, "driver.sys+0x1234"));
        assert!(told[0].to_string().contains("STATUS_ACCESS_VIOLATION (0xc0000005) in driver.sys+0x1234"));
        assert!(Verdict::parse(r#"{"event":"driver-lost","driver":"driver.sys"}"#).is_err());
    }

    #[test]
    fn a_torn_line_is_not_taken_for_clean() {
        assert!(Verdict::parse("{\"violation\":").is_err());
    }
}
