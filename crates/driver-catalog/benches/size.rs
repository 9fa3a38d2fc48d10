//! How long catalogs of many files take to be written and read, and how that grows with their number.
//!
//! `cargo bench -p driver-catalog`

use std::hint::black_box;
use std::time::{Duration, Instant, SystemTime};

use driver_catalog::Catalog;
use driver_catalog::create::{Options, from_digests};
use driver_catalog::digest::FileDigest;

/// The shortest of several runs: the one that was disturbed least.
fn shortest(mut run: impl FnMut()) -> Duration {
    let once = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..10).map(once).min().unwrap_or_default()
}

fn main() {
    let mut last: Option<(Duration, Duration)> = None;
    for count in [100, 1_000, 10_000] {
        let files: Vec<_> =
            (0..count).map(|number: u32| (format!("{number}.bin"), FileDigest::flat(&number.to_le_bytes()))).collect();
        let catalog = from_digests(&files, [], &Options::new(SystemTime::now())).expect("fits");
        let bytes = catalog.to_der().expect("fits");
        let write = shortest(|| drop(black_box(catalog.to_der())));
        let read = shortest(|| drop(black_box(Catalog::from_der(&bytes))));
        print!("{:>6} members: write {write:>10.1?}, read {read:>10.1?}", catalog.members.len());
        match last.replace((write, read)) {
            Some((before, after)) => {
                let factor = |now: Duration, then: Duration| now.as_secs_f64() / then.as_secs_f64();
                println!(
                    " (10 times the members: {:.1} and {:.1} times as long)",
                    factor(write, before),
                    factor(read, after)
                );
            }
            None => println!(),
        }
    }
}
