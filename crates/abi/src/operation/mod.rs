//! The operations: what the driver can be asked to do.
//!
//! Each is declared once, in `list.rs`. From the declaration come its control code, its capability, its row in the
//! driver's table, its name in the client and in statistics, its entry in `docs/ioctl.md` and its line in
//! `include/netioctl.h`. What serves it is a handler in `netioctl-core`, which the compiler asks for.

#[macro_use]
mod declare;
pub mod course;
mod list;
pub mod reason;

pub use course::Course;
pub use list::*;

use crate::{ControlCode, InputSize, OutputSize, Reply, Request, wire::RequestHeader};
use core::fmt;
use reason::Reason;

/// What both sides agree on about one operation.
///
/// The types that implement it have the names of the variants of [`Operation`] and no values.
pub trait Contract: 'static {
    /// What it takes.
    type Request: Request;
    /// What it answers.
    type Reply: Reply;
    /// How a request of it is served.
    type Course: course::Kind;
    /// The same operation as a value.
    const OPERATION: Operation;
}

/// What is written down of an operation, for documents.
#[derive(Clone, Copy, Debug)]
pub struct Documentation {
    /// What it does: lines of prose.
    pub about: &'static [&'static str],
    /// The name of its constants in C: `FLUSH_NEIGHBORS`.
    pub constant: &'static str,
    /// The functions of `netioapi.h` behind it, in the order in which they are called.
    pub functions: &'static [&'static str],
    /// Major and minor version of the contract that brought it.
    pub since: (u16, u16),
    reasons: &'static [Reason],
}

impl Operation {
    /// The operation with exactly this control code: method and access are part of it, so nobody picks his own.
    #[must_use]
    pub fn find(code: ControlCode) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.code() == code)
    }

    /// The statuses that it can end with, each with the reason for it: those that follow from its declaration, and
    /// those of its own. Other statuses of NETIO pass unchanged.
    pub fn reasons(self) -> impl Iterator<Item = Reason> {
        let has_input = self.input().minimum() >= size_of::<RequestHeader>();
        let has_output = self.output().minimum() > 0;
        let table = matches!(self.output(), OutputSize::Table { .. });
        let length = if has_input { reason::OTHER_LENGTH } else { reason::NO_INPUT };
        let general = [
            (true, reason::NO_ACCESS),
            (true, length),
            (has_output, reason::NO_ROOM),
            (has_input, reason::OTHER_VERSION),
            (table, reason::MORE_ROWS),
        ];
        let own = self.documentation().reasons.iter().copied();
        general.into_iter().filter(|(applies, _)| *applies).map(|(_, reason)| reason).chain(own)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.activity())
    }
}

/// Bytes of the longest input that any operation with `METHOD_BUFFERED` takes. A buffer
/// with one byte more is enough to recognize an input that is too long.
pub const MAX_INPUT: usize = {
    let (at_once, waits) = (longest_input(Course::AtOnce), longest_input(Course::Waits));
    let parks = longest_input(Course::Parks);
    let longest = if at_once > waits { at_once } else { waits };
    if longest > parks { longest } else { parks }
};

/// Bytes of the longest input of the operations with this course and `METHOD_BUFFERED`.
#[must_use]
pub const fn longest_input(course: Course) -> usize {
    let mut longest = 0;
    let mut rest = Operation::ALL;
    while let [first, others @ ..] = rest {
        if let InputSize::Exact(structure) = first.input() {
            if first.course() as u8 == course as u8 && structure.size > longest {
                longest = structure.size;
            }
        }
        rest = others;
    }
    longest
}

/// Bytes of the longest reply of the operations with this course, each of which is one structure.
///
/// # Panics
/// When an operation of this course answers anything else. In a constant that stops the build.
#[must_use]
pub const fn longest_output(course: Course) -> usize {
    let mut longest = 0;
    let mut rest = Operation::ALL;
    while let [first, others @ ..] = rest {
        if first.course() as u8 == course as u8 {
            let size = match first.output() {
                OutputSize::None => 0,
                OutputSize::Exact(structure) => structure.size,
                _ => panic!("the reply has no greatest length"),
            };
            if size > longest {
                longest = size;
            }
        }
        rest = others;
    }
    longest
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::{Access, Method, NtStatus, STATUSES};
    use std::collections::HashSet;

    #[test]
    fn no_operation_is_newer_than_the_contract() {
        for operation in Operation::ALL {
            assert!(operation.documentation().since <= (ABI_MAJOR, ABI_MINOR), "{}", operation.name());
        }
    }

    #[test]
    fn function_numbers_are_distinct_and_in_order() {
        let functions = Operation::ALL.iter().map(|operation| operation.code().function());
        assert!(functions.eq((0x800..).take(Operation::ALL.len())));
    }

    #[test]
    fn every_capability_belongs_to_an_operation_and_codes_come_back() {
        let all: Capabilities = Operation::ALL.iter().map(|operation| operation.capability()).collect();
        assert_eq!(all, Capabilities::all());
        for operation in Operation::ALL {
            assert_eq!(Operation::find(operation.code()), Some(*operation));
        }
    }

    #[test]
    fn every_code_asks_for_an_access_and_has_one_place_for_input_and_output_only_if_the_input_is_short() {
        for operation in Operation::ALL {
            let name = operation.name();
            match operation.input() {
                InputSize::None | InputSize::Exact(_) => {
                    assert_eq!(operation.code().method(), Method::Buffered, "{name}");
                }
                InputSize::Rows { .. } => assert_eq!(operation.code().method(), Method::OutDirect, "{name}"),
            }
            let access = operation.code().access();
            assert!(matches!(access, Some(Access::Read | Access::Write)), "{name}");
            if operation.output() == OutputSize::None {
                assert_eq!(access, Some(Access::Write), "{name} answers nothing, so it must change something");
            }
        }
    }

    #[test]
    fn the_statuses_of_the_operations_are_those_of_the_contract() {
        let reasons = Operation::ALL.iter().flat_map(|operation| operation.reasons());
        let used: HashSet<_> = reasons.map(|(status, _)| status).collect();
        for status in &used {
            assert!(STATUSES.contains(status), "{status} is not of the contract");
        }
        // Those that no operation has a reason of its own for.
        let general = [
            NtStatus::SUCCESS,
            NtStatus::UNSUCCESSFUL,
            NtStatus::NOT_IMPLEMENTED,
            NtStatus::INVALID_HANDLE,
            NtStatus::INVALID_DEVICE_REQUEST,
            NtStatus::INSUFFICIENT_RESOURCES,
            NtStatus::DEVICE_NOT_READY,
            NtStatus::OBJECTID_EXISTS,
            NtStatus::DEVICE_REMOVED,
            NtStatus::INVALID_DEVICE_STATE,
        ];
        for status in STATUSES {
            assert!(used.contains(&status) || general.contains(&status), "no operation ends with {status}");
        }
    }
}
