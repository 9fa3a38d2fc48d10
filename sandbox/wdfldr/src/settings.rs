//! The machine that is simulated: the version of the framework, its verifier, and the IRQL of callers.

use crate::lock::Mutex;
use crate::{caller, disk};
use alloc::format;
use verifier_abi::{SETTINGS_PATH, Settings, Violation};
use wdf_abi::Release;
use wdf_abi::releases::NEWEST;
use wdf_model::request::Verifier;

/// The settings at the time when the last driver was bound.
static CURRENT: Mutex<Settings> = Mutex::new(Settings::DEFAULT);

/// More than any settings take.
const ROOM: usize = 512;

/// Reads the settings anew.
pub fn load() {
    let mut room = [0; ROOM];
    let found = disk::read(SETTINGS_PATH, &mut room).map(serde_json::from_slice);
    match found {
        Some(Ok(settings)) => *CURRENT.lock() = settings,
        Some(Err(error)) => {
            caller::report(Violation::StandInFailed, "WdfVersionBind", &format!("{SETTINGS_PATH}: {error}"));
        }
        None => *CURRENT.lock() = Settings::DEFAULT,
    }
}

/// The settings.
pub fn current() -> Settings {
    *CURRENT.lock()
}

/// Whether the framework's verifier is on.
pub fn verifier() -> Verifier {
    if current().verifier { Verifier::On } else { Verifier::Off }
}

/// The release of the framework that is simulated; the newest for an unknown version.
pub fn release() -> Release {
    Release::of(current().kmdf_minor).unwrap_or(NEWEST)
}
