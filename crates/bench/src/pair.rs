//! What an IOCTL costs beside its parts: an IOCTL of the same driver that asks NETIO for nothing, and NETIO's function
//! called alone. The three are measured in turn, so that what else the machine does goes into all of them.

use crate::{
    measure::{Bench, address, physical, timed},
    netio::Netio,
};
use anyhow::{Result, ensure};
use netioctl_client::{Family, InterfaceKey, NeighborUpdate, abi::AddressFamily};
use statrs::statistics::{Data, Median, OrderStatistics};

/// Times that each is done for one ratio, and ratios.
const TIMES: u32 = 100;
const BLOCKS: usize = 25;

/// An operation beside its parts, in seconds for each request.
pub struct Pair {
    pub name: &'static str,
    pub ioctl: f64,
    pub empty: f64,
    pub netio: f64,
    /// The IOCTL to the sum of its parts: lower quartile, median, upper quartile.
    pub ratio: [f64; 3],
}

/// Setting a neighbor, and flushing a family that has none.
pub fn all(bench: &Bench, netio: &Netio) -> Result<[Pair; 2]> {
    let InterfaceKey::Index(index) = bench.interface else { anyhow::bail!("an interface by its index") };
    let update = NeighborUpdate::new(bench.interface, address(1), physical(1));
    bench.device.create_neighbor(&update)?;
    let set = pair(
        "set neighbor",
        || Ok(bench.device.set_neighbor(&update)?),
        || Ok(bench.device.version().map(drop)?),
        || netio.set(index, address(1), physical(1)),
    )?;
    let flush = pair(
        "flush",
        || Ok(bench.device.flush_neighbors(Family::Ipv4, Some(bench.interface))?),
        || Ok(bench.device.version().map(drop)?),
        || netio.flush(AddressFamily::Ipv4, index),
    )?;
    Ok([set, flush])
}

fn pair(
    name: &'static str,
    ioctl: impl Fn() -> Result<()>,
    empty: impl Fn() -> Result<()>,
    netio: impl Fn() -> Result<()>,
) -> Result<Pair> {
    let works: [&dyn Fn() -> Result<()>; 3] = [&ioctl, &empty, &netio];
    let mut times: [Vec<f64>; 3] = Default::default();
    let mut ratios = Vec::new();
    for _ in 0..BLOCKS {
        let mut block: [Vec<f64>; 3] = Default::default();
        for _ in 0..TIMES {
            for (times, work) in block.iter_mut().zip(works) {
                times.push(timed(work)?.as_secs_f64());
            }
        }
        // Medians: a thread that has to wait for a processor once would count for a hundred that do not.
        let each = block.map(|times| Data::new(times).median());
        ratios.push(each[0] / (each[1] + each[2]));
        times.iter_mut().zip(each).for_each(|(times, time)| times.push(time));
    }
    let [ioctl, empty, netio] = times.map(|times| Data::new(times).percentile(50));
    let mut ratios = Data::new(ratios);
    ensure!(ioctl > 0.0 && empty > 0.0 && netio > 0.0, "the clock stands still");
    Ok(Pair { name, ioctl, empty, netio, ratio: [25, 50, 75].map(|percent| ratios.percentile(percent)) })
}
