//! Asks the network for many neighbors at once, in one thread: `resolve 12 192.0.2.1 192.0.2.7`, the interface first.
#![forbid(unsafe_code)]

use futures::{StreamExt, stream};
use netioctl_client::{Access, AsyncDevice, ErrorKind, InterfaceKey, MAX_HANDLE_RESOLUTIONS, NeighborKey};
use std::{env, error::Error, net::IpAddr};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let interface = InterfaceKey::Index(arguments.next().ok_or("the index of an interface is missing")?.parse()?);
    let addresses = arguments.map(|text| text.parse()).collect::<Result<Vec<IpAddr>, _>>()?;
    let device = &AsyncDevice::open(Access::ReadWrite)?;
    let resolves = stream::iter(addresses)
        .map(|address| async move { (address, device.resolve_neighbor(&NeighborKey::new(interface, address)).await) });
    // The driver takes no more of one device at once.
    let resolved = resolves.buffer_unordered(MAX_HANDLE_RESOLUTIONS as usize);
    futures::executor::block_on(resolved.for_each(|(address, answer)| async move {
        match answer {
            Ok(neighbor) => println!("{address} is at {}", neighbor.physical_address),
            Err(error) if error.kind() == ErrorKind::NoAnswer => println!("{address} does not answer"),
            Err(error) => eprintln!("{address}: {error}"),
        }
    }));
    Ok(())
}
