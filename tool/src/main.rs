//! `cargo kmdf`: see the library.
#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    cargo_kmdf::commands::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("cargo kmdf needs Linux; on Windows, the WDK builds drivers and runs them");
    std::process::exit(1);
}
