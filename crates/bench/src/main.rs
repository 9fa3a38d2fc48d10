//! Measures how time and memory grow with the number of neighbors on one interface: through the loaded driver, with
//! the client library and with the command `netioctl`, which lies beside this program.
//!
//! Nothing here passes or fails by time; `cargo xtask test` checks that the operations do what they should. Neighbors
//! are made on the interface that `--interface` names, and all neighbors of that interface are flushed.

mod fit;
mod measure;
mod memory;
mod netio;
mod pair;
mod report;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use measure::Bench;
use netio::Netio;
use netioctl_client::{Access, Device, InterfaceKey};
use report::{Operation, Peak};
use std::{path::PathBuf, process::ExitCode};

/// Measures how time and memory grow with the number of neighbors on one interface.
#[derive(Parser)]
#[command(name = "netioctl-bench", version)]
struct Options {
    /// Interface whose neighbors are made and flushed: its alias, name or index
    #[arg(long, value_name = "NAME|INDEX", required_unless_present = "peak")]
    interface: Option<String>,
    /// Numbers of neighbors
    #[arg(long, value_delimiter = ',', default_value = "12500,25000,50000,100000", value_name = "ROWS")]
    sizes: Vec<u32>,
    /// Times that each operation is measured
    #[arg(long, default_value_t = 3, value_name = "TIMES", value_parser = clap::value_parser!(u32).range(1..))]
    samples: u32,
    /// The NETIO of the sandbox: measures IOCTLs beside what this image needs when it is called alone
    #[arg(long, value_name = "FILE")]
    netio: Option<PathBuf>,
    /// Reads the table once, and prints the most memory that this took
    #[arg(long, hide = true)]
    peak: bool,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("netioctl-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    if options.peak {
        println!("{}", memory::of_reading()?);
        return Ok(());
    }
    ensure!(options.sizes.is_sorted() && options.sizes.first() > Some(&0), "sizes grow, from 1 on");
    let device = Device::open(Access::ReadWrite)?;
    let name = options.interface.as_deref().unwrap_or_default();
    let interface = device.find_interface(name)?.with_context(|| format!("there is no interface {name}"))?;
    let interface = InterfaceKey::Index(interface.index);
    let bench = Bench { device, interface, samples: options.samples };
    if let Some(path) = &options.netio {
        bench.clear()?;
        println!("{}\n", report::pairs(&pair::all(&bench, &Netio::load(path)?)?));
    }
    let result = measure(&bench, &options.sizes);
    bench.clear()?;
    let (operations, peaks) = result?;
    println!("{}", report::times(&operations));
    for (reader, peaks) in measure::READERS.iter().zip(&peaks) {
        println!("\n{}", report::memory(reader, peaks));
    }
    Ok(())
}

/// The peaks of each reader.
type Peaks = [Vec<Peak>; measure::READERS.len()];

/// All operations with each size, and the peaks of memory; the first peak is measured with an empty interface.
fn measure(bench: &Bench, sizes: &[u32]) -> Result<(Vec<Operation>, Peaks)> {
    let mut operations = measure::NAMES.map(|name| Operation { name, times: Vec::new() });
    bench.clear()?;
    let mut peaks = bench.peaks()?.map(|bytes| vec![Peak { rows: 0, bytes }]);
    for &rows in sizes {
        let (times, bytes_of_each) = bench.size(rows).with_context(|| format!("{rows} neighbors"))?;
        for (operation, times) in operations.iter_mut().zip(times) {
            operation.times.push((rows, times));
        }
        for (peaks, bytes) in peaks.iter_mut().zip(bytes_of_each) {
            peaks.push(Peak { rows, bytes });
        }
    }
    Ok((operations.into(), peaks))
}
