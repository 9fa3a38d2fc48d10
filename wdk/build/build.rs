//! Tells the sources which version of the published package they stand in for: its interface has changed.

use std::env;

/// The versions whose interface is another than the newest one's, and what the sources call them.
const OLDER: [(u32, &str); 2] = [(5, "before_0_5"), (6, "before_0_6")];

fn main() {
    // What was said once is said for good: only the version counts, and the manifest has that. This file lies elsewhere.
    println!("cargo::rerun-if-changed=Cargo.toml");
    let minor = env::var("CARGO_PKG_VERSION_MINOR").ok().and_then(|minor| minor.parse().ok());
    let minor: u32 = minor.expect("cargo names the version");
    for (next, name) in OLDER {
        println!("cargo::rustc-check-cfg=cfg({name})");
        if minor < next {
            println!("cargo::rustc-cfg={name}");
        }
    }
}
