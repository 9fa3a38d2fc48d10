//! The test machine: a sandbox with the stand-ins, the driver package and the programs in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Error, Result, bail, ensure};
use sandbox_runner::{Command, Options, Output, Record, Sandbox, Verdict};
use serde::Serialize;
use verifier_abi::{FaultPlan, PLAN_PATH, SETTINGS_PATH, Violation};

use super::build::Products;
use super::places;
use super::windows::Windows;
use crate::report::{say, step};
use crate::workspace::Workspace;

/// The folder of the driver package and the programs, as Windows sees it, and below `drive_c`.
pub const FOLDER: &str = r"C:\netioctl";
const FOLDER_BELOW_DRIVE_C: &str = "netioctl";

/// Where the NETIO stand-in finds its server, and the harness the witness: two ports of the sandbox's own stack.
const LISTEN: &str = "127.0.0.1:4799";
const WITNESS: &str = "127.0.0.1:4798";

/// Where the number of the server's process is kept.
const SERVER: &str = "/run/netio-server.pid";

/// The variable that tells the harness where the witness is.
const WITNESS_VARIABLE: &str = "NETIOCTL_WITNESS";

/// A command of the demo takes well below a second.
const COMMAND_TIMEOUT: Duration = Duration::from_mins(1);

/// `wine` hands its terminal to console programs in a way that repaints it; files keep the output as it is.
const NETIOCTL_SCRIPT: &str = r#"
out=$(mktemp); err=$(mktemp)
wine 'C:\netioctl\netioctl.exe' "$@" < /dev/null > "$out" 2> "$err"
code=$?
cat "$out"; cat "$err" >&2; rm -f "$out" "$err"
exit $code"#;

/// A running test machine. It ends when this is dropped.
pub struct Machine {
    sandbox: Sandbox,
    /// Where the debug information of what runs here was built.
    target: PathBuf,
}

impl Machine {
    /// Boots the machine and starts the server of the NETIO stand-in.
    pub fn start(workspace: &Workspace, products: &Products) -> Result<Self> {
        step("boot the sandbox", || {
            let sandbox = Sandbox::start(&options(workspace, products)?)?;
            let machine = Self { sandbox, target: workspace.target.clone() };
            machine.start_server()?;
            Ok(machine)
        })
    }

    /// Makes the machine play another Windows to the drivers that are loaded from now on.
    pub fn play(&self, windows: Windows) -> Result<()> {
        self.tell(SETTINGS_PATH, &windows.settings())
    }

    /// Refuses calls of the drivers that are loaded from now on.
    pub fn refuse(&self, plan: &FaultPlan) -> Result<()> {
        self.tell(PLAN_PATH, plan)
    }

    /// Leaves the stand-ins a file.
    fn tell(&self, path: &str, what: &impl Serialize) -> Result<()> {
        let file = self.sandbox.prefix().join("drive_c").join(below_drive_c(path)?);
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
    pub fn server_log(&self) -> Result<String> {
        let log = self.sandbox.scratch().join("netio-server.log").display().to_string();
        Ok(self.sandbox.linux(["cat", &log]).run()?.stdout)
    }

    /// The sandbox itself.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// A Windows program of the package folder.
    pub fn program(&self, name: &str, arguments: &[&str]) -> Command<'_> {
        self.program_without_witness(name, arguments).env(WITNESS_VARIABLE, WITNESS)
    }

    /// A Windows program that is not told where the witness is, as on a Windows machine.
    pub fn program_without_witness(&self, name: &str, arguments: &[&str]) -> Command<'_> {
        let program = format!(r"{FOLDER}\{name}");
        let argv = [program.as_str()].into_iter().chain(arguments.iter().copied());
        self.sandbox.wine(argv).timeout(COMMAND_TIMEOUT)
    }

    /// Copies a file into the package folder.
    pub fn bring(&self, file: &Path) -> Result<()> {
        let folder = self.sandbox.prefix().join("drive_c").join(FOLDER_BELOW_DRIVE_C);
        let output = self.sandbox.linux(["cp", &file.display().to_string(), &folder.display().to_string()]).run()?;
        ensure!(output.outcome.success(), "cannot copy {}: {}", file.display(), output.stderr);
        Ok(())
    }

    /// A text file of the package folder, as programs in the sandbox left it.
    pub fn read(&self, name: &str) -> Result<String> {
        let path = self.sandbox.prefix().join("drive_c").join(FOLDER_BELOW_DRIVE_C).join(name);
        let output = self.sandbox.linux(["cat", &path.display().to_string()]).run()?;
        ensure!(output.outcome.success(), "cannot read {}: {}", path.display(), output.stderr);
        Ok(output.stdout)
    }

    /// Runs `netioctl`, and hands back its output; a failure of the command is no error here.
    pub fn netioctl(&self, arguments: &[&str]) -> Result<Output> {
        self.program("netioctl.exe", arguments).run()
    }

    /// Installs the driver.
    pub fn install_driver(&self) -> Result<Output> {
        let output = self.netioctl(&["driver", "install"])?;
        let told = format!("{}{}", output.stdout, output.stderr);
        ensure!(output.outcome.success(), "netioctl driver install: {}\n{told}", output.outcome);
        Ok(output)
    }

    /// A text of the verifier, with the names of functions.
    pub fn named(&self, text: &str) -> String {
        places::named(&self.target, text)
    }

    /// Shows what the verifier has found; an error if that is anything, or if it never ran.
    pub fn verdict(&self) -> Result<()> {
        let Some(verdict) = self.sandbox.verdict()? else { bail!("the verifier was never loaded") };
        say(&self.named(&format!("Verifier: {verdict}")));
        ensure!(verdict.clean(), "the driver breaks rules");
        Ok(())
    }
}

/// What the verifier says of the driver's end, if its process has ended.
pub fn death(verdict: &Verdict) -> Option<&Record> {
    verdict.records.iter().find(|record| record.violation == Violation::DriverDied.name())
}

/// A path as Windows sees it, below `drive_c`.
fn below_drive_c(path: &str) -> Result<PathBuf> {
    Ok(path.strip_prefix(r"C:\").context("a path on drive C")?.replace('\\', "/").into())
}

fn options(workspace: &Workspace, products: &Products) -> Result<Options> {
    let mut options = Options::new(&workspace.target.join("sandbox"), &products.sandbox);
    options.visible = vec![workspace.root.clone(), workspace.target.clone()];
    if let Some(channels) = &workspace.wine_debug {
        options.wine_debug.clone_from(channels);
    }
    let system32 = PathBuf::from("windows/system32");
    let drivers = system32.join("drivers");
    options.files = package(products)?;
    options.files.insert(drivers.join("wdfldr.sys"), products.wdfldr.clone());
    // The same image serves the few functions of ndis.sys.
    for name in ["netio.sys", "ndis.sys"] {
        options.files.insert(drivers.join(name), products.netio.clone());
    }
    let folder = PathBuf::from(FOLDER_BELOW_DRIVE_C);
    options.files.insert(folder.join("netio-check.exe"), products.netio_check.clone());
    options.files.insert(folder.join("wdfprobe.sys"), products.probe_driver.clone());
    options.files.insert(folder.join("wdfprobe.exe"), products.probe_client.clone());
    let dll = (system32.join("bcryptprimitives.dll"), products.bcryptprimitives.clone());
    options.files_if_absent = BTreeMap::from([dll]);
    options.programs = BTreeMap::from([("netio-server".to_owned(), products.netio_server.clone())]);
    options.scripts = BTreeMap::from([("netioctl".to_owned(), NETIOCTL_SCRIPT.to_owned())]);
    Ok(options)
}

/// The whole driver package, as it goes to a Windows machine.
fn package(products: &Products) -> Result<BTreeMap<PathBuf, PathBuf>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(&products.package)? {
        let entry = entry?;
        files.insert(Path::new(FOLDER_BELOW_DRIVE_C).join(entry.file_name()), entry.path());
    }
    Ok(files)
}
