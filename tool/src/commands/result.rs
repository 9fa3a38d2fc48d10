//! What a run gives: for people, for programs, for CI.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use sandbox_runner::{Outcome, Record};
use serde::Serialize;

use super::FAILED;
use crate::report::note;

/// What the command answers when the program ended well and the driver broke a rule.
const VIOLATIONS: u8 = 3;

/// What came of a run.
#[derive(Serialize)]
pub struct RunResult {
    /// The driver.
    pub driver: String,
    /// The program and its arguments.
    pub program: Vec<String>,
    /// The program's exit code; none if it did not end by itself.
    pub exit_code: Option<i32>,
    /// How the program ended, in words.
    pub ended: String,
    /// Why the driver did not load or unload, if it did not.
    pub failure: Option<String>,
    /// The rules that the driver broke.
    pub violations: Vec<Record>,
    /// What the driver printed.
    pub debug_print: Vec<String>,
    /// How long the program ran.
    pub seconds: f32,
}

impl RunResult {
    /// How the program ended.
    pub fn ended(&mut self, outcome: &Outcome) {
        self.ended = outcome.to_string();
        self.exit_code = match outcome {
            Outcome::Exited(code) => Some(*code),
            _ => None,
        };
    }

    /// What the command answers: the program's exit code, unless there is worse to say.
    pub fn exit_code(&self) -> ExitCode {
        match self.exit_code {
            _ if self.failure.is_some() => FAILED.into(),
            Some(0) if self.violations.is_empty() => ExitCode::SUCCESS,
            Some(0) => VIOLATIONS.into(),
            // Windows has 32 bits for it, Linux 8.
            Some(code) => u8::try_from(code).unwrap_or(u8::MAX).into(),
            None => FAILED.into(),
        }
    }

    /// For people.
    pub fn say(&self) {
        if let Some(failure) = &self.failure {
            note(&format!("error: {failure}"));
        }
        if self.exit_code != Some(0) && !self.ended.is_empty() {
            note(&format!("{}: {}", self.program.join(" "), self.ended));
        }
        match self.violations.len() {
            0 if self.failure.is_none() => note("Verifier: no violations"),
            0 => {}
            count => note(&format!("Verifier: {count} violation(s)")),
        }
        for violation in &self.violations {
            note(&format!("  {violation}"));
        }
    }

    /// For programs.
    pub fn write_json(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        fs::write(path, text + "\n").with_context(|| format!("cannot write {}", path.display()))
    }

    /// For CI: the program, and the driver, each as a test.
    pub fn write_junit(&self, path: &Path) -> Result<()> {
        let mut program =
            TestCase::new(self.program.join(" "), status((self.exit_code != Some(0)).then(|| &*self.ended)));
        program.set_time(Duration::from_secs_f32(self.seconds));
        let broken: Vec<_> = self.violations.iter().map(ToString::to_string).collect();
        let reasons = self.failure.iter().cloned().chain(broken).collect::<Vec<_>>().join("\n");
        let mut driver = TestCase::new("verifier", status((!reasons.is_empty()).then_some(&*reasons)));
        driver.set_system_out(self.debug_print.join("\n"));
        let mut suite = TestSuite::new(self.driver.clone());
        suite.add_test_cases([program, driver]);
        let mut report = Report::new("cargo kmdf run");
        report.add_test_suite(suite);
        let text = report.to_string().context("the report")?;
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }
}

fn status(failure: Option<&str>) -> TestCaseStatus {
    let Some(reason) = failure else { return TestCaseStatus::success() };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(reason);
    status
}
