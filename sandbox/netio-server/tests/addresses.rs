//! Address rows, on the real stack.
#![cfg(target_os = "linux")]

mod support;

use netio_sys::MIB_UNICASTIPADDRESS_ROW;
use netio_wire::{AF_INET, AF_INET6, AF_UNSPEC, Operation, row};
use netioctl_status::NtStatus;
use std::{collections::BTreeSet, process::Command};
use support::{addresses, fill, in_private_network, ip};

/// Index, address and prefix length of each address, as `ip` lists them.
fn listed() -> BTreeSet<(u32, String, u8)> {
    let output = Command::new("ip").args(["-j", "address", "show"]).output().unwrap().stdout;
    let links: Vec<serde_json::Value> = serde_json::from_slice(&output).unwrap();
    let number = |value: &serde_json::Value| value.as_u64().unwrap();
    let of_link = |link: &serde_json::Value| {
        let index = u32::try_from(number(&link["ifindex"])).unwrap();
        let address = move |address: &serde_json::Value| {
            let prefix = u8::try_from(number(&address["prefixlen"])).unwrap();
            (index, address["local"].as_str().unwrap().to_owned(), prefix)
        };
        link["addr_info"].as_array().unwrap().iter().map(address).collect::<Vec<_>>()
    };
    links.iter().flat_map(of_link).collect()
}

#[test]
fn every_address_has_a_row() {
    in_private_network("every_address_has_a_row", |network| {
        ip("address add 198.51.100.7/25 dev a0 valid_lft 1000 preferred_lft 500");
        ip("address add 2001:db8:7::7/64 dev b0 nodad");
        let rows = addresses(AF_UNSPEC).unwrap();
        let shown: BTreeSet<_> = rows
            .iter()
            .map(|row| (row.InterfaceIndex, row::ip(&row.Address).unwrap().to_string(), row.OnLinkPrefixLength))
            .collect();
        assert_eq!(shown, listed());
        assert_eq!(addresses(AF_INET).unwrap().len() + addresses(AF_INET6).unwrap().len(), rows.len());
        assert_eq!(addresses(10).unwrap_err(), NtStatus::INVALID_PARAMETER);
        let ours = rows.iter().find(|row| row.OnLinkPrefixLength == 25).unwrap();
        assert_eq!(ours.InterfaceIndex, network.a);
        assert!((901..=1000).contains(&ours.ValidLifetime) && (401..=500).contains(&ours.PreferredLifetime));
        for row in &rows {
            let key = MIB_UNICASTIPADDRESS_ROW {
                Address: row.Address,
                InterfaceLuid: row.InterfaceLuid,
                ..MIB_UNICASTIPADDRESS_ROW::default()
            };
            let one: MIB_UNICASTIPADDRESS_ROW = fill(Operation::GetUnicastIpAddressEntry, &key).unwrap();
            assert_eq!(
                (one.InterfaceIndex, one.PrefixOrigin, one.DadState),
                (row.InterfaceIndex, row.PrefixOrigin, row.DadState)
            );
        }
    });
}
