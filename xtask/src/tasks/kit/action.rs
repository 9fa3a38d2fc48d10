//! The action for GitHub (`.github/actions/kmdf`), carried out as a runner of GitHub does: step by step, in the shell that each
//! names, with the inputs where they are asked for.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use cargo_kmdf::workspace::Workspace;
use regex::{Captures, Regex};
use serde::Deserialize;

/// An action made of steps.
#[derive(Deserialize)]
pub struct Action {
    inputs: BTreeMap<String, Input>,
    runs: Runs,
    #[serde(skip)]
    folder: PathBuf,
}

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    required: bool,
    default: Option<String>,
}

#[derive(Deserialize)]
struct Runs {
    using: String,
    steps: Vec<Step>,
}

/// A step. One that asks for more than this is not carried out here, so it is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub name: String,
    shell: String,
    run: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
}

impl Action {
    /// The action of this workspace.
    pub fn of(workspace: &Workspace) -> Result<Self> {
        let folder = workspace.root.join(".github/actions/kmdf");
        let text = fs::read_to_string(folder.join("action.yml"))?;
        let action: Self = serde_saphyr::from_str(&text).context("action.yml")?;
        ensure!(action.runs.using == "composite", "the action is of another kind: {}", action.runs.using);
        Ok(Self { folder, ..action })
    }

    /// Its steps.
    pub fn steps(&self) -> &[Step] {
        &self.runs.steps
    }

    /// The step with a name.
    pub fn step(&self, name: &str) -> Result<&Step> {
        self.steps().iter().find(|step| step.name == name).with_context(|| format!("no step is called {name}"))
    }

    /// Makes a command, which is bash, a step.
    pub fn fill(&self, step: &Step, bash: &mut Command, given: &[(&str, &str)]) -> Result<()> {
        for (name, _) in given {
            ensure!(self.inputs.contains_key(*name), "the action has no input {name}");
        }
        ensure!(step.shell == "bash", "{} asks for another shell: {}", step.name, step.shell);
        // What stands in the script itself would be code, whoever has written it.
        ensure!(!step.run.contains("${{"), "the script of {} takes an expression", step.name);
        bash.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", &step.run]);
        bash.env("GITHUB_ACTION_PATH", &self.folder);
        for (name, value) in &step.env {
            bash.env(name, self.evaluated(value, given).with_context(|| format!("{name} of {}", step.name))?);
        }
        Ok(())
    }

    /// A value with the inputs in the place of their expressions.
    fn evaluated(&self, value: &str, given: &[(&str, &str)]) -> Result<String> {
        let expression = Regex::new(r"\$\{\{ *inputs\.([\w-]+) *\}\}")?;
        let mut failure = None;
        let text = expression.replace_all(value, |found: &Captures<'_>| match self.input(&found[1], given) {
            Ok(input) => input,
            Err(error) => {
                failure = Some(error);
                String::new()
            }
        });
        if let Some(error) = failure {
            return Err(error);
        }
        ensure!(!text.contains("${{"), "an expression that is no input: {text}");
        Ok(text.into_owned())
    }

    fn input(&self, name: &str, given: &[(&str, &str)]) -> Result<String> {
        let declared = self.inputs.get(name).with_context(|| format!("there is no input {name}"))?;
        let given = given.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        match given.or_else(|| declared.default.clone()) {
            Some(value) => Ok(value),
            None if declared.required => bail!("the input {name} is required"),
            None => Ok(String::new()),
        }
    }
}
