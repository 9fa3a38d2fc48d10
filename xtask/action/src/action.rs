//! An action made of steps, as its `action.yml` describes it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use regex::{Captures, Regex};
use serde::Deserialize;

/// What the caller of an action gives: inputs by their names.
pub type Given = BTreeMap<String, String>;

/// An action.
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
    /// The action of a folder.
    pub fn read(folder: &Path) -> Result<Self> {
        let file = folder.join("action.yml");
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        Ok(Self { folder: folder.to_owned(), ..Self::parse(&text)? })
    }

    fn parse(text: &str) -> Result<Self> {
        let action: Self = serde_saphyr::from_str(text).context("action.yml")?;
        ensure!(action.runs.using == "composite", "the action is of another kind: {}", action.runs.using);
        Ok(action)
    }

    /// Its steps, or the one with a name.
    pub fn steps(&self, name: Option<&str>) -> Result<Vec<&Step>> {
        let steps: Vec<_> = self.runs.steps.iter().filter(|step| name.is_none_or(|name| step.name == name)).collect();
        ensure!(!steps.is_empty(), "no step is called {}", name.unwrap_or_default());
        Ok(steps)
    }

    /// A step as a command.
    pub fn command(&self, step: &Step, given: &Given) -> Result<Command> {
        if let Some(name) = given.keys().find(|name| !self.inputs.contains_key(*name)) {
            bail!("the action has no input {name}");
        }
        ensure!(step.shell == "bash", "{} asks for another shell: {}", step.name, step.shell);
        // What stands in the script itself would be code, whoever has written it.
        ensure!(!step.run.contains("${{"), "the script of {} takes an expression", step.name);
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", &step.run]);
        bash.env("GITHUB_ACTION_PATH", &self.folder);
        for (name, value) in &step.env {
            bash.env(name, self.evaluated(value, given).with_context(|| format!("{name} of {}", step.name))?);
        }
        Ok(bash)
    }

    /// A value with the inputs in the place of their expressions.
    fn evaluated(&self, value: &str, given: &Given) -> Result<String> {
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

    fn input(&self, name: &str, given: &Given) -> Result<String> {
        let declared = self.inputs.get(name).with_context(|| format!("there is no input {name}"))?;
        match given.get(name).or(declared.default.as_ref()) {
            Some(value) => Ok(value.clone()),
            None if declared.required => bail!("the input {name} is required"),
            None => Ok(String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An action with one step, which prints a value.
    fn action(value: &str) -> Result<Action> {
        Action::parse(&format!(
            "inputs:\n  must: {{ required: true }}\n  may: {{ default: a }}\n\
             runs:\n  using: composite\n  steps:\n    - name: Print\n      shell: bash\n      \
             env: {{ VALUE: '{value}' }}\n      run: printf %s \"$VALUE\"\n"
        ))
    }

    /// What the step prints.
    fn printed(value: &str, given: &[(&str, &str)]) -> Result<String> {
        let action = action(value)?;
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut command = action.command(action.steps(Some("Print"))?[0], &given)?;
        Ok(String::from_utf8(command.output()?.stdout)?)
    }

    fn refused(value: &str, given: &[(&str, &str)]) -> String {
        format!("{:#}", printed(value, given).expect_err(value))
    }

    #[test]
    fn a_step_has_what_the_caller_gives_and_the_defaults_of_the_rest() {
        let value = "<${{ inputs.may }}-${{inputs.must}}>";
        assert_eq!(printed(value, &[("must", "b c")]).expect("printed"), "<a-b c>");
        assert_eq!(printed(value, &[("must", "$(c)"), ("may", "")]).expect("printed"), "<-$(c)>");
    }

    #[test]
    fn what_a_runner_would_not_understand_is_refused() {
        assert_eq!(refused("${{ inputs.must }}", &[]), "VALUE of Print: the input must is required");
        assert_eq!(refused("${{ inputs.other }}", &[]), "VALUE of Print: there is no input other");
        assert!(refused("${{ github.token }}", &[]).contains("an expression that is no input"));
        assert_eq!(refused("", &[("other", "")]), "the action has no input other");
        assert!(action("").expect("an action").steps(Some("Other")).is_err());
    }
}
