//! Calls between driver and framework: at which IRQL, and what a callback left behind.

use crate::inside::IMAGES;
use crate::{caller, compartment, irql, log, schedule};
use alloc::format;
use verifier_abi::Violation;
use wdf_abi::constants::WDF_REQUIRED_PARAMETER_IS_NULL;
use wdf_abi::{Function, Handle};
use wdf_model::irql::Irql;

/// `WDF_VIOLATION`.
pub const BUG_CHECK: u32 = 0x10D;

/// A call of a framework function.
#[derive(Clone, Copy)]
pub struct Call {
    function: Function,
    /// Where the globals of the calling driver are.
    pub globals: usize,
    /// Its driver object, 0 before there is one.
    pub driver: Handle,
}

impl Call {
    /// A call by a driver with its globals.
    pub const fn new(function: Function, globals: usize, driver: Handle) -> Self {
        Self { function, globals, driver }
    }

    /// What the stand-in does by itself, in the name of a function.
    pub const fn internal(function: Function) -> Self {
        Self::new(function, 0, 0)
    }

    /// The name of the function.
    pub const fn name(self) -> &'static str {
        self.function.name()
    }

    /// Checks the call against the highest IRQL of its contract.
    pub fn at_most(self, highest: Irql) {
        schedule::point(self.name());
        let current = irql::current();
        if current > highest {
            let detail = format!("called at IRQL {current}, allowed up to {highest}");
            self.report(Violation::IrqlTooHigh, &detail);
        }
    }

    /// Logs a bug check (0x10D, `WDF_VIOLATION`) with which the framework stops the machine in this call. Here the machine
    /// goes on, so that what comes after it is seen too. The first parameter is one of `WDF_BUGCHECK_CODES`.
    pub fn bug_check(self, first: i32, second: i32, third: usize, why: &str) {
        let detail = format!("{BUG_CHECK:#x} ({first:#x}, {second:#x}, {third:#x}, 0x0): {why}");
        caller::report(Violation::BugCheck, self.name(), &detail);
    }

    /// The bug check for a pointer that must not be null: `WDF_REQUIRED_PARAMETER_IS_NULL`, and who called.
    pub fn null_parameter(self, what: &str) {
        self.bug_check(WDF_REQUIRED_PARAMETER_IS_NULL, 0, caller::caller(), what);
    }

    /// Logs a violation in this call.
    pub fn report(self, violation: Violation, detail: &str) {
        caller::report(violation, self.name(), detail);
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
    (A, B, C, D);
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
    schedule::point(name);
    let (before, compartment) = (irql::current(), compartment::current());
    let result = IMAGES.with(caller::module_of(function.address()), || {
        // SAFETY: callers pass what the driver registered for the event of that name, and arguments of the event.
        unsafe { function.invoke(arguments) }
    });
    schedule::point("callback returned");
    let after = irql::current();
    if before != after {
        let detail = format!("entered at IRQL {before}, left at {after}");
        log::violation(Violation::IrqlChanged, name, &caller::describe(function.address()), &detail);
        irql::set(before);
    }
    let left_in = compartment::current();
    if compartment != left_in {
        let detail = format!("entered in compartment {compartment}, left in {left_in}");
        log::violation(Violation::CompartmentChanged, name, &caller::describe(function.address()), &detail);
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
