//! Calls between driver and framework: who called, at which IRQL, and what a callback left behind.

use crate::compartment;
use crate::irql;
use crate::log;
use crate::nt;
use crate::runtime::BUG_CHECK;
use alloc::format;
use alloc::string::String;
use core::ptr::{null_mut, without_provenance_mut};
use core::sync::atomic::{AtomicUsize, Ordering};
use verifier_abi::Violation;
use wdf_abi::Function;
use wdf_model::irql::Irql;

static SELF_BASE: AtomicUsize = AtomicUsize::new(0);
const FRAMES: usize = 24;

/// Notes where this module lies, to leave it out of call stacks.
pub fn initialize() {
    SELF_BASE.store(module_of(initialize as *const () as usize), Ordering::Release);
}

/// The base of the module that an address lies in, or 0.
pub fn module_of(address: usize) -> usize {
    let mut base = null_mut();
    // SAFETY: any address may be asked for; the base goes to a local.
    unsafe { nt::RtlPcToFileHeader(without_provenance_mut(address), &raw mut base) };
    base.addr()
}

/// The code that called into this module: the innermost address outside of it.
pub fn caller() -> usize {
    let mut frames = [0_usize; FRAMES];
    // SAFETY: the array has room for that many frames; no hash is wanted.
    let count = unsafe { nt::RtlCaptureStackBackTrace(1, FRAMES as u32, frames.as_mut_ptr(), null_mut()) };
    let own = SELF_BASE.load(Ordering::Acquire);
    let found = frames.iter().take(usize::from(count)).copied().find(|&frame| module_of(frame) != own);
    found.unwrap_or(0)
}

/// An address as `module+0xoffset`.
pub fn describe(address: usize) -> String {
    let base = module_of(address);
    if base == 0 {
        return format!("{address:#x}");
    }
    format!("{}+{:#x}", module_name(base), address.wrapping_sub(base))
}

/// The file name of the module at a base.
pub fn module_name(base: usize) -> String {
    let mut path = [0_u16; 260];
    // SAFETY: the array has room for that many characters, and the base is that of a loaded module.
    let length = unsafe { nt::GetModuleFileNameW(without_provenance_mut(base), path.as_mut_ptr(), 260) };
    let path = path.get(..usize::try_from(length).unwrap_or(0)).unwrap_or(&[]);
    let name = path.rsplit(|&unit| unit == u16::from(b'\\')).next().unwrap_or(path);
    String::from_utf16_lossy(name)
}

/// Logs a violation by the code that called into this module.
pub fn report(violation: Violation, function: &str, detail: &str) {
    log::violation(violation, function, &describe(caller()), detail);
}

/// First parameters of the framework's bug check (`WDF_BUGCHECK_CODES`).
const REQUIRED_PARAMETER_IS_NULL: usize = 4;
pub const REQUEST_FATAL_ERROR: usize = 6;

/// A call of a framework function.
#[derive(Clone, Copy)]
pub struct Call(pub Function);

impl Call {
    /// Notes the call and checks it against the highest IRQL of its contract.
    pub fn enter(function: Function, highest: Irql) -> Self {
        let current = irql::current();
        if current > highest {
            let detail = format!("called at IRQL {current}, allowed up to {highest}");
            report(Violation::IrqlTooHigh, function.name(), &detail);
        }
        Self(function)
    }

    /// Logs a bug check (0x10D, WDF_VIOLATION) with which the framework stops the machine in this call. Here the machine
    /// goes on, so that what comes after it is seen too.
    pub fn bug_check(self, parameters: [usize; 3], why: &str) {
        let [first, second, third] = parameters;
        let detail = format!("{BUG_CHECK:#x} ({first:#x}, {second:#x}, {third:#x}, 0x0): {why}");
        report(Violation::BugCheck, self.0.name(), &detail);
    }

    /// The bug check for a pointer that must not be null: WDF_REQUIRED_PARAMETER_IS_NULL and who called.
    pub fn null_parameter(self, what: &str) {
        self.bug_check([REQUIRED_PARAMETER_IS_NULL, 0, caller()], what);
    }

    /// Logs a violation in this call.
    pub fn report(self, violation: Violation, detail: &str) {
        report(violation, self.0.name(), detail);
    }
}

/// A callback of a driver, as it stands in the framework's structures.
pub trait Callback<Arguments>: Copy {
    /// What it answers.
    type Output;

    /// Where its code is.
    fn address(self) -> usize;

    /// Calls it.
    ///
    /// # Safety
    /// The driver registered it for this event, and the arguments are handles or pointers that are valid during the
    /// call.
    unsafe fn invoke(self, arguments: Arguments) -> Self::Output;
}

macro_rules! callbacks {
    ($(($($letter:ident),+);)*) => {
        $(impl<Output, $($letter),+> Callback<($($letter,)+)> for unsafe extern "system" fn($($letter),+) -> Output {
            type Output = Output;

            fn address(self) -> usize {
                self as usize
            }

            #[allow(non_snake_case, reason = "the letters name types and values")]
            unsafe fn invoke(self, ($($letter,)+): ($($letter,)+)) -> Output {
                // SAFETY: the caller's promise.
                unsafe { self($($letter),+) }
            }
        })*
    };
}

callbacks! {
    (A);
    (A, B);
    (A, B, C);
    (A, B, C, D, E);
}

/// Calls a callback of the driver, if it set one, and checks that it leaves the IRQL and the thread's network compartment as it
/// found them.
pub fn back<Arguments, Function: Callback<Arguments>>(
    name: &str,
    function: Option<Function>,
    arguments: Arguments,
) -> Option<Function::Output> {
    let function = function?;
    let (before, compartment) = (irql::current(), compartment::current());
    // SAFETY: callers pass what the driver registered for the event of that name, and arguments of the event.
    let result = unsafe { function.invoke(arguments) };
    let after = irql::current();
    if before != after {
        let detail = format!("entered at IRQL {before}, left at {after}");
        log::violation(Violation::IrqlChanged, name, &describe(function.address()), &detail);
        irql::set(before);
    }
    let left_in = compartment::current();
    if compartment != left_in {
        let detail = format!("entered in compartment {compartment}, left in {left_in}");
        log::violation(Violation::CompartmentChanged, name, &describe(function.address()), &detail);
        compartment::set(0);
    }
    Some(result)
}

/// Calls a callback if the driver set it: `callback!("EvtName", pointer, arguments…)` answers an option.
#[macro_export]
macro_rules! callback {
    ($name:expr, $pointer:expr $(, $argument:expr)*) => {
        $crate::call::back($name, $pointer, ($($argument,)*))
    };
}
