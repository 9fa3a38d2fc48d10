//! Linker arguments and `cfg` values of a KMDF driver.

fn main() -> Result<(), wdk_build::ConfigError> {
    // Netio.lib is no part of the libraries that every driver links.
    println!("cargo::rustc-link-lib=static:-bundle=netio");
    wdk_build::configure_wdk_binary_build()
}
