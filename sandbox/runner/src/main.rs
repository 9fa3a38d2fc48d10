//! The program that runs inside a sandbox; see `sandbox_runner::warden`. By hand, only `reach` is of use.
#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use sandbox_runner::{reach, terminal, warden};

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [warden::INIT] => warden::init(),
        [warden::WARDEN] => warden::warden(),
        [reach::REACH, address] => reach::reach(address),
        [terminal::FOREGROUND, argv @ ..] => terminal::foreground(argv),
        _ => anyhow::bail!("usage: kmdf-sandbox reach ADDRESS"),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> anyhow::Result<()> {
    anyhow::bail!("the sandbox needs Linux")
}
