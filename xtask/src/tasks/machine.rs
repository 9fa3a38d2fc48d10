//! The test machine: a sandbox with the stand-ins, the driver package and the programs in it.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, ensure};
use cargo_kmdf::places::Places;
use cargo_kmdf::workspace::Workspace;
use cargo_kmdf::{Parts, WITNESS};
use sandbox_runner::{Command, Outcome, Output};

use super::build::Products;

/// The folder of the driver package and the programs, as Windows sees it, and below `drive_c`.
pub const FOLDER: &str = r"C:\netioctl";
const FOLDER_BELOW_DRIVE_C: &str = "netioctl";

/// The variable that tells the harness where the witness is.
const WITNESS_VARIABLE: &str = "NETIOCTL_WITNESS";

/// A command of the demo takes well below a second.
const COMMAND_TIMEOUT: Duration = Duration::from_mins(1);

/// `netioctl` in the shell of the machine.
const NETIOCTL_SCRIPT: &str = r#"exec wine 'C:\netioctl\netioctl.exe' "$@""#;

/// A running test machine with the driver package on it. It ends when this is dropped.
pub struct Machine(cargo_kmdf::Machine);

impl Deref for Machine {
    type Target = cargo_kmdf::Machine;

    fn deref(&self) -> &cargo_kmdf::Machine {
        &self.0
    }
}

impl Machine {
    /// Boots the machine.
    pub fn start(workspace: &Workspace, products: &Products) -> Result<Self> {
        cargo_kmdf::Machine::start(&products.stand_ins, parts(workspace, products)?).map(Self)
    }

    /// A Windows program of the package folder.
    pub fn program(&self, name: &str, arguments: &[&str]) -> Command<'_> {
        self.program_without_witness(name, arguments).env(WITNESS_VARIABLE, WITNESS)
    }

    /// A Windows program that is not told where the witness is, as on a Windows machine.
    pub fn program_without_witness(&self, name: &str, arguments: &[&str]) -> Command<'_> {
        let program = format!(r"{FOLDER}\{name}");
        let argv = [program.as_str()].into_iter().chain(arguments.iter().copied());
        self.sandbox().wine(argv).timeout(COMMAND_TIMEOUT)
    }

    /// Copies a file into the package folder.
    pub fn bring(&self, file: &Path) -> Result<()> {
        self.0.bring(file, FOLDER)
    }

    /// A text file of the package folder, as programs in the sandbox left it.
    pub fn read(&self, name: &str) -> Result<String> {
        self.0.read(&format!(r"{FOLDER}\{name}"))
    }

    /// Runs `netioctl`, and hands back its output; a failure of the command is no error here.
    pub fn netioctl(&self, arguments: &[&str]) -> Result<Output> {
        self.program("netioctl.exe", arguments).run()
    }

    /// `netioctl` on the terminal of this process, for as long as it takes.
    pub fn netioctl_by_hand(&self, arguments: &[&str]) -> Result<Outcome> {
        let program = format!(r"{FOLDER}\netioctl.exe");
        self.sandbox().wine([&*program].into_iter().chain(arguments.iter().copied())).interactive()
    }

    /// Uninstalls the driver, if the user has not done so, so that the verifier sees what it leaves behind.
    pub fn remove_driver(&self) -> Result<()> {
        // It fails if there is no driver any more.
        self.netioctl(&["driver", "uninstall"]).map(drop)
    }

    /// Installs the driver.
    pub fn install_driver(&self) -> Result<Output> {
        let output = self.netioctl(&["driver", "install"])?;
        let told = format!("{}{}", output.stdout, output.stderr);
        ensure!(output.outcome.success(), "netioctl driver install: {}\n{told}", output.outcome);
        Ok(output)
    }
}

fn parts(workspace: &Workspace, products: &Products) -> Result<Parts> {
    let mut files = package(products)?;
    let folder = PathBuf::from(FOLDER_BELOW_DRIVE_C);
    files.extend(products.for_tests.iter().map(|(name, file)| (folder.join(name), file.clone())));
    let folders = ["driver", "sandbox"].map(|folder| workspace.target.join(folder)).into();
    Ok(Parts {
        work: workspace.target.join("sandbox"),
        visible: vec![workspace.root.clone(), workspace.target.clone()],
        files,
        scripts: BTreeMap::from([("netioctl".to_owned(), NETIOCTL_SCRIPT.to_owned())]),
        wine_debug: workspace.wine_debug.clone(),
        places: Places { folders, renamed: vec![("wdfprobe".to_owned(), "probe-driver".to_owned())] },
    })
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
