//! Present because the published crate has one; there is nothing to do.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
