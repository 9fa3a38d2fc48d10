//! The verifier, which lives in `wdfldr.sys`.

use crate::system::{SandboxCurrentIrql, SandboxFault, SandboxPoint, SandboxReport, SandboxTrack, SandboxUntrack};
use core::{
    ffi::c_void,
    fmt::{self, Write},
};
use netioctl_status::NtStatus;
use verifier_abi::{Resource, Violation};

const PASSIVE_LEVEL: u8 = 0;
const APC_LEVEL: u8 = 1;

/// A call of an exported function: which one, and where it returns to.
#[derive(Clone, Copy)]
pub struct Call {
    function: &'static str,
    caller: *const c_void,
}

impl Call {
    pub fn new(function: &'static str, caller: *const c_void) -> Self {
        Self { function, caller }
    }

    pub fn without_caller(function: &'static str) -> Self {
        Self::new(function, core::ptr::null())
    }

    /// The beginning of a function that may fail: as [`require_passive`](Self::require_passive), and the status with
    /// which a fault plan refuses the call.
    pub fn begin(self) -> Result<(), NtStatus> {
        self.require_passive()?;
        self.pass();
        let (name, length) = (self.function.as_ptr(), self.function.len());
        // SAFETY: The name is valid for its length.
        match NtStatus(unsafe { SandboxFault(name, length) }) {
            NtStatus::SUCCESS => Ok(()),
            refused => Err(refused),
        }
    }

    /// The thread passes this function: the scheduler may hold it up.
    pub fn pass(self) {
        // SAFETY: The name is valid for its length.
        unsafe { SandboxPoint(self.function.as_ptr(), self.function.len()) };
    }

    /// Reports a call above `PASSIVE_LEVEL`, and answers the status to return then.
    pub fn require_passive(self) -> Result<(), NtStatus> {
        self.require_irql(PASSIVE_LEVEL)
    }

    /// Reports a call at `DISPATCH_LEVEL` or above.
    pub fn require_below_dispatch(self) {
        // The caller goes on: whatever it gives back is better freed than leaked.
        let _ = self.require_irql(APC_LEVEL);
    }

    fn require_irql(self, highest: u8) -> Result<(), NtStatus> {
        // SAFETY: The function takes nothing and can be called at any IRQL.
        let irql = unsafe { SandboxCurrentIrql() };
        if irql <= highest {
            return Ok(());
        }
        self.report(Violation::IrqlTooHigh, format_args!("called at IRQL {irql}, allowed up to {highest}"));
        Err(NtStatus::INVALID_DEVICE_STATE)
    }

    pub fn bad_argument(self, detail: fmt::Arguments<'_>) {
        self.report(Violation::BadArgument, detail);
    }

    /// Reports that the function has nothing behind it: no server, or one of another version.
    pub fn unserved(self, detail: fmt::Arguments<'_>) {
        self.report(Violation::StandInFailed, detail);
    }

    /// Reports a callback that returned at another IRQL than `PASSIVE_LEVEL`, at which it is called.
    pub fn check_irql_after_callback(self) {
        // SAFETY: The function takes nothing and can be called at any IRQL.
        let irql = unsafe { SandboxCurrentIrql() };
        if irql != PASSIVE_LEVEL {
            let detail = format_args!("the callback was called at PASSIVE_LEVEL and returned at IRQL {irql}");
            self.report(Violation::IrqlChanged, detail);
        }
    }

    /// Records what the function hands out.
    pub fn track(self, resource: Resource, object: *const c_void) {
        let (name, length) = (self.function.as_ptr(), self.function.len());
        // SAFETY: The name is valid for its length; the other pointers are only recorded.
        unsafe { SandboxTrack(resource as u32, object, name, length, self.caller) }
    }

    /// Whether this was held by somebody, and is no more.
    pub fn untrack(self, resource: Resource, object: *const c_void) -> bool {
        let (name, length) = (self.function.as_ptr(), self.function.len());
        // SAFETY: The name is valid for its length; the other pointers are only looked up.
        unsafe { SandboxUntrack(resource as u32, object, name, length, self.caller) != 0 }
    }

    fn report(self, violation: Violation, detail: fmt::Arguments<'_>) {
        let mut text = Text::default();
        // A text that does not fit is cut, which is no reason to lose it.
        let _ = text.write_fmt(detail);
        let (name, length) = (self.function.as_ptr(), self.function.len());
        let (detail, detail_length) = (text.bytes.as_ptr(), text.length);
        // SAFETY: Both texts are valid for their lengths; the caller's address is only recorded.
        unsafe { SandboxReport(violation as u32, name, length, detail, detail_length, self.caller) }
    }
}

/// A text of bounded length, cut at a character.
struct Text {
    bytes: [u8; 256],
    length: usize,
}

impl Default for Text {
    fn default() -> Self {
        Self { bytes: [0; 256], length: 0 }
    }
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let space = self.bytes.len() - self.length;
        let kept = text.get(..text.floor_char_boundary(space)).unwrap_or_default();
        let end = self.length + kept.len();
        let place = self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?;
        place.copy_from_slice(kept.as_bytes());
        self.length = end;
        if kept.len() == text.len() { Ok(()) } else { Err(fmt::Error) }
    }
}
