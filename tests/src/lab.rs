//! What the tests work with: the opened device, the witness, and the links to play on.

use crate::linux::Linux;
use anyhow::{Context, Result};
use netioctl_client::{Access, Device};
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
}

/// The machine under test.
pub struct Lab {
    witness: Option<SocketAddr>,
    inf: Option<PathBuf>,
}

impl Lab {
    /// Looks around.
    pub fn new(inf: Option<PathBuf>) -> Result<Self> {
        let witness = env::var(WITNESS_VARIABLE).ok();
        let witness = witness.map(|text| text.parse().with_context(|| format!("{WITNESS_VARIABLE}={text}")));
        Ok(Self { witness: witness.transpose()?, inf })
    }

    /// Why a test with these needs cannot run here.
    pub fn lacks(&self, needs: Needs) -> Option<&'static str> {
        match needs {
            Needs::Driver => None,
            Needs::Witness if self.witness.is_some() => None,
            Needs::Witness => Some("no witness: NETIOCTL_WITNESS is not set"),
            Needs::Package if self.inf.is_some() => None,
            Needs::Package => Some("no driver package: give --inf"),
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
}
