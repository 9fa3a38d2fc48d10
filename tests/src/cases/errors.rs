//! Every documented error arrives as the documented code, and changes nothing.

use crate::{expect, lab::Lab};
use anyhow::{Context, Result, bail, ensure};
use netioctl_client::{
    Access, Family, InterfaceKey, InterfaceLuid, NeighborKey, NeighborUpdate, Operation, PhysicalAddress,
    abi::{
        AF_INET, AF_INET6, ControlCode, NtStatus,
        wire::{self, FamilyRequest, FlushNeighborsRequest, NeighborRequest, RequestHeader},
    },
};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use zerocopy::IntoBytes;

super::cases! { "errors":
    Driver a_bad_family,
    Driver both_ids_zero,
    Driver a_loopback_or_unspecified_address,
    Driver a_scope_id_that_is_no_zone,
    Driver a_physical_address_that_cannot_be,
    Witness a_physical_address_of_another_length_than_the_link_has,
    Driver an_unknown_interface,
    Witness an_unknown_interface_either_way,
    Witness a_missing_neighbor,
    Witness a_missing_stack,
    Witness no_memory,
    Witness an_empty_table,
    Driver output_too_small_for_the_fixed_part,
    Driver input_of_another_length,
    Driver another_major_version,
    Driver reserved_fields,
    Driver changing_through_a_read_only_handle,
    Driver unknown_and_altered_control_codes,
}

const INVALID: &[NtStatus] = &[NtStatus::INVALID_PARAMETER];
const UNKNOWN_INTERFACE: &[NtStatus] = &[NtStatus::NOT_FOUND, NtStatus::OBJECT_NAME_NOT_FOUND];
const MAC: [u8; 6] = [2, 0, 0x5e, 0, 0, 1];
const SOMEBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 77, 0, 2));

/// A request that is right but for its interface, index 1, which every machine has (loopback).
fn neighbor(address: IpAddr) -> NeighborRequest {
    NeighborUpdate::new(InterfaceKey::Index(1), address, PhysicalAddress::from(MAC)).to_request()
}

/// Such a request for an ordinary neighbor, with a change of what names it.
fn with(change: impl FnOnce(&mut wire::NeighborKey)) -> NeighborRequest {
    let mut request = neighbor(SOMEBODY);
    change(&mut request.key);
    request
}

fn refuse_set(lab: &Lab, request: &NeighborRequest) -> Result<()> {
    let code = ControlCode::SET_NEIGHBOR.raw();
    expect::refusal(&lab.device()?, code, request.as_bytes(), 0, NtStatus::INVALID_PARAMETER)
}

fn a_bad_family(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    for family in [1, 10, 24, u16::MAX] {
        let table = FamilyRequest::new(family);
        for code in [ControlCode::GET_INTERFACE_TABLE, ControlCode::GET_NEIGHBOR_TABLE] {
            expect::refusal(&device, code.raw(), table.as_bytes(), 4096, NtStatus::INVALID_PARAMETER)?;
        }
        let flush = FlushNeighborsRequest::new(family, 0);
        let code = ControlCode::FLUSH_NEIGHBORS.raw();
        expect::refusal(&device, code, flush.as_bytes(), 0, NtStatus::INVALID_PARAMETER)?;
        refuse_set(lab, &with(|key| key.family = family))?;
    }
    refuse_set(lab, &with(|key| key.family = 0))
}

fn both_ids_zero(lab: &Lab) -> Result<()> {
    refuse_set(lab, &with(|key| key.interface_index = 0))
}

fn a_loopback_or_unspecified_address(lab: &Lab) -> Result<()> {
    for address in [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V4(Ipv4Addr::new(127, 255, 0, 9)),
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    ] {
        refuse_set(lab, &neighbor(address)).with_context(|| address.to_string())?;
    }
    Ok(())
}

fn a_scope_id_that_is_no_zone(lab: &Lab) -> Result<()> {
    let link_local = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 7);
    let global = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7);
    let device = lab.device()?;
    for (address, scope_id) in [(link_local, 1 << 28), (link_local, 0x2000_0001), (global, 1), (global, u32::MAX)] {
        let mut set = neighbor(address.into());
        set.key.scope_id = scope_id;
        refuse_set(lab, &set).with_context(|| format!("{address}%{scope_id}"))?;
        let key = NeighborKey::new(InterfaceKey::Index(1), address.into()).with_scope_id(scope_id);
        let resolve = key.to_resolve_request(None);
        for (code, request, room) in [
            (ControlCode::GET_NEIGHBOR, key.to_request().as_bytes(), 80),
            (ControlCode::DELETE_NEIGHBOR, key.to_request().as_bytes(), 0),
            (ControlCode::RESOLVE_NEIGHBOR, resolve.as_bytes(), 80),
        ] {
            expect::refusal(&device, code.raw(), request, room, NtStatus::INVALID_PARAMETER)?;
        }
    }
    let key = NeighborKey::new(InterfaceKey::Index(1), link_local.into()).with_scope_id(1);
    expect::status(device.neighbor(&key), &[NtStatus::NOT_FOUND]).context("a zone that can be")
}

fn a_physical_address_that_cannot_be(lab: &Lab) -> Result<()> {
    for length in [0, 33, u32::MAX] {
        refuse_set(lab, &with(|key| key.physical_address_length = length))?;
    }
    Ok(())
}

fn a_physical_address_of_another_length_than_the_link_has(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let links = linux.populate()?;
    let device = lab.device()?;
    for address in links[0].one_of_each() {
        let before = linux.neighbor(&links[0], address)?;
        for length in [1, 5, 7, 8, 32] {
            let physical = PhysicalAddress::new(&[2; 32][..length])?;
            expect::status(device.set_neighbor(&NeighborUpdate::new(links[0].key(), address, physical)), INVALID)
                .with_context(|| format!("{length} bytes"))?;
        }
        let after = linux.neighbor(&links[0], address)?;
        ensure!(before.as_ref().map(|row| &row.1) == after.as_ref().map(|row| &row.1), "{before:?}, {after:?}");
    }
    Ok(())
}

fn an_unknown_interface(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    let keys = [InterfaceKey::Index(0x7fff_fff0), InterfaceKey::Luid(InterfaceLuid(0x0006_00ff_fff0_0000))];
    for key in keys {
        let sent = device.set_neighbor(&NeighborUpdate::new(key, SOMEBODY, PhysicalAddress::from(MAC)));
        expect::status(sent, UNKNOWN_INTERFACE).with_context(|| key.to_string())?;
    }
    Ok(())
}

fn an_unknown_interface_either_way(lab: &Lab) -> Result<()> {
    for (answer, status) in
        [("not-found", NtStatus::NOT_FOUND), ("object-name-not-found", NtStatus::OBJECT_NAME_NOT_FOUND)]
    {
        let settings = json!({"unknown-index": answer, "flush-unknown-interface": answer});
        lab.linux()?.with_settings(settings, || {
            let device = lab.device()?;
            let key = InterfaceKey::Index(0x7fff_fff0);
            let sent = device.set_neighbor(&NeighborUpdate::new(key, SOMEBODY, PhysicalAddress::from(MAC)));
            expect::status(sent, &[status])?;
            expect::status(device.flush_neighbors(Family::Both, Some(key)), &[status])
        })?;
    }
    Ok(())
}

fn a_missing_neighbor(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let links = linux.links()?;
    let device = lab.device()?;
    for address in ["10.77.0.200".parse::<IpAddr>()?, "fd77::200".parse()?] {
        let sent = device.set_neighbor(&NeighborUpdate::new(links[0].key(), address, PhysicalAddress::from(MAC)));
        expect::status(sent, &[NtStatus::NOT_FOUND])?;
    }
    Ok(())
}

fn a_missing_stack(lab: &Lab) -> Result<()> {
    let links = lab.linux()?.links()?;
    let [v4, v6] = links[0].one_of_each();
    for (setting, family, address) in [("without-ipv4", Family::Ipv4, v4), ("without-ipv6", Family::Ipv6, v6)] {
        lab.linux()?.with_settings(json!({ setting: true }), || {
            let device = lab.device()?;
            let unsupported = &[NtStatus::NOT_SUPPORTED];
            expect::status(device.flush_neighbors(family, None), unsupported)?;
            expect::status(device.interface_table(family), unsupported)?;
            expect::status(device.neighbor_table(family), unsupported)?;
            let update = NeighborUpdate::new(links[0].key(), address, PhysicalAddress::from(MAC));
            expect::status(device.set_neighbor(&update), unsupported)
        })?;
    }
    Ok(())
}

fn no_memory(lab: &Lab) -> Result<()> {
    lab.linux()?.with_settings(json!({"fail-tables": true}), || {
        let device = lab.device()?;
        let exhausted = &[NtStatus::NO_MEMORY, NtStatus::INSUFFICIENT_RESOURCES];
        expect::status(device.interface_table(Family::Both), exhausted)?;
        expect::status(device.neighbor_table(Family::Both), exhausted)
    })
}

fn an_empty_table(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    lab.device()?.flush_neighbors(Family::Both, None)?;
    for answer in ["not-found", "success"] {
        let settings = json!({"empty-table": answer, "no-well-known-rows": true});
        linux.with_settings(settings, || {
            let device = lab.device()?;
            // Whatever the kernel has made by itself since the flush may show, but the call succeeds either way.
            device.neighbor_table(Family::Ipv4)?;
            device.neighbor_table(Family::Ipv6)?;
            Ok(())
        })?;
    }
    Ok(())
}

fn output_too_small_for_the_fixed_part(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    for operation in Operation::ALL.iter().filter(|operation| operation.output().minimum() > 0) {
        let mut input = vec![0; operation.input().minimum()];
        if let Some(header) = input.get_mut(..size_of::<RequestHeader>()) {
            header.copy_from_slice(RequestHeader::CURRENT.as_bytes());
        }
        for room in [0, 1, operation.output().minimum() - 1] {
            expect::refusal(&device, operation.code().raw(), &input, room, NtStatus::BUFFER_TOO_SMALL)
                .with_context(|| format!("{} with {room} bytes of room", operation.name()))?;
        }
    }
    Ok(())
}

fn input_of_another_length(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    for operation in Operation::ALL {
        let right = operation.input().minimum();
        for length in [0, right.saturating_sub(1), right + 1, 4096] {
            if !operation.input().fits(length) {
                let input = vec![0; length];
                expect::refusal(&device, operation.code().raw(), &input, 4096, NtStatus::INFO_LENGTH_MISMATCH)
                    .with_context(|| format!("{} with {length} bytes", operation.name()))?;
            }
        }
    }
    Ok(())
}

fn another_major_version(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    let mut request = FamilyRequest::new(AF_INET);
    request.header.abi_major += 1;
    let code = ControlCode::GET_INTERFACE_TABLE.raw();
    expect::refusal(&device, code, request.as_bytes(), 4096, NtStatus::REVISION_MISMATCH)
}

fn reserved_fields(lab: &Lab) -> Result<()> {
    let mut request = FamilyRequest::new(AF_INET6);
    request.reserved[0] = 1;
    let code = ControlCode::GET_NEIGHBOR_TABLE.raw();
    expect::refusal(&lab.device()?, code, request.as_bytes(), 4096, NtStatus::INVALID_PARAMETER)?;
    refuse_set(lab, &with(|key| key.reserved = 1))
}

fn changing_through_a_read_only_handle(lab: &Lab) -> Result<()> {
    let device = lab.open(Access::Read)?;
    let denied = &[NtStatus::ACCESS_DENIED];
    expect::status(device.flush_neighbors(Family::Both, None), denied)?;
    let update = NeighborUpdate::new(InterfaceKey::Index(1), SOMEBODY, PhysicalAddress::from(MAC));
    expect::status(device.set_neighbor(&update), denied)
}

fn unknown_and_altered_control_codes(lab: &Lab) -> Result<()> {
    let device = lab.device()?;
    let known = |code: u32| Operation::ALL.iter().any(|operation| operation.code().raw() == code);
    for operation in Operation::ALL {
        // Another method, METHOD_NEITHER among them, other access bits, and another function or device type.
        for bits in [1, 2, 3, 1 << 14, 3 << 14, 2 << 14, 1 << 10, 1 << 16] {
            let code = operation.code().raw() ^ bits;
            if known(code) {
                bail!("{code:#x} is a code of its own");
            }
            let input = vec![0; operation.input().minimum()];
            expect::refusal(&device, code, &input, 4096, NtStatus::INVALID_DEVICE_REQUEST)
                .with_context(|| format!("{} with bits {bits:#x} flipped", operation.name()))?;
        }
    }
    Ok(())
}
