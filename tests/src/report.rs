//! The JUnit XML report.

use anyhow::{Context, Result};
use libtest_mimic::Arguments;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::{
    fs::File,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// What has become of the tests so far.
#[derive(Default)]
pub struct Record(Mutex<Vec<TestCase>>);

impl Record {
    /// A test ran.
    pub fn ran(&self, name: &str, took: Duration, failure: Option<&str>) {
        let mut status = match failure {
            None => TestCaseStatus::success(),
            Some(_) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        };
        if let Some(text) = failure {
            status.set_message(text);
        }
        let mut case = case(name, status);
        case.set_time(took);
        self.push(case);
    }

    /// A test could not run here.
    pub fn skipped(&self, name: &str, reason: &str) {
        let mut status = TestCaseStatus::skipped();
        status.set_message(reason);
        self.push(case(name, status));
    }

    fn push(&self, case: TestCase) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(case);
    }

    /// Writes the report.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut suite = TestSuite::new("end-to-end");
        suite.add_test_cases(self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
        let mut report = Report::new("netioctl-harness");
        report.add_test_suite(suite);
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        report.serialize(file).with_context(|| format!("cannot write {}", path.display()))
    }
}

/// `subject::claim`
fn case(name: &str, status: TestCaseStatus) -> TestCase {
    let (subject, claim) = name.split_once("::").unwrap_or(("", name));
    let mut case = TestCase::new(claim, status);
    case.set_classname(subject);
    case
}

/// Whether the command line selects a test, in the way of libtest.
pub fn selects(arguments: &Arguments, name: &str) -> bool {
    let fits = |filter: &String| if arguments.exact { name == filter } else { name.contains(filter.as_str()) };
    arguments.filter.as_ref().is_none_or(fits) && !arguments.skip.iter().any(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use quick_junit::XmlString;

    #[test]
    fn the_report_has_every_outcome() -> Result<()> {
        let record = Record::default();
        record.ran("set::good", Duration::from_millis(1500), None);
        record.ran("set::bad", Duration::ZERO, Some("not <equal>"));
        record.skipped("flush::later", "no witness");
        let path = std::env::temp_dir().join(format!("netioctl-report-{}.xml", std::process::id()));
        record.write(&path)?;
        let report = Report::deserialize_from_str(&std::fs::read_to_string(&path)?)?;
        std::fs::remove_file(path)?;
        assert_eq!((report.tests, report.failures), (3, 1));
        let cases = &report.test_suites[0].test_cases;
        assert!(matches!(&cases[0].status, TestCaseStatus::Success { .. }));
        let TestCaseStatus::NonSuccess { message, .. } = &cases[1].status else { panic!("{:?}", cases[1]) };
        assert_eq!(message.as_ref().map(XmlString::as_str), Some("not <equal>"));
        let TestCaseStatus::Skipped { message, .. } = &cases[2].status else { panic!("{:?}", cases[2]) };
        assert_eq!(message.as_ref().map(XmlString::as_str), Some("no witness"));
        Ok(())
    }

    #[test]
    fn filters_are_those_of_libtest() {
        let selects =
            |line: &[&str], name| super::selects(&Arguments::parse_from(["harness"].iter().chain(line)), name);
        assert!(selects(&[], "set::a") && selects(&["set"], "set::a") && !selects(&["flush"], "set::a"));
        assert!(!selects(&["--exact", "set"], "set::a") && selects(&["--exact", "set::a"], "set::a"));
        assert!(!selects(&["--skip", "set"], "set::a"));
    }
}
