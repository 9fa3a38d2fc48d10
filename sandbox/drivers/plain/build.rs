//! Links a kernel image whose entry is the driver's own.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "msvc") {
        for argument in ["/DRIVER", "/ENTRY:DriverEntry", "/NODEFAULTLIB", "/SUBSYSTEM:NATIVE"] {
            println!("cargo::rustc-link-arg-cdylib={argument}");
        }
    }
}
