//! Stand-in for the operating system off Windows: there is no device.

use crate::{Access, Error, Failure, Transport};
use std::convert::Infallible;

/// No handle exists here.
pub struct Handle(Infallible);

impl Transport for Handle {
    fn control(&self, _code: u32, _input: &[u8], _output: &mut [u8]) -> Result<usize, Failure> {
        match self.0 {}
    }
}

pub fn open(_access: Access) -> Result<Handle, Error> {
    Err(Error::NotWindows)
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
        driver::{Installed, Removed, Status},
    };
    use std::path::Path;

    pub fn install(_inf: &Path) -> Result<Installed, Error> {
        Err(Error::NotWindows)
    }

    pub fn uninstall() -> Result<Removed, Error> {
        Err(Error::NotWindows)
    }

    pub fn status() -> Result<Status, Error> {
        Err(Error::NotWindows)
    }
}
