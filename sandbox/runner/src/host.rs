//! The outside of a sandbox: making it, running commands in it, stopping it.

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::command::Command;
use crate::control::Control;
use crate::namespaces;
use crate::options::Options;
use crate::protocol::{Place, Places, PrefixSource, Setup};
use crate::reach::REACH;
use crate::verdict::Verdict;

/// Where the verifier writes, below the prefix: `verifier_abi::LOG_PATH`.
const VERIFIER_LOG: &str = "drive_c/windows/temp/kmdf-verifier.jsonl";

/// The name of this crate's program on the path of the sandbox.
const PROGRAM: &str = "kmdf-sandbox";

/// A running sandbox. It ends when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    control: Control,
    /// Process 1.
    process: Child,
    places: Places,
}

impl Sandbox {
    /// Makes a sandbox, but does not start Wine in it.
    pub(crate) fn boot(options: &Options, prefix: PrefixSource) -> Result<Self> {
        namespaces::check()?;
        let mount_point = options.work.join("mnt");
        std::fs::create_dir_all(&mount_point)?;
        let (ours, theirs) = UnixStream::pair()?;
        let process = namespaces::enter(&options.runner, theirs.into())?;
        let mut setup = Setup {
            mount_point: mount_point.canonicalize()?,
            visible: options.visible.clone(),
            prefix,
            files: options.files.clone(),
            files_if_absent: options.files_if_absent.clone(),
            programs: options.programs.clone(),
            scripts: options.scripts.clone(),
            wine_debug: options.wine_debug.clone(),
        };
        setup.programs.insert(PROGRAM.to_owned(), options.runner.clone());
        setup.scripts.insert(REACH.to_owned(), format!("exec {PROGRAM} {REACH} \"$@\""));
        // From here on, the drop of the value ends the sandbox.
        let mut sandbox = Self { control: Control::new(ours), process, places: Places::default() };
        sandbox.places = sandbox.control.set_up(setup)?;
        Ok(sandbox)
    }

    /// Runs commands one after the other, each of which must succeed within `limit`.
    pub(crate) fn run_each<const N: usize>(&self, commands: [&[&str]; N], limit: Duration) -> Result<()> {
        for argv in commands {
            let output = self.linux(argv).timeout(limit).run()?;
            ensure!(output.outcome.success(), "`{}`: {}\n{}", argv.join(" "), output.outcome, output.stderr);
        }
        Ok(())
    }

    /// A Linux command in the main network stack.
    pub fn linux<A: AsRef<str>>(&self, argv: impl IntoIterator<Item = A>) -> Command<'_> {
        Command::new(&self.control, argv, Place::Main)
    }

    /// A Linux command in the neighbor network stack.
    pub fn neighbor<A: AsRef<str>>(&self, argv: impl IntoIterator<Item = A>) -> Command<'_> {
        Command::new(&self.control, argv, Place::Neighbor)
    }

    /// A Windows program, named by its Windows path, with its arguments.
    pub fn wine<A: AsRef<str>>(&self, argv: impl IntoIterator<Item = A>) -> Command<'_> {
        let windows = argv.into_iter().map(|argument| argument.as_ref().to_owned());
        self.linux(["wine".to_owned()].into_iter().chain(windows))
    }

    /// Makes the main stack resolve `address`.
    ///
    /// # Errors
    ///
    /// Nobody answers there, or the sandbox has ended.
    pub fn reach(&self, address: &str) -> Result<()> {
        let output = self.linux([REACH, address]).run()?;
        ensure!(output.outcome.success(), "{}", output.stderr.trim());
        Ok(())
    }

    /// The Wine prefix, as commands in the sandbox see it.
    #[must_use]
    pub fn prefix(&self) -> &Path {
        &self.places.prefix
    }

    /// A private folder, as commands in the sandbox see it.
    #[must_use]
    pub fn scratch(&self) -> &Path {
        &self.places.scratch
    }

    /// What the verifier has found so far; `None` if it has not been loaded.
    ///
    /// # Errors
    ///
    /// The verifier's log cannot be read, or has a line that is no record of it.
    pub fn verdict(&self) -> Result<Option<Verdict>> {
        let log = self.places.prefix.join(VERIFIER_LOG).display().to_string();
        if !self.linux(["test", "-e", &log]).run()?.outcome.success() {
            return Ok(None);
        }
        let output = self.linux(["cat", &log]).run()?;
        ensure!(output.outcome.success(), "cannot read the verifier's log: {}", output.stderr);
        Verdict::parse(&output.stdout).map(Some)
    }

    /// Ends the sandbox and waits until nothing of it is left.
    ///
    /// # Errors
    ///
    /// The control socket cannot be closed, or process 1 cannot be waited for.
    pub fn stop(mut self) -> Result<()> {
        self.end().context("cannot end the sandbox")
    }

    fn end(&mut self) -> std::io::Result<()> {
        let closed = self.control.close();
        self.process.wait()?;
        closed
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // After `stop` there is nothing left to do, and otherwise nobody to report an error to.
        let _ = self.end();
    }
}
