//! Links the image as a library without an entry point: Wine's loader maps it for the driver that imports it.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "msvc") {
        for argument in ["/NOENTRY", "/NODEFAULTLIB", "/SUBSYSTEM:NATIVE"] {
            println!("cargo::rustc-link-arg-cdylib={argument}");
        }
    }
}
