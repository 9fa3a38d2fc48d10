//! Counters of the driver.

use super::Device;
use crate::{Error, Statistics, Table};
use netioctl_abi::{operation, wire::RequestHeader};

impl Device {
    /// The counters: a row for each operation, and one for requests with unknown codes.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver; [`Error::BadReply`]; [`Error::Unsupported`].
    pub fn statistics(&self) -> Result<Table<Statistics>, Error> {
        self.table::<operation::GetStatistics, _>(&RequestHeader::CURRENT)
    }

    /// Sets all counters to zero.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver; [`Error::Unsupported`].
    pub fn reset_statistics(&self) -> Result<(), Error> {
        self.change::<operation::ResetStatistics>(&RequestHeader::CURRENT)
    }
}
