//! Calls about unicast addresses.

use super::Call;
use crate::{
    address::boot_time,
    status::{INVALID, NOT_FOUND, Refusal},
};
use netio_wire::UnicastAddressRow;
use zerocopy::IntoBytes;

impl Call<'_> {
    pub(super) async fn address(&self, key: UnicastAddressRow) -> Result<Vec<u8>, Refusal> {
        let family = self.host.family(key.address.family)?;
        let link = self.host.interface(&self.settings, family, key.interface_luid, key.interface_index)?;
        let ip = key.address.ip().ok_or(INVALID)?;
        let addresses = self.kernel.addresses(family).await?;
        let found = addresses.iter().find(|address| address.link == link.index && address.ip == ip);
        let luid = link.luid().ok_or(NOT_FOUND)?;
        Ok(found.ok_or(NOT_FOUND)?.row(luid, boot_time()).as_bytes().to_vec())
    }
}
