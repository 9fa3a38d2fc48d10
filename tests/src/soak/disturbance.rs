//! What happens to the clients: the network changes, some are killed, and the driver comes and goes.

use crate::{lab::Lab, linux::Link, watcher::TEST_LINK};
use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use netioctl_client::driver;
use std::{
    env,
    net::{IpAddr, Ipv4Addr},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

/// Between two changes of the links.
const CHANGE: Duration = Duration::from_millis(50);

/// A client lives so long before it is killed, in milliseconds.
const LIFE: std::ops::Range<u64> = 100..1500;

/// The driver stays so long before it is removed again, in milliseconds.
const STAY: std::ops::Range<u64> = 0..400;

/// Who waits for many installations is told now and then how many are done.
const CYCLES_A_LINE: u32 = 25;

/// Changes links until it is told to stop: one gets another MTU and another address, and one comes, goes up and down, and
/// goes. Answers how often.
pub fn change_links(lab: &Lab, link: &Link, done: &AtomicBool) -> Result<u32> {
    let mut linux = lab.linux()?;
    let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 201));
    let mut changes = 0;
    while !done.load(Ordering::Relaxed) {
        linux.set_mtu(link, link.mtu - 100)?;
        linux.change_address(link, address, true)?;
        linux.add_link(TEST_LINK)?;
        linux.set_up(TEST_LINK, true)?;
        thread::sleep(CHANGE);
        linux.set_mtu(link, link.mtu)?;
        linux.change_address(link, address, false)?;
        linux.set_up(TEST_LINK, false)?;
        linux.remove_link(TEST_LINK)?;
        thread::sleep(CHANGE);
        changes += 8;
    }
    Ok(changes)
}

/// A process of clients; it does not outlive this.
pub struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended by itself, which is seen where that matters.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Killed {
    /// Starts processes and kills them in the middle of what they do, until it is told to stop. Answers how many.
    pub fn one_after_another(seed: u64, done: &AtomicBool) -> Result<u32> {
        let mut random = Rng::with_seed(seed);
        let mut killed = 0;
        while !done.load(Ordering::Relaxed) {
            let arguments = ["--doomed", &random.u32(..).to_string()];
            let child = Command::new(env::current_exe()?).args(arguments).stdin(Stdio::null()).spawn()?;
            let mut process = Self(child);
            thread::sleep(Duration::from_millis(random.u64(LIFE)));
            let ended = process.0.try_wait()?;
            ensure!(ended.is_none(), "a client ended by itself: {ended:?}");
            killed += 1;
        }
        Ok(killed)
    }
}

/// Removes and installs the driver so often. It is installed in the end.
pub fn reinstall(lab: &Lab, cycles: u32, seed: u64) -> Result<()> {
    let mut random = Rng::with_seed(seed);
    for cycle in 1..=cycles {
        thread::sleep(Duration::from_millis(random.u64(STAY)));
        let done = driver::uninstall().map(drop).context("the removal");
        let done = done.and_then(|()| driver::install(lab.inf()?).map(drop).context("the installation"));
        done.with_context(|| format!("cycle {cycle} of {cycles}"))?;
        if cycle % CYCLES_A_LINE == 0 {
            println!("{cycle} of {cycles} cycles");
        }
    }
    Ok(())
}
