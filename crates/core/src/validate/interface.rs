//! IP interfaces: keys and changes.

use super::{
    family,
    member::{BEHAVIORS, BOOLEANS, NUMBERS, ZONES},
    some_interface,
};
use netio_sys::MIB_IPINTERFACE_ROW;
use netioctl_abi::{
    AddressFamily, NtError,
    wire::{InterfaceKeyRequest, InterfaceMember, InterfaceRow, SetInterfaceRequest},
};

/// The row that `GetIpInterfaceEntry` takes: keys, and zeros everywhere else.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER` for a family that is neither IPv4 nor IPv6, or for LUID and index both 0.
pub fn interface_key(request: &InterfaceKeyRequest) -> Result<MIB_IPINTERFACE_ROW, NtError> {
    let family = family(request.family)?;
    some_interface(request.interface_luid, request.interface_index)?;
    let keys = (family, request.interface_luid, request.interface_index);
    Ok(with_keys(MIB_IPINTERFACE_ROW::default(), keys))
}

fn with_keys(row: MIB_IPINTERFACE_ROW, (family, luid, index): (AddressFamily, u64, u32)) -> MIB_IPINTERFACE_ROW {
    MIB_IPINTERFACE_ROW { Family: family.raw(), InterfaceLuid: luid, InterfaceIndex: index, ..row }
}

/// A change of an interface whose values have been checked.
#[derive(Clone, Copy, Debug)]
pub struct InterfaceChange {
    family: AddressFamily,
    members: InterfaceMember,
    row: InterfaceRow,
}

impl InterfaceChange {
    /// Checks a request.
    ///
    /// # Errors
    /// `STATUS_INVALID_PARAMETER` as for [`interface_key`]; for no member, or one that is unknown; for a named member
    /// whose value is outside the range that [`InterfaceMember`] gives, or a site prefix length for IPv4.
    pub fn new(request: &SetInterfaceRequest) -> Result<Self, NtError> {
        let row = request.row;
        let members = InterfaceMember::from_bits(request.members).ok_or(NtError::INVALID_PARAMETER)?;
        let change = Self { family: family(row.family)?, members, row };
        some_interface(row.interface_luid, row.interface_index)?;
        if members.is_empty() || !change.values_are_possible() {
            return Err(NtError::INVALID_PARAMETER);
        }
        Ok(change)
    }

    fn values_are_possible(&self) -> bool {
        let Self { family, members, row } = self;
        let prefix = members.contains(InterfaceMember::SITE_PREFIX_LENGTH);
        BOOLEANS.iter().all(|member| member.takes(*members, row))
            && BEHAVIORS.iter().all(|member| member.takes(*members, row))
            && NUMBERS.iter().all(|member| member.takes(*members, row))
            && (!members.contains(InterfaceMember::ZONE_INDICES)
                || row.zone_indices.iter().all(|zone| ZONES.contains(zone)))
            && !(prefix && *family == AddressFamily::Ipv4)
    }

    /// The keys, to get the row that is to be changed.
    #[must_use]
    pub fn key(&self) -> MIB_IPINTERFACE_ROW {
        with_keys(MIB_IPINTERFACE_ROW::default(), self.keys())
    }

    const fn keys(&self) -> (AddressFamily, u64, u32) {
        (self.family, self.row.interface_luid, self.row.interface_index)
    }

    /// What `InitializeIpInterfaceEntry` made, with the keys, if it leaves every member as it is: each holds a value
    /// that cannot be set. `None` where one of them might be meant, such as the zeros that the documentation speaks
    /// of: a change that begins with that row would set it.
    #[must_use]
    pub fn keyed(&self, mut initial: MIB_IPINTERFACE_ROW) -> Option<MIB_IPINTERFACE_ROW> {
        let row = &mut initial;
        let unchanged = BOOLEANS.iter().all(|member| member.leaves(row))
            && BEHAVIORS.iter().all(|member| member.leaves(row))
            && NUMBERS.iter().all(|member| member.leaves(row))
            && row.ZoneIndices.iter().all(|zone| !ZONES.contains(zone));
        unchanged.then(|| with_keys(initial, self.keys()))
    }

    /// Puts the named members into a row of NETIO, and makes the row one that NETIO takes: for IPv4 it gives out a
    /// site prefix length that it then refuses.
    pub fn apply(&self, to: &mut MIB_IPINTERFACE_ROW) {
        let Self { family, members, row } = self;
        for member in BOOLEANS {
            member.apply(*members, row, to);
        }
        for member in BEHAVIORS {
            member.apply(*members, row, to);
        }
        for member in NUMBERS {
            member.apply(*members, row, to);
        }
        if members.contains(InterfaceMember::ZONE_INDICES) {
            to.ZoneIndices = row.zone_indices;
        }
        if *family == AddressFamily::Ipv4 {
            to.SitePrefixLength = 0;
        }
    }
}
