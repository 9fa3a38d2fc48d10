//! How long catalogs of many files take, and how that grows with their number: written and read, and made and verified
//! from a folder with an INF. Ten times the files should take ten times as long.
//!
//! `cargo bench -p driver-catalog`
#![forbid(unsafe_code)]

use std::fmt::Write;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use driver_catalog::create::{NamedCatalog, Options, catalogs, from_digests};
use driver_catalog::digest::FileDigest;
use driver_catalog::{Catalog, verify};

/// The shortest of several runs: the one that was disturbed least.
fn shortest(times: usize, mut run: impl FnMut()) -> Duration {
    let once = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..times).map(once).min().unwrap_or_default()
}

/// Prints what was measured, and how many times as long as the last it took.
fn print(count: usize, what: [&str; 2], now: [Duration; 2], last: &mut Option<[Duration; 2]>) {
    print!("{count:>6} files: {} {:>10.1?}, {} {:>10.1?}", what[0], now[0], what[1], now[1]);
    if let Some(then) = last.replace(now) {
        let factor = |index: usize| now[index].as_secs_f64() / then[index].as_secs_f64();
        print!(" (10 times the files: {:.1} and {:.1} times as long)", factor(0), factor(1));
    }
    println!();
}

fn catalogs_alone() {
    let mut last = None;
    for count in [100, 1_000, 10_000] {
        let files: Vec<_> = (0..count)
            .map(|number: usize| (format!("{number}.bin"), FileDigest::flat(&number.to_le_bytes())))
            .collect();
        let catalog = from_digests(&files, [], &Options::new(SystemTime::now())).expect("fits");
        let bytes = catalog.to_der().expect("fits");
        let write = shortest(10, || drop(black_box(catalog.to_der())));
        let read = shortest(10, || drop(black_box(Catalog::from_der(&bytes))));
        print(count, ["write", "read"], [write, read], &mut last);
    }
}

/// A folder whose names are in other case than the INF has them, a model and a string for each file: what is looked for
/// by name is looked for the hard way.
fn package(dir: &Path, count: usize) {
    let mut inf = "[Version]\nCatalogFile = x.cat\n[Manufacturer]\nM = M, NTamd64.10.0\n[SourceDisksNames]\n1 = Disk\n"
        .to_owned();
    let mut section = |name: &str, line: &dyn Fn(usize) -> String| {
        writeln!(inf, "[{name}]").expect("memory");
        (0..count).for_each(|number| writeln!(inf, "{}", line(number)).expect("memory"));
    };
    section("SourceDisksFiles", &|number| format!("FILE{number}.BIN = 1"));
    section("M.NTamd64.10.0", &|number| format!("%name{number}% = I{number}, ROOT\\{number}"));
    section("Strings", &|number| format!("name{number} = \"Device {number}\""));
    for number in 0..count {
        writeln!(inf, "[I{number}]\nCopyFiles = F{number}\n[F{number}]\nfile{number}.bin").expect("memory");
        fs::write(dir.join(format!("file{number}.bin")), number.to_le_bytes()).expect("a file");
    }
    fs::write(dir.join("x.inf"), inf).expect("a file");
}

fn folders() {
    let mut last = None;
    for count in [100, 1_000, 10_000] {
        let dir = tempfile::tempdir().expect("a folder");
        package(dir.path(), count);
        let options = Options::new(SystemTime::now());
        let mut made: Vec<NamedCatalog> = Vec::new();
        let create = shortest(3, || made = catalogs(dir.path(), &options).expect("a catalog"));
        let verified = shortest(3, || {
            let report = verify::folder(&made[0].catalog, "x.cat", dir.path()).expect("a folder");
            assert!(report.is_good() && report.good.len() == count + 1);
        });
        print(count, ["create", "verify"], [create, verified], &mut last);
    }
}

fn main() {
    catalogs_alone();
    folders();
}
