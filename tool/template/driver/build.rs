fn main() -> Result<(), wdk_build::ConfigError> {
    // No time of the build in the image, but a hash of it: the same sources make the same bytes.
    println!("cargo::rustc-cdylib-link-arg=/Brepro");
    wdk_build::configure_wdk_binary_build()
}
