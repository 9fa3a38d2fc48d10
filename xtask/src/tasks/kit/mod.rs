//! The kit as others use it: `cargo kmdf`, from outside, on a project that it has made itself.

mod github;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use cargo_kmdf::report::{run, step};
use cargo_kmdf::workspace::{KIT_TARGET, Workspace};
use cargo_kmdf::{WINDOWS, WINDOWS_PROFILE};

use crate::driver;

pub use github::run as action;

/// The name of the project.
const NAME: &str = "doubler";

/// The line of its driver after which mistakes are put in.
const PLACE: &str = "    let number = unsafe { input.cast::<u32>().read_unaligned() };\n";

/// A mistake in the driver, and what the verifier has to say.
struct Mistake {
    what: &'static str,
    code: &'static str,
    violation: &'static str,
    /// Where, as the debug information names it.
    place: &'static str,
}

const MISTAKES: [Mistake; 2] = [
    Mistake {
        what: "leaks",
        code: "let _ = unsafe { wdk_sys::ntddk::ExAllocatePool2(wdk_sys::POOL_FLAG_NON_PAGED, 24, 0x6b61_654c) };",
        violation: "pool-leaked",
        place: "(doubler::d",
    },
    Mistake {
        what: "writes where nothing is",
        code: "unsafe { core::ptr::without_provenance_mut::<u32>(0x10).write_volatile(number) };",
        violation: "driver-died",
        place: "(doubler::d",
    },
];

/// What `cargo kmdf run --json` writes, as programs of others read it.
#[derive(Debug, Deserialize)]
pub struct Told {
    pub exit_code: Option<i32>,
    pub failure: Option<String>,
    pub violations: Vec<Violation>,
    pub debug_print: Vec<String>,
}

/// A rule that the driver broke.
#[derive(Debug, Deserialize)]
pub struct Violation {
    #[serde(rename = "violation")]
    pub rule: String,
    pub function: String,
    pub caller: String,
    pub detail: String,
}

/// Makes a project, tests it, and breaks it.
pub fn check(workspace: &Workspace) -> Result<()> {
    build(workspace)?;
    let project = Project::new(workspace)?;
    step("a new driver of others: built, installed, tested", || whole(&project))?;
    step("the same on GitHub", || github::on_project(&project, workspace))?;
    step("its package", || package(&project))?;
    step("a shell with it", || shell(&project))?;
    step("this project's own driver, as if it were another's", || own(&project, workspace))?;
    step("a driver of others in C", || in_c(&project, workspace))?;
    for mistake in &MISTAKES {
        step(&format!("a driver of others that {}", mistake.what), || mistaken(&project, mistake))?;
    }
    Ok(())
}

/// Builds the command; by its name alone, so with the features of all host programs.
pub fn build(workspace: &Workspace) -> Result<()> {
    step("build cargo kmdf", || run(workspace.cargo_on_host("build").args(["--bin", "cargo-kmdf"])))
}

/// The report has the program and the verifier, and both are content.
fn reported(junit: &Path) -> Result<()> {
    let report = fs::read_to_string(junit).with_context(|| format!("there is no {}", junit.display()))?;
    let line = report.lines().find(|line| line.contains("<testsuites")).unwrap_or_default();
    ensure!(line.contains(r#"tests="2""#) && line.contains(r#"failures="0""#), "the report: {line}");
    Ok(())
}

struct Project {
    /// The same each time, for cargo builds anew what has moved.
    folder: PathBuf,
    /// Its target folder, which stays: only the first time takes long.
    target: PathBuf,
    /// The kit's own.
    kit: PathBuf,
    /// With the command in front.
    path: OsString,
}

impl Project {
    fn new(workspace: &Workspace) -> Result<Self> {
        let base = workspace.target.join("kit");
        let (folder, programs) = (base.join(NAME), base.join("bin"));
        let _ = fs::remove_dir_all(&folder);
        let _ = fs::remove_dir_all(&programs);
        fs::create_dir_all(&programs)?;
        symlink(workspace.host_program("cargo-kmdf"), programs.join("cargo-kmdf"))?;
        // mingw-w64's own dlltool takes no folder with a space in its name.
        let first = [programs, workspace.root.join("tool/mingw")];
        let path =
            env::join_paths(first.into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())))?;
        let project = Self { folder, target: base.join("target"), kit: workspace.target.clone(), path };
        let made = project.cargo_in(&base, &["kmdf", "new", NAME])?;
        ensure!(made.status.success(), "cargo kmdf new: {}", String::from_utf8_lossy(&made.stderr));
        // As somebody who has built it before.
        let locked = project.cargo_in(&project.folder, &["generate-lockfile", "--quiet"])?;
        ensure!(locked.status.success(), "{}", String::from_utf8_lossy(&locked.stderr));
        Ok(project)
    }

    fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env("PATH", &self.path).env("CARGO_TARGET_DIR", &self.target);
        command.env(KIT_TARGET, &self.kit);
        // Those of the cargo that runs this program are about another package.
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_PKG_")) {
            command.env_remove(name);
        }
        command.env_remove("CARGO_MANIFEST_DIR");
        command
    }

    fn cargo_in(&self, folder: &Path, arguments: &[&str]) -> Result<Output> {
        self.command("cargo", folder).args(arguments).output().context("cannot run cargo")
    }

    /// The project's own test, with arguments for `cargo kmdf run`: what it writes, and its exit code.
    fn test(&self, arguments: &[&str]) -> Result<(Told, Option<i32>, String)> {
        let json = self.folder.join("result.json");
        let _ = fs::remove_file(&json);
        let mut test = self.command("sh", &self.folder);
        let output = test.arg("test.sh").args(arguments).arg("--json").arg(&json).output()?;
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let told = fs::read(&json).with_context(|| format!("there is no result:\n{said}"))?;
        Ok((serde_json::from_slice(&told)?, output.status.code(), said))
    }

    /// The project's program, once it has been built.
    fn program(&self) -> String {
        format!("{}/{}", self.target.display(), Self::program_in_target())
    }

    /// The same from the project's folder: the action takes words, and one of them cannot have a space.
    fn program_from_folder() -> String {
        format!("../target/{}", Self::program_in_target())
    }

    fn program_in_target() -> String {
        format!("x86_64-pc-windows-gnu/debug/{NAME}.exe")
    }

    fn source(&self) -> PathBuf {
        self.folder.join("driver/src/lib.rs")
    }
}

fn whole(project: &Project) -> Result<()> {
    let junit = project.folder.join("results.xml");
    let lock = fs::read(project.folder.join("Cargo.lock"))?;
    let (told, code, said) = project.test(&["--junit", "results.xml", "--debug-print"])?;
    ensure!(code == Some(0) && told.exit_code == Some(0) && told.violations.is_empty(), "{code:?} {told:?}\n{said}");
    ensure!(said.contains("all tests passed"), "the program's output is not shown:\n{said}");
    ensure!(told.debug_print.iter().any(|line| line == "doubler: 21"), "DbgPrint: {:?}", told.debug_print);
    ensure!(said.contains("DbgPrint: doubler: 21"), "DbgPrint is not shown:\n{said}");
    ensure!(lock == fs::read(project.folder.join("Cargo.lock"))?, "the Cargo.lock of the project was changed");
    reported(&junit)?;
    // What the program answers is what the command answers.
    let exe = project.program();
    let output = project.cargo_in(&project.folder, &["kmdf", "run", "--", &exe, "no-number"])?;
    ensure!(output.status.code() == Some(1), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    Ok(())
}

fn package(project: &Project) -> Result<()> {
    let keys = tempfile::tempdir()?;
    let made = project.folder.join("package");
    let mut cargo = project.command("cargo", &project.folder);
    cargo.args(["kmdf", "package", "--package", NAME, "--output"]).arg(&made).arg("--key-dir").arg(keys.path());
    let output = cargo.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{said}");
    ensure!(!said.contains("warning: doubler"), "a new project has something to be said about it:\n{said}");
    for extension in ["sys", "inf", "cat", "pdb"] {
        ensure!(made.join(NAME).with_extension(extension).is_file(), "no {NAME}.{extension}");
    }
    Ok(())
}

/// What is typed reaches the shell, and the verdict comes after its end.
fn shell(project: &Project) -> Result<()> {
    let mut cargo = project.command("cargo", &project.folder);
    cargo.args(["kmdf", "shell", "--package", NAME, "--with", &project.program()]);
    let mut child = cargo.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    child.stdin.take().context("an input")?.write_all(b"wine 'C:\\driver\\doubler.exe' 21 | cat\nexit\n")?;
    let output = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{}:\n{said}{}", output.status, String::from_utf8_lossy(&output.stderr));
    ensure!(said.contains("42") && said.contains("Verifier: no violations"), "{said}");
    Ok(())
}

/// Built, packaged and installed by the command alone, and used by its program.
fn own(project: &Project, workspace: &Workspace) -> Result<()> {
    let program = workspace.target.join(WINDOWS).join(WINDOWS_PROFILE).join("netioctl.exe").display().to_string();
    let mut cargo = project.command("cargo", &workspace.root);
    cargo.env("CARGO_TARGET_DIR", &workspace.target).args(["kmdf", "run", "--package", driver::NAME, "--"]);
    let output = cargo.args([&program, "interface", "show", "--brief"]).output()?;
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success() && said.contains("lan0"), "{}:\n{said}", output.status);
    Ok(())
}

/// The example in C does the same, so the same program tests it.
fn in_c(project: &Project, workspace: &Workspace) -> Result<()> {
    let folder = project.folder.join("c");
    run(Command::new("cp").arg("--recursive").arg(workspace.root.join("tool/examples/c")).arg(&folder))?;
    let exe = project.program();
    let driver = folder.join("doubler.vcxproj").display().to_string();
    let words = ["kmdf", "run", "--driver", &driver, "--debug-print", "--", &exe, "--test"];
    let output = project.cargo_in(&project.folder, &words)?;
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{}:\n{said}", output.status);
    ensure!(said.contains("DbgPrint: doubler: 21, number 3"), "DbgPrint:\n{said}");
    ensure!(!said.contains("warning: "), "the example has something to be said about it:\n{said}");
    hello(project, workspace)
}

/// The example of the README, as it is and as it is broken there.
fn hello(project: &Project, workspace: &Workspace) -> Result<()> {
    let folder = project.folder.join("hello");
    run(Command::new("cp").arg("--recursive").arg(workspace.root.join("tool/examples/hello")).arg(&folder))?;
    let driver = folder.join("hello.vcxproj").display().to_string();
    let words = ["kmdf", "run", "--driver", &driver, "--debug-print", "--", "echo", "the program runs"];
    let told = |output: &Output| {
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    };
    let output = project.cargo_in(&project.folder, &words)?;
    let said = told(&output);
    let lines = ["the program runs", "DbgPrint: hello: loaded", "DbgPrint: hello: unloaded", "Verifier: no violations"];
    let missing: Vec<_> = lines.iter().filter(|line| !said.contains(**line)).collect();
    ensure!(output.status.success() && missing.is_empty(), "{missing:?} in:\n{said}");
    let source = folder.join("hello.c");
    let good = fs::read_to_string(&source)?;
    let place = "    DbgPrint(\"hello: loaded";
    let leak = "    (VOID)ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, (ULONG)0x6f6c6548);\n";
    ensure!(good.contains(place), "the example prints nothing");
    fs::write(&source, good.replace(place, &format!("{leak}{place}")))?;
    let output = project.cargo_in(&project.folder, &words)?;
    let said = told(&output);
    let leaked =
        said.contains("pool-leaked: ExAllocatePool2 called by hello.sys+0x") && said.contains("(DriverEntry+0x");
    ensure!(output.status.code() == Some(3) && leaked, "{}:\n{said}", output.status);
    // A machine that is shut down unloads no driver, so nothing is left behind.
    let (run, end) = words.split_at(2);
    let output = project.cargo_in(&project.folder, &[run, &["--end", "shutdown"], end].concat())?;
    let said = told(&output);
    let unloaded = said.contains("hello: unloaded") || !said.contains("shut the machine down");
    ensure!(output.status.success() && !unloaded, "{}:\n{said}", output.status);
    Ok(())
}

fn mistaken(project: &Project, mistake: &Mistake) -> Result<()> {
    let source = project.source();
    let good = fs::read_to_string(&source)?;
    let (before, after) = good.split_once(PLACE).context("the driver reads no number")?;
    fs::write(&source, format!("{before}{PLACE}    {}\n{after}", mistake.code))?;
    let (told, code, said) = project.test(&[])?;
    fs::write(&source, good)?;
    let Some(found) = told.violations.iter().find(|violation| violation.rule == mistake.violation) else {
        bail!("no {}: {told:?}\n{said}", mistake.violation)
    };
    let named = found.caller.contains(mistake.place) || found.detail.contains(mistake.place);
    ensure!(named, "the place has no name: {found:?}");
    ensure!(code != Some(0), "the command succeeds:\n{said}");
    Ok(())
}
