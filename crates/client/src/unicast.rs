//! Unicast addresses of interfaces.

use crate::{Device, Error, Family, InterfaceLuid, Table, address, decode::Row};
use netioctl_abi::{
    operation,
    wire::{AddressRow, DadState, FamilyRequest, PrefixOrigin, SuffixOrigin},
};
use std::{
    net::IpAddr,
    time::{Duration, SystemTime},
};
use zerocopy::TryFromBytes;

/// Seconds from 1601, where a `FILETIME` begins, to 1970.
const SECONDS_TO_1970: u64 = 11_644_473_600;

/// A unicast address of an interface (`MIB_UNICASTIPADDRESS_ROW`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(into = "crate::serial::UnicastForm", try_from = "crate::serial::UnicastForm")
)]
#[non_exhaustive]
pub struct UnicastAddress {
    /// The interface that has it; stable over reboots.
    pub interface_luid: InterfaceLuid,
    /// The same interface by index, which may change when it is disabled and enabled.
    pub interface_index: u32,
    /// The address.
    pub address: IpAddr,
    /// IPv6 scope id; 0 where the address needs none.
    pub scope_id: u32,
    /// Bits of the prefix that is on the link.
    pub prefix_length: u8,
    /// `NL_PREFIX_ORIGIN` as a number; see [`prefix_origin`](Self::prefix_origin).
    pub raw_prefix_origin: i32,
    /// `NL_SUFFIX_ORIGIN` as a number; see [`suffix_origin`](Self::suffix_origin).
    pub raw_suffix_origin: i32,
    /// `NL_DAD_STATE` as a number; see [`dad_state`](Self::dad_state).
    pub raw_dad_state: i32,
    /// For how long it is valid from now on; `None` for ever.
    pub valid_lifetime: Option<Duration>,
    /// For how long it is preferred from now on; `None` for ever.
    pub preferred_lifetime: Option<Duration>,
    /// It is no source unless a program asks for it.
    pub skip_as_source: bool,
    /// When it was made; 1970 for anything before.
    pub created: SystemTime,
}

impl UnicastAddress {
    /// Where the prefix is from; `None` for a number that `nldef.h` does not define.
    #[must_use]
    pub fn prefix_origin(&self) -> Option<PrefixOrigin> {
        enumeration(self.raw_prefix_origin)
    }

    /// Where the rest of the address is from; `None` for a number that `nldef.h` does not define.
    #[must_use]
    pub fn suffix_origin(&self) -> Option<SuffixOrigin> {
        enumeration(self.raw_suffix_origin)
    }

    /// What duplicate address detection says; `None` for a number that `nldef.h` does not define.
    #[must_use]
    pub fn dad_state(&self) -> Option<DadState> {
        enumeration(self.raw_dad_state)
    }
}

fn enumeration<E: TryFromBytes>(number: i32) -> Option<E> {
    E::try_read_from_bytes(&number.to_ne_bytes()).ok()
}

impl Device {
    /// The unicast addresses of all interfaces (`GetUnicastIpAddressTable`).
    ///
    /// # Errors
    /// [`Error::Request`] with the codes of the driver; [`Error::BadReply`]; [`Error::TableKeepsGrowing`];
    /// [`Error::Unsupported`]. A table without rows, which NETIO reports as `STATUS_NOT_FOUND`, is no error.
    pub fn address_table(&self, family: Family) -> Result<Table<UnicastAddress>, Error> {
        self.table::<operation::GetAddressTable, _>(&FamilyRequest::new(family.raw()))
    }
}

impl Row for UnicastAddress {
    type Wire = AddressRow;

    fn from_wire(row: &AddressRow) -> Result<Self, String> {
        let lifetime = |seconds: u32| (seconds != u32::MAX).then(|| Duration::from_secs(seconds.into()));
        let since_1601 = Duration::new(row.creation_time / 10_000_000, (row.creation_time % 10_000_000) as u32 * 100);
        let since_1970 = since_1601.saturating_sub(Duration::from_secs(SECONDS_TO_1970));
        Ok(Self {
            interface_luid: InterfaceLuid(row.interface_luid),
            interface_index: row.interface_index,
            address: address::of_row(row.family, row.address)?,
            scope_id: row.scope_id,
            prefix_length: row.on_link_prefix_length,
            raw_prefix_origin: row.prefix_origin,
            raw_suffix_origin: row.suffix_origin,
            raw_dad_state: row.dad_state,
            valid_lifetime: lifetime(row.valid_lifetime),
            preferred_lifetime: lifetime(row.preferred_lifetime),
            skip_as_source: row.skip_as_source != 0,
            created: SystemTime::UNIX_EPOCH.checked_add(since_1970).unwrap_or(SystemTime::UNIX_EPOCH),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Answer, Script, table};
    use zerocopy::FromZeros;

    #[test]
    fn times_and_numbers_become_what_they_mean() {
        let mut address = [0; 16];
        address[..4].copy_from_slice(&[192, 0, 2, 7]);
        let known = AddressRow {
            creation_time: (SECONDS_TO_1970 + 2) * 10_000_000 + 5,
            address,
            prefix_origin: 3,
            suffix_origin: 5,
            dad_state: 4,
            valid_lifetime: u32::MAX,
            preferred_lifetime: 7,
            family: netioctl_abi::AF_INET,
            on_link_prefix_length: 24,
            skip_as_source: 1,
            ..AddressRow::new_zeroed()
        };
        let newer = AddressRow { prefix_origin: 16, suffix_origin: -1, dad_state: 5, ..known };
        let (device, _) = Script::device([Answer::Bytes(table(&[known, newer], 2, 8))]);
        let rows = device.address_table(Family::Both).unwrap().into_rows();
        let [first, second] = &rows[..] else { panic!("two rows") };
        assert_eq!((first.address.to_string(), first.prefix_length), ("192.0.2.7".to_owned(), 24));
        assert_eq!(
            (first.prefix_origin(), first.suffix_origin()),
            (Some(PrefixOrigin::Dhcp), Some(SuffixOrigin::Random))
        );
        assert_eq!((first.valid_lifetime, first.preferred_lifetime), (None, Some(Duration::from_secs(7))));
        assert_eq!((first.dad_state(), first.skip_as_source), (Some(DadState::Preferred), true));
        assert_eq!(first.created, SystemTime::UNIX_EPOCH + Duration::new(2, 500));
        assert_eq!((second.prefix_origin(), second.suffix_origin(), second.dad_state()), (None, None, None));
    }

    #[test]
    fn no_time_is_out_of_range() {
        for creation_time in [0, u64::MAX] {
            let row = AddressRow { creation_time, family: netioctl_abi::AF_INET6, ..AddressRow::new_zeroed() };
            assert!(UnicastAddress::from_wire(&row).unwrap().created >= SystemTime::UNIX_EPOCH);
        }
    }
}
