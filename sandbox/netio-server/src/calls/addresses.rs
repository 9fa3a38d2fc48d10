//! Calls about unicast addresses.

use super::Call;
use crate::{
    address::boot_time,
    link::Link,
    status::{INVALID, NOT_FOUND, Refusal},
};
use netio_sys::MIB_UNICASTIPADDRESS_ROW;
use netio_wire::{FamilyRequest, Row, row};
use rand::seq::SliceRandom;

impl Call<'_> {
    /// A row for each address of each link that is an interface.
    pub(super) fn address_table(&self, request: FamilyRequest) -> Result<Vec<u8>, Refusal> {
        let boot = boot_time();
        let mut rows = Vec::new();
        for family in self.host.families(request.family)? {
            for address in self.kernel.addresses(family)? {
                let luid = self.host.by_index(address.link).and_then(Link::luid);
                rows.extend(luid.map(|luid| address.row(luid, boot)));
            }
        }
        rows.shuffle(&mut rand::rng());
        self.table(&rows)
    }

    pub(super) fn address(&self, key: MIB_UNICASTIPADDRESS_ROW) -> Result<Vec<u8>, Refusal> {
        let family = self.host.family(key.Address.si_family)?;
        let link = self.host.interface(&self.settings, family, key.InterfaceLuid, key.InterfaceIndex)?;
        let ip = row::ip(&key.Address).ok_or(INVALID)?;
        let addresses = self.kernel.addresses(family)?;
        let found = addresses.iter().find(|address| address.link == link.index && address.ip == ip);
        let luid = link.luid().ok_or(NOT_FOUND)?;
        Ok(found.ok_or(NOT_FOUND)?.row(luid, boot_time()).image().to_vec())
    }
}
