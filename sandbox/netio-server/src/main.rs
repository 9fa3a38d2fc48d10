//! `netio-server`: see the library.
#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
mod program;

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    program::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("netio-server needs Linux");
    std::process::exit(1);
}
