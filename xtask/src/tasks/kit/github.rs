//! The action for GitHub on a project of a user.

use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use cargo_kmdf::report::{self, step};
use cargo_kmdf::workspace::Workspace;

use super::{NAME, Project, build, reported, whole};

/// The program that does as a runner of GitHub.
const RUNNER: &str = "kmdf-action";

/// All of the action for GitHub: what its runner carries out on a project. It installs the command anew, which takes minutes.
pub fn run(workspace: &Workspace) -> Result<()> {
    build(workspace)?;
    build_runner(workspace)?;
    let project = Project::new(workspace)?;
    step("the project of a user", || whole(&project))?;
    let root = workspace.target.join("action");
    let path = env::join_paths([root.join("bin")].into_iter().chain(env::split_paths(&project.path)))?;
    let program = format!("{} --test", Project::program_from_folder());
    let mut runner = runner(&project, workspace, &[("program", &program)]);
    runner.env("PATH", &path).env("CARGO_INSTALL_ROOT", &root).env("GITHUB_PATH", root.join("path"));
    step("the action", || report::run(&mut runner))?;
    reported(&project.folder.join("kmdf-results.xml"))
}

/// The step of the action that runs a program.
pub fn on_project(project: &Project, workspace: &Workspace) -> Result<()> {
    build_runner(workspace)?;
    let with = |program: &str| {
        let inputs = [("package", NAME), ("options", "--debug-print --timeout 60"), ("program", program)];
        runner(project, workspace, &inputs).args(["--step", "Run"]).output().context("cannot run the action")
    };
    let report = project.folder.join("kmdf-results.xml");
    let _ = fs::remove_file(&report);
    let exe = Project::program_from_folder();
    let output = with(&format!("{exe} --test"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() && said.contains("DbgPrint: doubler: 21"), "{}:\n{said}", output.status);
    reported(&report)?;
    let output = with(&format!("{exe} no-number"))?;
    ensure!(output.status.code() == Some(1), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    Ok(())
}

fn build_runner(workspace: &Workspace) -> Result<()> {
    report::run(workspace.cargo_on_host("build").args(["--bin", RUNNER]))
}

/// The runner in the folder of a project, with inputs for the action.
fn runner(project: &Project, workspace: &Workspace, inputs: &[(&str, &str)]) -> Command {
    let mut runner = project.command(&workspace.host_program(RUNNER).display().to_string(), &project.folder);
    runner.arg(workspace.root.join(".github/actions/kmdf"));
    runner.args(inputs.iter().flat_map(|(name, value)| ["--input".to_owned(), format!("{name}={value}")]));
    runner
}
