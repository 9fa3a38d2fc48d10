//! The driver against a model of the tables: both agree after every step.

use crate::{found::Found, lab::Lab, linux::Link};
use anyhow::{Result, anyhow};
use netioctl_client::{Device, Family, InterfaceLuid};
use netioctl_model::{Place, World, agree};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

super::cases! { "model":
    Witness the_driver_agrees_with_the_model_after_every_step,
}

/// Random sequences of steps; the same ones each time.
const SEQUENCES: u32 = 10;

fn the_driver_agrees_with_the_model_after_every_step(lab: &Lab) -> Result<()> {
    run(lab, SEQUENCES, 1).map(drop)
}

/// Holds the driver against the model, and answers how many steps were taken.
pub fn run(lab: &Lab, sequences: u32, seed: u64) -> Result<u64> {
    let (device, mut linux) = (lab.device()?, lab.linux()?);
    let links = linux.links()?;
    let found = links.iter().map(|link| Found::look(&device, link.key())).collect::<Result<Vec<_>>>()?;
    let world = World { device: lab.device()?, places: links.each_ref().map(place) };
    let end = agree(&world, sequences, seed).map_err(|difference| anyhow!("{difference}"));
    restore(&device, &found)?;
    linux
        .agrees(&device, Family::Both)
        .or_else(|_| linux.populate().and_then(|_| linux.agrees(&device, Family::Both)))?;
    end
}

fn restore(device: &Device, found: &[Found]) -> Result<()> {
    device.flush_neighbors(Family::Both, None)?;
    found.iter().try_for_each(|found| found.restore(device))
}

/// A link, with addresses of its networks that no host has.
fn place(link: &Link) -> Place {
    let [ipv4, ipv6] = link.one_of_each();
    let addresses = [(ipv4, 0xc8), (ipv4, 0xc9), (ipv6, 0xc8), (ipv6, 0xc9)].map(|(host, last)| other(host, last));
    Place { index: link.index, luid: InterfaceLuid(link.luid()), addresses }
}

/// The address of another host in the same network.
fn other(host: IpAddr, last: u8) -> IpAddr {
    match host {
        IpAddr::V4(host) => {
            let [a, b, c, _] = host.octets();
            Ipv4Addr::new(a, b, c, last).into()
        }
        IpAddr::V6(host) => {
            let mut octets = host.octets();
            octets[15] = last;
            Ipv6Addr::from(octets).into()
        }
    }
}
