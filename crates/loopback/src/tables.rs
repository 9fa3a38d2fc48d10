//! Tables by the type of their rows.

use netio::TableRow;
use netio_sys::{MIB_IPINTERFACE_ROW, MIB_IPNET_ROW2, NET_IFINDEX, NET_LUID, SOCKADDR_INET};
use netioctl_abi::{AF_INET, AF_UNSPEC, NtError};
use std::{
    any::{Any, TypeId},
    collections::HashMap,
};

/// The tables of a NETIO in memory; each is empty at first.
#[derive(Debug, Default)]
pub struct Tables(HashMap<TypeId, Box<dyn Any + Send>>);

impl Tables {
    /// The rows of one table.
    #[must_use]
    pub fn rows<R: Copy + Send + 'static>(&self) -> &[R] {
        let table = self.0.get(&TypeId::of::<R>()).and_then(|table| table.downcast_ref::<Vec<R>>());
        table.map_or(&[][..], Vec::as_slice)
    }

    /// The rows of one table, to be changed.
    ///
    /// # Panics
    /// Never: a table has rows of the type that it is kept under.
    pub fn rows_mut<R: Copy + Send + 'static>(&mut self) -> &mut Vec<R> {
        let table = self.0.entry(TypeId::of::<R>()).or_insert_with(|| Box::new(Vec::<R>::new()));
        table.downcast_mut().expect("the table of this type")
    }

    /// The rows of one family, or of both.
    pub(crate) fn of_family<R: TableRow>(&self, family: u16) -> Vec<R> {
        self.rows::<R>().iter().filter(|row| family == AF_UNSPEC || row.family() == family).copied().collect()
    }

    /// The IP interface that is named: the LUID, or the index where that is 0.
    pub(crate) fn interface(&self, luid: NET_LUID, index: NET_IFINDEX, family: u16) -> Result<usize, NtError> {
        let named = |row: &MIB_IPINTERFACE_ROW| match luid {
            0 => row.InterfaceIndex == index,
            luid => row.InterfaceLuid == luid,
        };
        let rows = self.rows::<MIB_IPINTERFACE_ROW>();
        if !rows.iter().any(named) {
            return Err(NtError::OBJECT_NAME_NOT_FOUND);
        }
        rows.iter().position(|row| named(row) && row.Family == family).ok_or(NtError::NOT_FOUND)
    }

    /// The row with both names of its interface.
    pub(crate) fn named(&self, row: &MIB_IPNET_ROW2) -> Result<MIB_IPNET_ROW2, NtError> {
        let place = self.interface(row.InterfaceLuid, row.InterfaceIndex, row.Address.si_family)?;
        let interface = &self.rows::<MIB_IPINTERFACE_ROW>()[place];
        let (luid, index) = (interface.InterfaceLuid, interface.InterfaceIndex);
        Ok(MIB_IPNET_ROW2 { InterfaceLuid: luid, InterfaceIndex: index, ..*row })
    }

    /// Where the neighbor is that the keys of the row name.
    pub(crate) fn neighbor(&self, row: &MIB_IPNET_ROW2) -> Option<usize> {
        let same = |known: &MIB_IPNET_ROW2| {
            known.InterfaceLuid == row.InterfaceLuid && octets(&known.Address) == octets(&row.Address)
        };
        self.rows().iter().position(same)
    }
}

/// The address without what its family does not use.
pub fn octets(address: &SOCKADDR_INET) -> Vec<u8> {
    match address.si_family {
        AF_INET => address.sin_addr_or_flowinfo.to_vec(),
        _ => address.sin6_addr.to_vec(),
    }
}
