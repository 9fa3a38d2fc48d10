//! Kernel images on Linux: Microsoft's crates, clang's headers and rust-lld, without the WDK.
//!
//! [`Kernel::prepare`] puts together what the build scripts of windows-drivers-rs expect (a WDK content root, a
//! `wdk-build` that works here) and writes a cargo configuration that names it all. With that file any cargo command
//! works on kernel code: `cargo check --config target/wdk/cargo.toml -p kmdf --target x86_64-pc-windows-msvc`.

pub mod architecture;
mod arm64;
mod artifact;
mod binding;
mod build;
mod cache;
mod config;
pub(crate) mod content;
pub(crate) mod files;
mod frames;
mod guard;
pub mod image;
mod model;
mod package;
mod prepare;
pub(crate) mod real;
pub(crate) mod symbols;
pub(crate) mod tools;
mod unwind;
mod version;

pub use artifact::{KernelImage, Profile, TARGET};
pub use model::Model;
pub use package::{DriverPackage, time};
pub use prepare::Kernel;
pub use version::Identity;
