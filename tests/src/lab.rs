//! What the tests work with: the opened device, the witness, and the links to play on.

use crate::{adapter, linux::Linux};
use anyhow::{Context, Result};
use netioctl_client::{Access, Device, Family, InterfaceKey, InterfaceLuid};
use std::{env, net::SocketAddr, path::PathBuf};

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
}

/// The machine under test.
pub struct Lab {
    witness: Option<SocketAddr>,
    inf: Option<PathBuf>,
    interface: Option<Interface>,
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
        Ok(Self { witness, inf, interface })
    }

    /// Why a test with these needs cannot run here.
    pub fn lacks(&self, needs: Needs) -> Option<&'static str> {
        match needs {
            Needs::Driver => None,
            Needs::Witness if self.witness.is_some() => None,
            Needs::Witness => Some("no witness: NETIOCTL_WITNESS is not set"),
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

    /// The device.
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
