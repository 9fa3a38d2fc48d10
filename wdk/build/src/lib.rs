//! The part of Microsoft's `wdk-build` 0.6.0 that windows-drivers-rs' build scripts use, for hosts
//! other than Windows. The names, the configuration and the linker arguments are upstream's;
//! `README.md` says why this exists and when it can go.

mod arch;
mod bindgen;
mod cargo;
mod compile;
mod config;
mod driver;
mod error;
mod headers;
mod libraries;
mod link;
pub mod metadata;
mod paths;

pub use arch::CpuArchitecture;
pub use bindgen::BuilderExt;
pub use cargo::{
    configure_wdk_binary_build, configure_wdk_library_build, configure_wdk_library_build_and_then,
    find_top_level_cargo_manifest,
};
pub use config::Config;
pub use driver::{DriverConfig, KmdfConfig, UmdfConfig};
pub use error::{ConfigError, IoError, IoErrorMetadata};
pub use headers::ApiSubset;
pub use paths::detect_wdk_build_number;
