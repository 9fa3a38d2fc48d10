//! Linker arguments and `cfg` values of a KMDF driver.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    Ok(wdk_build::configure_wdk_binary_build()?)
}
