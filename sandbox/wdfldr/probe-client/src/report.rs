//! The account of the probes.

/// Counts and prints, and knows which machine this is.
pub struct Report {
    /// Whether the framework's verifier is on.
    pub verifier: bool,
    /// The framework's minor version.
    pub minor: String,
    probes: u32,
    failed: u32,
}

impl Report {
    /// An empty report of a machine.
    pub fn new(verifier: bool, minor: &str) -> Self {
        Self { verifier, minor: minor.into(), probes: 0, failed: 0 }
    }

    /// Prints the sum. True: everything is as expected.
    pub fn end(&self) -> bool {
        println!("{} probes, {} not as expected", self.probes, self.failed);
        self.failed == 0
    }

    /// One of two answers: the verifier's, and the one without it.
    pub fn choose<'a>(&self, on: &'a str, off: &'a str) -> &'a str {
        if self.verifier { on } else { off }
    }

    /// What `EvtRequestCancel` notes at an IRQL: there, the verifier admits no `WdfRequestIsCanceled`.
    pub fn cancel_event(&self, irql: u8) -> String {
        format!("EvtRequestCancel irql {irql} is_canceled {}", self.choose("0", "1"))
    }

    /// Compares one answer.
    pub fn compare(&mut self, id: &str, found: &str, expected: &str) {
        self.probes += 1;
        if found == expected {
            println!("pass {id}");
        } else {
            self.failed += 1;
            println!("FAIL {id}: found {found:?}, expected {expected:?}");
        }
    }
}
