//! `SetIpNetEntry2`.

use crate::{expect, lab::Lab};
use anyhow::{Result, ensure};
use netioctl_client::{Family, InterfaceKey, InterfaceLuid, NeighborUpdate, PhysicalAddress, abi::NtStatus};

super::cases! { "set":
    Witness changes_a_dynamic_neighbor_of_each_family,
    Witness changes_a_permanent_neighbor,
    Witness takes_the_luid,
    Witness a_right_luid_wins_over_a_wrong_index,
    Witness a_wrong_luid_is_not_saved_by_a_right_index,
    Witness does_not_create,
    Witness leaves_the_same_address_of_another_link_alone,
}

const NEW: [u8; 6] = [0x02, 0, 0x5e, 0x10, 0, 0x01];
const NEW_TEXT: &str = "02:00:5e:10:00:01";

fn new() -> PhysicalAddress {
    PhysicalAddress::from(NEW)
}

fn changes_a_dynamic_neighbor_of_each_family(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let device = lab.device()?;
    for link in linux.links()? {
        for address in link.one_of_each() {
            device.flush_neighbors(Family::Both, Some(link.key()))?;
            linux.reach(&link, address)?;
            let before = linux.lladdr(&link, address)?;
            ensure!(before != NEW_TEXT, "the neighbor has the new address already");
            device.set_neighbor(&NeighborUpdate::new(link.key(), address, new()))?;
            let after = linux.neighbor(&link, address)?;
            ensure!(after == Some(("PERMANENT".to_owned(), Some(NEW_TEXT.to_owned()))), "{address}: {after:?}");
        }
    }
    linux.agrees(&device, Family::Both)?;
    Ok(device.flush_neighbors(Family::Both, None)?)
}

fn changes_a_permanent_neighbor(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let device = lab.device()?;
    let links = linux.populate()?;
    for address in links[0].hosts.map(|family| family[1]) {
        device.set_neighbor(&NeighborUpdate::new(links[0].key(), address, new()))?;
        ensure!(linux.lladdr(&links[0], address)? == NEW_TEXT, "{address} was not changed");
    }
    Ok(device.flush_neighbors(Family::Both, None)?)
}

fn takes_the_luid(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let links = linux.populate()?;
    let device = lab.device()?;
    let address = links[1].one_of_each()[0];
    let key = InterfaceKey::Luid(InterfaceLuid(links[1].luid()));
    device.set_neighbor(&NeighborUpdate::new(key, address, new()))?;
    ensure!(linux.lladdr(&links[1], address)? == NEW_TEXT, "{address} was not changed");
    Ok(device.flush_neighbors(Family::Both, None)?)
}

/// Sends a set request that names its interface twice.
fn set_with_both_keys(
    lab: &Lab,
    luid: u64,
    index: u32,
    address: std::net::IpAddr,
) -> Result<(), netioctl_client::Failure> {
    use netioctl_client::abi::ControlCode;
    use zerocopy::IntoBytes;
    let mut request = NeighborUpdate::new(InterfaceKey::Index(index), address, new()).to_request();
    request.key.interface_luid = luid;
    let device = lab.device().expect("the device opens");
    device.raw_control(ControlCode::SET_NEIGHBOR.raw(), request.as_bytes(), &mut []).map(|_| ())
}

fn a_right_luid_wins_over_a_wrong_index(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let links = linux.populate()?;
    let address = links[0].one_of_each()[0];
    let sent = set_with_both_keys(lab, links[0].luid(), 0x7fff, address);
    ensure!(sent.is_ok(), "{sent:?}");
    ensure!(linux.lladdr(&links[0], address)? == NEW_TEXT, "{address} was not changed");
    Ok(lab.device()?.flush_neighbors(Family::Both, None)?)
}

fn a_wrong_luid_is_not_saved_by_a_right_index(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let links = linux.populate()?;
    let address = links[0].one_of_each()[0];
    let before = linux.lladdr(&links[0], address)?;
    let sent = set_with_both_keys(lab, 0x0006_0070_0000_0000, links[0].index, address);
    let status = sent.err().and_then(|failure| failure.status());
    ensure!(
        matches!(status, Some(NtStatus::NOT_FOUND | NtStatus::OBJECT_NAME_NOT_FOUND)),
        "{status:?} for a LUID that nobody has"
    );
    ensure!(linux.lladdr(&links[0], address)? == before, "{address} was changed");
    Ok(())
}

fn does_not_create(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let links = linux.links()?;
    let device = lab.device()?;
    for family in &links[0].hosts {
        let address = family[1];
        if linux.neighbor(&links[0], address)?.is_some() {
            linux.delete(&links[0], address)?;
        }
        let sent = device.set_neighbor(&NeighborUpdate::new(links[0].key(), address, new()));
        expect::status(sent, &[NtStatus::NOT_FOUND])?;
        ensure!(linux.neighbor(&links[0], address)?.is_none(), "{address} was created");
    }
    Ok(())
}

fn leaves_the_same_address_of_another_link_alone(lab: &Lab) -> Result<()> {
    let mut linux = lab.linux()?;
    let links = linux.links()?;
    let device = lab.device()?;
    let address = links[0].hosts[0][1];
    let old = macaddr::MacAddr6::new(2, 0, 0x5e, 0, 0, 0x44);
    for link in &links {
        linux.add_permanent(link, address, old)?;
    }
    device.set_neighbor(&NeighborUpdate::new(links[1].key(), address, new()))?;
    ensure!(linux.lladdr(&links[1], address)? == NEW_TEXT, "not changed where it was asked for");
    ensure!(linux.lladdr(&links[0], address)? == "02:00:5e:00:00:44", "changed on another link");
    Ok(device.flush_neighbors(Family::Both, None)?)
}
