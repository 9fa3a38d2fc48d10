//! The test machine: a sandbox with the stand-ins and whatever else a project brings along.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Error, Result, bail, ensure};
use sandbox_runner::{Command, Options, Outcome, Record, Sandbox, Verdict};
use serde::Serialize;
use verifier_abi::{FaultPlan, PLAN_PATH, SETTINGS_PATH, Violation};

use crate::places::Places;
use crate::report::{say, step};
use crate::stand_ins::StandIns;
use crate::windows::Windows;

/// Where the NETIO stand-in finds its server: a port of the sandbox's own network stack.
const LISTEN: &str = "127.0.0.1:4799";

/// Where programs ask what Linux itself says of its network: another one.
pub const WITNESS: &str = "127.0.0.1:4798";

/// Where the number of the server's process is kept.
const SERVER: &str = "/run/netio-server.pid";

/// What a machine is made of, besides Wine and the stand-ins.
#[derive(Default)]
pub struct Parts {
    /// A folder for the template of Wine's prefix and the mount point. Machines may share it.
    pub work: PathBuf,
    /// Folders that stay visible, to be read, although they lie below one that is private to the machine (`/tmp`, `/run`,
    /// `/home`, `/root`).
    pub visible: Vec<PathBuf>,
    /// Files of the host that are copied below `drive_c`, by their paths there.
    pub files: BTreeMap<PathBuf, PathBuf>,
    /// Shell scripts on the path of the machine, by their names.
    pub scripts: BTreeMap<String, String>,
    /// Debug channels of Wine, if the user wants any.
    pub wine_debug: Option<String>,
    /// Where debug information lies.
    pub places: Places,
}

/// A running test machine. It ends when this is dropped.
pub struct Machine {
    sandbox: Sandbox,
    places: Places,
}

impl Machine {
    /// Boots a machine and starts the server of the NETIO stand-in.
    ///
    /// # Errors
    ///
    /// This Linux cannot have a sandbox, or something in it does not start; the error says what.
    pub fn start(stand_ins: &StandIns, parts: Parts) -> Result<Self> {
        step("boot the sandbox", || {
            let places = parts.places.clone();
            let machine = Self { sandbox: Sandbox::start(&options(stand_ins, parts))?, places };
            machine.start_server()?;
            Ok(machine)
        })
    }

    /// Makes the machine play another Windows to the drivers that are loaded from now on.
    ///
    /// # Errors
    ///
    /// The machine has ended.
    pub fn play(&self, windows: Windows) -> Result<()> {
        self.tell(SETTINGS_PATH, &windows.settings())
    }

    /// Refuses calls of the drivers that are loaded from now on.
    ///
    /// # Errors
    ///
    /// The machine has ended.
    pub fn refuse(&self, plan: &FaultPlan) -> Result<()> {
        self.tell(PLAN_PATH, plan)
    }

    /// Leaves the stand-ins a file.
    fn tell(&self, path: &str, what: &impl Serialize) -> Result<()> {
        let file = self.on_linux(path)?;
        let script = r#"printf '%s' "$1" > "$2""#;
        let arguments = ["sh", "-c", script, "sh", &serde_json::to_string(what)?, &file.display().to_string()];
        let output = self.sandbox.linux(arguments).run()?;
        ensure!(output.outcome.success(), "cannot write {}: {}", file.display(), output.stderr);
        Ok(())
    }

    fn start_server(&self) -> Result<()> {
        let ready = self.sandbox.scratch().join("netio-server.ready");
        let log = self.sandbox.scratch().join("netio-server.log");
        let serve = format!(
            "echo $$ > {SERVER}; exec netio-server --listen {LISTEN} --witness {WITNESS} --ready-file \"$1\" > \"$2\" 2>&1"
        );
        let arguments = ["sh", "-c", &serve, "sh", &ready.display().to_string(), &log.display().to_string()];
        let server = self.sandbox.linux(arguments).spawn()?;
        let wait = format!("until [ -e '{}' ]; do sleep 0.02; done", ready.display());
        let output = self.sandbox.linux(["sh", "-c", &wait]).timeout(Duration::from_secs(20)).run()?;
        if !output.outcome.success() {
            let ended = server.kill()?;
            bail!("netio-server does not get ready ({}):\n{}", ended.outcome, self.server_log()?);
        }
        Ok(())
    }

    /// The error of something that failed on this machine, with the part of the machine that has ended, if one has.
    #[must_use]
    pub fn explained(&self, error: Error) -> Error {
        let serving = self.sandbox.linux(["sh", "-c", &format!("kill -0 $(cat {SERVER})")]).run();
        if serving.is_ok_and(|output| !output.outcome.success()) {
            return error.context("the server of the NETIO stand-in (netio-server) has ended");
        }
        match self.sandbox.verdict() {
            Ok(Some(verdict)) => match death(&verdict) {
                Some(record) => error.context(format!("the driver has ended: {}", self.named(&record.to_string()))),
                None => error,
            },
            _ => error,
        }
    }

    /// What the server of the NETIO stand-in has said so far.
    ///
    /// # Errors
    ///
    /// The machine has ended.
    pub fn server_log(&self) -> Result<String> {
        let log = self.sandbox.scratch().join("netio-server.log").display().to_string();
        Ok(self.sandbox.linux(["cat", &log]).run()?.stdout)
    }

    /// The sandbox itself.
    #[must_use]
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// A Windows program, by its path there.
    pub fn program(&self, path: &str, arguments: &[&str]) -> Command<'_> {
        self.sandbox.wine([path].into_iter().chain(arguments.iter().copied()))
    }

    /// A shell on the terminal of this process, with what Linux and Wine have.
    ///
    /// # Errors
    ///
    /// The machine has ended.
    pub fn shell(&self) -> Result<Outcome> {
        self.sandbox.linux(["bash", "--noprofile", "--norc"]).env("PS1", r"sandbox:\w\$ ").interactive()
    }

    /// Copies a file into a folder of Windows.
    ///
    /// # Errors
    ///
    /// The file or the folder is not there.
    pub fn bring(&self, file: &Path, folder: &str) -> Result<()> {
        let folder = self.on_linux(folder)?;
        let output = self.sandbox.linux(["cp", &file.display().to_string(), &folder.display().to_string()]).run()?;
        ensure!(output.outcome.success(), "cannot copy {}: {}", file.display(), output.stderr);
        Ok(())
    }

    /// A text file of Windows.
    ///
    /// # Errors
    ///
    /// It is not there.
    pub fn read(&self, path: &str) -> Result<String> {
        let path = self.on_linux(path)?;
        let output = self.sandbox.linux(["cat", &path.display().to_string()]).run()?;
        ensure!(output.outcome.success(), "cannot read {}: {}", path.display(), output.stderr);
        Ok(output.stdout)
    }

    /// A text of the verifier, with the names of functions.
    #[must_use]
    pub fn named(&self, text: &str) -> String {
        self.places.named(text)
    }

    /// Shows what the verifier has found.
    ///
    /// # Errors
    ///
    /// That is something, or it never ran.
    pub fn verdict(&self) -> Result<()> {
        let Some(verdict) = self.sandbox.verdict()? else { bail!("the verifier was never loaded") };
        say(&self.named(&format!("Verifier: {verdict}")));
        ensure!(verdict.clean(), "the driver breaks rules");
        Ok(())
    }

    /// Where Linux sees a path of Windows on drive C.
    pub(crate) fn on_linux(&self, path: &str) -> Result<PathBuf> {
        let below = path.strip_prefix(r"C:\").context("a path on drive C")?;
        Ok(self.sandbox.prefix().join("drive_c").join(below.replace('\\', "/")))
    }
}

/// What the verifier says of the driver's end, if its process has ended.
#[must_use]
pub fn death(verdict: &Verdict) -> Option<&Record> {
    verdict.records.iter().find(|record| record.violation == Violation::DriverDied.name())
}

fn options(stand_ins: &StandIns, parts: Parts) -> Options {
    let mut options = Options::new(&parts.work, &stand_ins.sandbox);
    options.visible = parts.visible;
    if let Some(channels) = parts.wine_debug {
        options.wine_debug = channels;
    }
    options.files = parts.files;
    let system32 = PathBuf::from("windows/system32");
    let drivers = system32.join("drivers");
    options.files.insert(drivers.join("wdfldr.sys"), stand_ins.wdfldr.clone());
    // The same image serves the few functions of ndis.sys.
    for name in ["netio.sys", "ndis.sys"] {
        options.files.insert(drivers.join(name), stand_ins.netio.clone());
    }
    // In place of Wine's own.
    options.files.insert(system32.join("winedevice.exe"), stand_ins.driver_host.clone());
    options.files.insert(system32.join("kmdf-install.exe"), stand_ins.installer.clone());
    let dll = (system32.join("bcryptprimitives.dll"), stand_ins.bcryptprimitives.clone());
    options.files_if_absent = BTreeMap::from([dll]);
    options.programs = BTreeMap::from([("netio-server".to_owned(), stand_ins.netio_server.clone())]);
    options.scripts = parts.scripts;
    options
}
