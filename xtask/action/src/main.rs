//! The action for GitHub (`.github/actions/kmdf`), carried out as a runner of GitHub does: step by step, in the shell that
//! each names, with the inputs where they are asked for.

#[cfg(target_os = "linux")]
mod action;

#[cfg(target_os = "linux")]
mod linux {
    use std::path::PathBuf;
    use std::process::ExitCode;

    use anyhow::{Context, Result};
    use clap::Parser;

    use super::action::Action;

    /// Carries out an action made of steps, in this folder.
    #[derive(Parser)]
    struct Arguments {
        /// The folder with the action.yml
        action: PathBuf,
        /// The one step to carry out
        #[arg(long)]
        step: Option<String>,
        /// An input
        #[arg(long = "input", value_name = "NAME=VALUE", value_parser = input)]
        inputs: Vec<(String, String)>,
    }

    fn input(word: &str) -> Result<(String, String)> {
        let (name, value) = word.split_once('=').context("an input has a name and a value: NAME=VALUE")?;
        Ok((name.to_owned(), value.to_owned()))
    }

    pub fn main() -> Result<ExitCode> {
        let arguments = Arguments::parse();
        let action = Action::read(&arguments.action)?;
        let inputs = arguments.inputs.into_iter().collect();
        for step in action.steps(arguments.step.as_deref())? {
            eprintln!("{}", step.name);
            let status = action.command(step, &inputs)?.status().context("cannot run bash")?;
            if !status.success() {
                return Ok(status
                    .code()
                    .and_then(|code| u8::try_from(code).ok())
                    .map_or(ExitCode::FAILURE, ExitCode::from));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<std::process::ExitCode> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("kmdf-action needs Linux");
    std::process::exit(1);
}
