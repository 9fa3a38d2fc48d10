//! Starts a whole sandbox: the namespaces, Wine on a copy of the prefix, and the links.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::host::Sandbox;
use crate::options::Options;
use crate::protocol::PrefixSource;
use crate::{network, prefix, wine};

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
        sandbox.run_each([&["wineserver", "--persistent"]], BOOT_TIMEOUT)?;
        sandbox.boot_wine(options)?;
        sandbox.settle()?;
        Ok(sandbox)
    }

    /// Starts Wine's services, among them the one that runs drivers.
    fn boot_wine(&self, options: &Options) -> Result<()> {
        let boot = ["wine", "wineboot"];
        if options.wine_debug == wine::QUIET {
            return self.run_each([&boot], BOOT_TIMEOUT);
        }
        // The services inherit the error output: what Wine says of a driver comes through it.
        let output = self.linux(boot).errors_inherited().timeout(BOOT_TIMEOUT).run()?;
        ensure!(output.outcome.success(), "`{}`: {}", boot.join(" "), output.outcome);
        Ok(())
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
