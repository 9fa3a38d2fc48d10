//! Links a kernel-mode image: native subsystem, no C runtime, no entry point (it is loaded for its exports alone).

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name| env::var(name).unwrap_or_default();
    if target("CARGO_CFG_TARGET_OS") == "windows" && target("CARGO_CFG_TARGET_ENV") == "msvc" {
        for argument in ["/SUBSYSTEM:NATIVE", "/NODEFAULTLIB", "/NOENTRY"] {
            println!("cargo::rustc-link-arg-cdylib={argument}");
        }
    }
}
