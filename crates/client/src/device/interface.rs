//! Operations on IP interfaces.

use super::Device;
use crate::{Error, Family, Interface, InterfaceChange, InterfaceKey, Table, interface_alias, interface_name};
use netioctl_abi::{
    AddressFamily, operation,
    wire::{FamilyRequest, InterfaceKeyRequest, RequestHeader},
};

impl Device {
    /// The IP interfaces (GetIpInterfaceTable): a row for each interface and family.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver; [`Error::BadReply`]; [`Error::TableKeepsGrowing`].
    /// A table without rows, which NETIO reports as `STATUS_NOT_FOUND`, is no error.
    pub fn interface_table(&self, family: Family) -> Result<Table<Interface>, Error> {
        self.table::<operation::GetInterfaceTable, _>(&FamilyRequest::new(family.raw()))
    }

    /// One IP interface (`GetIpInterfaceEntry`).
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver: `STATUS_OBJECT_NAME_NOT_FOUND` where no interface has the key,
    /// `STATUS_NOT_FOUND` where it has no such family; [`Error::BadReply`]; [`Error::Unsupported`].
    pub fn interface(&self, key: InterfaceKey, family: AddressFamily) -> Result<Interface, Error> {
        self.row::<operation::GetInterface, _>(&key_request(key, family))
    }

    /// A row of the interface with this index, alias or name; `None` if there is none. Case does not count.
    ///
    /// # Errors
    /// As [`Device::interface_table`].
    pub fn find_interface(&self, text: &str) -> Result<Option<Interface>, Error> {
        let is = |name: Option<String>| name.is_some_and(|name| name.eq_ignore_ascii_case(text));
        let meant = |row: &Interface| {
            text.parse() == Ok(row.index) || is(interface_alias(row.luid)) || is(interface_name(row.luid))
        };
        Ok(self.interface_table(Family::Both)?.into_iter().find(meant))
    }

    /// Changes an IP interface (SetIpInterfaceEntry): the members that `change` names, and no others.
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver: as [`Device::interface`], and `STATUS_INVALID_PARAMETER` for a
    /// value outside its range, or a change of nothing; [`Error::Unsupported`].
    pub fn set_interface(&self, change: &InterfaceChange) -> Result<(), Error> {
        self.change::<operation::SetInterface>(&change.to_request())
    }

    pub(super) fn index_of(&self, key: InterfaceKey) -> Result<u32, Error> {
        index_in(&self.interface_table(Family::Both)?, key)
    }
}

/// The index of an interface that a table lists.
pub(super) fn index_in(table: &Table<Interface>, key: InterfaceKey) -> Result<u32, Error> {
    let found = table.iter().find(|row| key.matches(row.luid, row.index));
    found.map(|row| row.index).ok_or(Error::NoSuchInterface { key })
}

/// The request about an interface of a family.
pub(super) const fn key_request(key: InterfaceKey, family: AddressFamily) -> InterfaceKeyRequest {
    let (interface_luid, interface_index) = key.to_wire();
    InterfaceKeyRequest {
        header: RequestHeader::CURRENT,
        interface_luid,
        interface_index,
        family: family.raw(),
        reserved: 0,
    }
}
