//! Stand-in for the operating system off Windows: there is no device.

use crate::{Access, Canceller, Error, Failure, Transport};
use std::{
    convert::Infallible,
    sync::atomic::{AtomicBool, Ordering},
};

/// No handle exists here.
pub struct Handle(Infallible);

impl Transport for Handle {
    fn control(
        &self,
        _code: u32,
        _input: &[u8],
        _output: &mut [u8],
        _canceller: Option<&Canceller>,
    ) -> Result<usize, Failure> {
        match self.0 {}
    }
}

pub fn open(_access: Access) -> Result<Handle, Error> {
    Err(Error::NotWindows)
}

pub fn device_path() -> Result<String, Error> {
    Err(Error::NotWindows)
}

/// What a canceller raises. Without requests nothing waits for it.
pub struct Signal(AtomicBool);

impl Signal {
    #[expect(clippy::unnecessary_wraps, reason = "that of Windows can fail")]
    pub fn new() -> Result<Self, Failure> {
        Ok(Self(AtomicBool::new(false)))
    }

    pub fn raise(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

pub mod compartment {
    //! Network compartments: there are none.
    use crate::{Failure, failure::ERROR_PROC_NOT_FOUND};
    use std::{convert::Infallible, num::NonZeroU32};

    pub fn enter(_compartment: NonZeroU32) -> Result<Infallible, Failure> {
        Err(Failure::from_win32(ERROR_PROC_NOT_FOUND))
    }
}

pub mod names {
    //! Names of interfaces: the system has none to give.
    use crate::InterfaceLuid;

    pub fn alias(_luid: InterfaceLuid) -> Option<String> {
        None
    }

    pub fn name(_luid: InterfaceLuid) -> Option<String> {
        None
    }
}

pub mod driver {
    //! Installing: nothing can be installed here.
    use crate::{
        Error,
        driver::{Installed, OperatorsAllowed, Removed, Status},
    };
    use std::path::Path;

    pub fn install(_inf: &Path) -> Result<Installed, Error> {
        Err(Error::NotWindows)
    }

    pub fn allow_operators() -> Result<OperatorsAllowed, Error> {
        Err(Error::NotWindows)
    }

    pub fn uninstall() -> Result<Removed, Error> {
        Err(Error::NotWindows)
    }

    pub fn status() -> Result<Status, Error> {
        Err(Error::NotWindows)
    }
}
