//! What happens while a command waits for changes.

use super::machine::{Driver, Machine};
use netioctl_abi::NtStatus;
use netioctl_client::Failure;

/// What happens while somebody waits.
pub enum Step {
    /// NETIO changes, and tells of it.
    Happens(fn(&Driver)),
    /// The waiting ends with this status.
    Fails(NtStatus),
    /// Somebody presses Ctrl+C.
    Interrupt,
}

/// A machine where this happens, step by step, whenever the command waits.
pub fn machine(script: impl IntoIterator<Item = Step>) -> Machine {
    let driver = Driver::default();
    driver.wire(|wire| wire.script = script.into_iter().collect());
    Machine::with(driver)
}

/// The next step.
pub fn happen(driver: &Driver) {
    let step = driver.wire(|wire| wire.script.pop_front());
    match step.expect("nothing happens any more, and the command waits") {
        Step::Happens(happens) => happens(driver),
        Step::Fails(status) => {
            driver.wire(|wire| {
                let win32 = status.info().unwrap().win32;
                wire.fails = Some(Failure { win32, ntstatus: Some(status), bytes: 0 });
            });
            driver.remove();
        }
        Step::Interrupt => {
            let interrupt = driver.wire(|wire| wire.interrupt.clone());
            interrupt.expect("a watch that Ctrl+C does not end").cancel();
        }
    }
}
