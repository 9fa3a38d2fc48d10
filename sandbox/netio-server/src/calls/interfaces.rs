//! Calls about interfaces.

use super::Call;
use crate::{
    adapter::Adapter,
    configure,
    family::Family,
    interface,
    kernel::Timing,
    link::Link,
    shared::Shared,
    status::{INVALID, NOT_FOUND, Refusal},
};
use netio_sys::MIB_IPINTERFACE_ROW;
use netio_wire::{FamilyRequest, InterfaceId, MAX_ALIAS_CHARS, Row};
use rand::seq::SliceRandom;
use std::time::Duration;
use zerocopy::IntoBytes;

impl Call<'_> {
    pub(super) fn interface_table(&self, request: FamilyRequest) -> Result<Vec<u8>, Refusal> {
        let families = self.host.families(request.family)?;
        let timings = self.kernel.timings()?;
        let mut rows = Vec::new();
        for family in families {
            rows.extend(self.host.links.iter().filter_map(|link| self.interface_row(link, family, &timings)));
        }
        // Windows promises no order, not even of the families.
        rows.shuffle(&mut rand::rng());
        self.table(&rows)
    }

    /// A row for each link, whatever is bound to it.
    pub(super) fn link_table(&self) -> Result<Vec<u8>, Refusal> {
        let adapters = self.kernel.adapters()?;
        let here = adapters.iter().filter(|adapter| self.host.by_index(adapter.link.index).is_some());
        let mut rows: Vec<_> = here.filter_map(Adapter::row).collect();
        rows.shuffle(&mut rand::rng());
        self.table(&rows)
    }

    pub(super) fn interface(&self, key: MIB_IPINTERFACE_ROW) -> Result<Vec<u8>, Refusal> {
        let (link, family) = self.named(&key)?;
        let timings = self.kernel.timings()?;
        let shown = self.interface_row(link, family, &timings).ok_or(NOT_FOUND)?;
        Ok(shown.image().to_vec())
    }

    /// Sets what may be set; the row comes back as it was, with both ids.
    pub(super) fn set_interface(&self, mut row: MIB_IPINTERFACE_ROW) -> Result<Vec<u8>, Refusal> {
        let (link, family) = self.named(&row)?;
        configure::check(link, family, &row)?;
        let timings = self.kernel.timings()?;
        let shown = self.interface_row(link, family, &timings).ok_or(NOT_FOUND)?;
        configure::apply(self.kernel, link, family, &shown, &row)?;
        self.shared.keep((link.index, family), &row);
        row.InterfaceLuid = shown.InterfaceLuid;
        row.InterfaceIndex = shown.InterfaceIndex;
        Ok(row.image().to_vec())
    }

    pub(super) fn initial_interface(&self) -> Vec<u8> {
        self.settings.initialize.row().image().to_vec()
    }

    /// The link and the family that a row names.
    fn named(&self, row: &MIB_IPINTERFACE_ROW) -> Result<(&Link, Family), Refusal> {
        let family = Family::from_windows(row.Family).ok_or(INVALID)?;
        if self.host.family(row.Family).is_err() {
            return Err(Refusal(self.settings.interface_without_stack.status()));
        }
        let link = self.host.interface(&self.settings, family, row.InterfaceLuid, row.InterfaceIndex)?;
        Ok((link, family))
    }

    fn interface_row(&self, link: &Link, family: Family, timings: &[Timing]) -> Option<MIB_IPINTERFACE_ROW> {
        let moment = Duration::from_millis(self.settings.appearing);
        let there = !self.shared.appeared.less_than(moment, link);
        there.then(|| interface_row(self.shared, link, family, timings)).flatten()
    }

    pub(super) fn index_of(&self, id: InterfaceId) -> Result<Vec<u8>, Refusal> {
        ids(self.host.by_luid(id.luid))
    }

    pub(super) fn luid_of(&self, id: InterfaceId) -> Result<Vec<u8>, Refusal> {
        ids(self.host.by_index(id.index))
    }

    pub(super) fn alias_of(&self, id: InterfaceId) -> Result<Vec<u8>, Refusal> {
        let link = self.host.by_luid(id.luid).ok_or(INVALID)?;
        Ok(link.name.encode_utf16().take(MAX_ALIAS_CHARS - 1).flat_map(u16::to_le_bytes).collect())
    }
}

/// Both names of a link.
fn ids(link: Option<&Link>) -> Result<Vec<u8>, Refusal> {
    let link = link.ok_or(INVALID)?;
    let id = InterfaceId { luid: link.luid().ok_or(INVALID)?, index: link.index, reserved: 0 };
    Ok(id.as_bytes().to_vec())
}

/// The row of a link for a family, with what this server keeps of it.
pub(crate) fn interface_row(
    shared: &Shared,
    link: &Link,
    family: Family,
    timings: &[Timing],
) -> Option<MIB_IPINTERFACE_ROW> {
    let context = interface::Context { timings, mtu_expires: mtu_expires() };
    let mut row = interface::row(link, family, context)?;
    shared.kept.show((link.index, family), &mut row);
    Some(row)
}

/// How long a path MTU is kept, in milliseconds, for IPv4 and IPv6; 600 s, Linux's default, where it cannot be read.
fn mtu_expires() -> [u32; 2] {
    ["/proc/sys/net/ipv4/route/mtu_expires", "/proc/sys/net/ipv6/route/mtu_expires"].map(|path| {
        let seconds = std::fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok());
        seconds.unwrap_or(600_u32).saturating_mul(1000)
    })
}
