//! What the tests work with: the opened device, the witness, and the links to play on.

use crate::{adapter, linux::Linux};
use anyhow::{Context, Result};
use netioctl_client::{Access, Device, Error, ErrorKind, Family, InterfaceKey, InterfaceLuid};
use std::{
    env,
    net::SocketAddr,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

/// The variable that says where the witness listens.
const WITNESS_VARIABLE: &str = "NETIOCTL_WITNESS";

/// What a test cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The driver alone.
    Driver,
    /// The witness as well.
    Witness,
    /// The driver package, to install and remove it.
    Package,
    /// An interface that may be changed.
    Interface,
    /// The stand-ins of the sandbox, which refuse calls of the driver on demand, and the package, to load it under them.
    Faults,
}

/// The machine under test.
pub struct Lab {
    witness: Option<SocketAddr>,
    inf: Option<PathBuf>,
    interface: Option<Interface>,
    /// Why no test can run any more.
    end_of_driver: Mutex<Option<String>>,
}

/// An interface that may be changed.
enum Interface {
    /// What the user said: an alias, a name or an index.
    Named(String),
    /// The adapter for tests that the machine has.
    OfTests(InterfaceLuid),
    /// The first link of the sandbox.
    OfSandbox,
}

impl Lab {
    /// Looks around.
    pub fn new(inf: Option<PathBuf>, interface: Option<String>) -> Result<Self> {
        let witness = env::var(WITNESS_VARIABLE).ok();
        let witness = witness.map(|text| text.parse().with_context(|| format!("{WITNESS_VARIABLE}={text}")));
        let witness = witness.transpose()?;
        // A real interface is only changed when the user names it.
        let interface = interface
            .map(Interface::Named)
            .or_else(|| witness.map(|_| Interface::OfSandbox))
            .or_else(|| adapter::of_tests().map(Interface::OfTests));
        Ok(Self { witness, inf, interface, end_of_driver: Mutex::new(None) })
    }

    /// Why no test can run any more: the driver has ended in one.
    pub fn end_of_driver(&self) -> Option<String> {
        self.end_of_driver.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How a test failed. If the driver is gone after it, this says so, and no other test is to run.
    pub fn explained(&self, test: &str, error: &anyhow::Error) -> String {
        let Some(gone) = gone(self.device()) else { return format!("{error:#}") };
        let reason = format!("the driver ended in {test}");
        *self.end_of_driver.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
        format!("the driver has ended, and with it the tests ({gone}): {error:#}")
    }

    /// Why a test with these needs cannot run here.
    pub fn lacks(&self, needs: Needs) -> Option<&'static str> {
        match needs {
            Needs::Driver => None,
            Needs::Witness if self.witness.is_some() => None,
            Needs::Witness => Some("no witness: NETIOCTL_WITNESS is not set"),
            Needs::Faults => self.lacks(Needs::Witness).or_else(|| self.lacks(Needs::Package)),
            Needs::Package if self.inf.is_some() => None,
            Needs::Package => Some("no driver package: give --inf"),
            Needs::Interface if self.interface.is_some() => None,
            Needs::Interface => Some("no test adapter, and no interface may be changed: give --interface"),
        }
    }

    /// The device, opened for looking and changing.
    pub fn device(&self) -> Result<Device> {
        self.open(Access::ReadWrite)
    }

    /// The device, opened for `access`.
    #[expect(clippy::unused_self, reason = "a lab is the proof that the machine is prepared")]
    pub fn open(&self, access: Access) -> Result<Device> {
        Device::open(access).context("opening the device")
    }

    /// The Linux side.
    pub fn linux(&self) -> Result<Linux> {
        Linux::connect(self.witness.context("no witness")?)
    }

    /// The INF of the driver package.
    pub fn inf(&self) -> Result<&PathBuf> {
        self.inf.as_ref().context("no INF")
    }

    /// The interface that may be changed.
    pub fn playground(&self, device: &Device) -> Result<InterfaceKey> {
        match self.interface.as_ref().context("no interface")? {
            Interface::OfTests(luid) => Ok(InterfaceKey::Luid(*luid)),
            Interface::OfSandbox => Ok(self.linux()?.links()?[0].key()),
            Interface::Named(name) => {
                let row = device.find_interface(name)?;
                Ok(row.with_context(|| format!("there is no interface {name}"))?.key())
            }
        }
    }

    /// Flushes what may be flushed: everything in the sandbox, else the interface that may be changed.
    pub fn flush(&self, device: &Device) -> Result<()> {
        let interface = match (&self.interface, self.witness) {
            (None, None) => return Ok(()),
            (_, Some(_)) => None,
            (Some(_), None) => Some(self.playground(device)?),
        };
        Ok(device.flush_neighbors(Family::Both, interface)?)
    }
}

/// Why no driver answers on a device that was opened; `None` if one does.
fn gone(opened: Result<Device>) -> Option<String> {
    let error = opened.and_then(|device| Ok(device.version()?)).err()?;
    let missing = |error: &Error| error.kind() == ErrorKind::DriverMissing;
    error.downcast_ref::<Error>().is_some_and(missing).then(|| format!("{error:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;
    use netioctl_client::Failure;

    #[test]
    fn a_driver_that_is_not_there_is_gone_and_one_that_refuses_is_not() {
        let missing = |error: Error| gone(Err(anyhow::Error::new(error).context("opening the device")));
        assert!(missing(Error::DriverNotFound).is_some());
        assert!(missing(Error::Open { failure: Failure::from_win32(3) }).is_some());
        assert!(missing(Error::Open { failure: Failure::from_win32(5) }).is_none());
        assert!(gone(Err(anyhow!("no witness"))).is_none());
    }

    #[test]
    #[cfg(not(windows))]
    fn after_the_end_of_the_driver_no_test_runs() {
        let lab = Lab { witness: None, inf: None, interface: None, end_of_driver: Mutex::new(None) };
        assert_eq!(lab.end_of_driver(), None);
        let told = lab.explained("set::a", &anyhow!("no answer"));
        assert!(told.starts_with("the driver has ended") && told.ends_with("no answer"), "{told}");
        assert_eq!(lab.end_of_driver().as_deref(), Some("the driver ended in set::a"));
    }
}
