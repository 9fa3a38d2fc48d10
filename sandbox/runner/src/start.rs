//! Starts a whole sandbox: the namespaces, Wine on a copy of the prefix, and the links.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::host::Sandbox;
use crate::options::Options;
use crate::protocol::PrefixSource;
use crate::{network, prefix};

/// Booting Wine takes a second or two; a machine that needs longer than this has a fault.
const BOOT_TIMEOUT: Duration = Duration::from_mins(2);

/// The links are up after a second.
const LINK_TIMEOUT: Duration = Duration::from_secs(20);

impl Sandbox {
    /// Starts a sandbox with Wine running, making the template of the prefix first if there is none.
    ///
    /// # Errors
    ///
    /// This machine refuses to make namespaces, Wine does not start, or the links stay down.
    pub fn start(options: &Options) -> Result<Self> {
        let template = prefix::ensure_template(&options.work, &options.runner)?;
        let sandbox = Self::boot(options, PrefixSource::Template(template))?;
        sandbox.run_each([&["wineserver", "--persistent"], &["wine", "wineboot"]], BOOT_TIMEOUT)?;
        sandbox.settle()?;
        Ok(sandbox)
    }

    /// Waits until all links are up, which they become while Wine starts.
    fn settle(&self) -> Result<()> {
        let start = Instant::now();
        let argv = ["ip", "-json", "link"];
        while start.elapsed() < LINK_TIMEOUT {
            let (main, neighbor) = (self.linux(argv).run()?, self.neighbor(argv).run()?);
            if network::settled(&main.stdout)? && network::settled(&neighbor.stdout)? {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("the links of the sandbox do not come up")
    }
}
