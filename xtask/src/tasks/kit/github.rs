//! The action for GitHub on a project of a user.

use std::{env, fs};

use anyhow::{Context, Result, ensure};
use cargo_kmdf::report::{self, step};
use cargo_kmdf::workspace::Workspace;

use super::action::Action;
use super::{NAME, Project, build, reported, whole};

/// All of the action for GitHub: what its runner carries out on a project. It installs the command anew, which takes minutes.
pub fn run(workspace: &Workspace) -> Result<()> {
    build(workspace)?;
    let project = Project::new(workspace)?;
    step("the project of a user", || whole(&project))?;
    let action = Action::of(workspace)?;
    let root = workspace.target.join("action");
    let path = env::join_paths([root.join("bin")].into_iter().chain(env::split_paths(&project.path)))?;
    let program = format!("{} --test", Project::program_from_folder());
    action.steps().iter().try_for_each(|one| {
        step(&one.name, || {
            let mut bash = project.command("bash", &project.folder);
            bash.env("PATH", &path).env("CARGO_INSTALL_ROOT", &root).env("GITHUB_PATH", root.join("path"));
            action.fill(one, &mut bash, &[("program", &program)])?;
            report::run(&mut bash)
        })
    })?;
    reported(&project.folder.join("kmdf-results.xml"))
}

/// The step of the action that runs a program.
pub fn on_project(project: &Project, workspace: &Workspace) -> Result<()> {
    let action = Action::of(workspace)?;
    let with = |program: &str| {
        let mut bash = project.command("bash", &project.folder);
        let inputs = [("package", NAME), ("options", "--debug-print --timeout 60"), ("program", program)];
        action.fill(action.step("Run")?, &mut bash, &inputs)?;
        bash.output().context("cannot run bash")
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
