//! `cargo kmdf run`.

use std::fs;
use std::io::{Write, stderr, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use sandbox_runner::{Command, Outcome, Record};
use verifier_abi::Violation;

use super::driver::{Driver, End, OnMachine, on_machine};
use super::result::RunResult;
use crate::{Machine, death, preflight, setup};

/// What the driver prints, on the machine.
const DEBUG_PRINT: &str = verifier_abi::DEBUG_PRINT_PATH;

/// What `cargo kmdf run` is told.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    machine: OnMachine,
    /// Kills the program if it takes longer, in seconds
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
    /// Gives the program this terminal
    #[arg(short, long)]
    interactive: bool,
    /// Shows what the driver prints (`DbgPrint`), as it comes
    #[arg(long)]
    debug_print: bool,
    /// What happens when the program has ended
    #[arg(long, value_enum, default_value_t = End::Removal)]
    end: End,
    /// Writes the result as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Writes the result as a report of tests (JUnit)
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// The program: an .exe of this machine, which is brought along, a program by its path on drive C, or one of Linux
    #[arg(last = true, required = true)]
    program: Vec<String>,
}

/// What the user's program is.
enum Program {
    /// For Windows, by its path there.
    Windows(String),
    /// For Linux.
    Linux(String),
}

/// The user's program.
struct Found {
    program: Program,
    /// Files that come along for it.
    brought: Vec<PathBuf>,
    /// Folders that it is read from.
    visible: Vec<PathBuf>,
}

impl Found {
    /// One that the machine has.
    fn of(program: Program) -> Self {
        Self { program, brought: Vec::new(), visible: Vec::new() }
    }
}

/// Runs the program with the driver loaded.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    preflight::sandbox()?;
    setup::run_all(&[])?;
    let driver = arguments.machine.driver()?;
    let Found { program, brought, visible } = program(&arguments.program[0])?;
    let machine = arguments.machine.boot(&driver, &brought, &visible)?;
    let mut result = RunResult {
        driver: driver.name.clone(),
        program: arguments.program.clone(),
        exit_code: None,
        ended: String::new(),
        failure: None,
        violations: Vec::new(),
        debug_print: Vec::new(),
        seconds: 0.0,
    };
    let mut whole = || with_driver(&machine, &driver, arguments, &program, &mut result);
    if arguments.debug_print {
        machine.showing_debug_print(whole)?;
    } else {
        whole();
    }
    judge(&machine, arguments.end, &mut result)?;
    result.say();
    arguments.json.iter().try_for_each(|path| result.write_json(path))?;
    arguments.junit.iter().try_for_each(|path| result.write_junit(path))?;
    Ok(result.exit_code())
}

/// Loads the driver, runs the program, and ends as the user wants.
fn with_driver(machine: &Machine, driver: &Driver, arguments: &Arguments, program: &Program, result: &mut RunResult) {
    let failed = |error: anyhow::Error| Some(format!("{error:#}"));
    if let Err(error) = driver.install(machine) {
        result.failure = failed(error);
        // What is there of it goes, so that the verifier sees what it leaves behind; there may be nothing.
        let _ = driver.remove(machine);
        return;
    }
    let start = Instant::now();
    match started(machine, arguments, program) {
        Ok(outcome) => result.ended(&outcome),
        Err(error) => result.failure = failed(error),
    }
    result.seconds = start.elapsed().as_secs_f32();
    // Of one that has died nothing can be removed.
    if !has_died(machine)
        && let Err(error) = driver.end(machine, arguments.end)
    {
        result.failure.get_or_insert_with(|| format!("{:#}", machine.explained(error)));
    }
}

/// Whether the driver's process has ended with a word on why.
fn has_died(machine: &Machine) -> bool {
    let verdict = machine.sandbox().verdict().ok().flatten();
    verdict.is_some_and(|verdict| death(&verdict).is_some_and(|record| !is_loaded(record)))
}

/// Whether a record says no more than that a driver has not been unloaded.
fn is_loaded(record: &Record) -> bool {
    record.violation == Violation::DriverDied.name() && record.function.is_empty()
}

/// What the verifier has found, and what the driver has printed.
fn judge(machine: &Machine, end: End, result: &mut RunResult) -> Result<()> {
    match machine.sandbox().verdict()? {
        Some(verdict) => {
            let named = |record: Record| Record {
                caller: machine.named(&record.caller),
                detail: machine.named(&record.detail),
                ..record
            };
            // A machine that is shut down has its drivers loaded to the end.
            let found = verdict.records.into_iter().filter(|record| end == End::Removal || !is_loaded(record));
            result.violations = found.map(named).collect();
        }
        None if result.failure.is_none() => bail!("the verifier has never seen the driver: is it one of KMDF?"),
        None => {}
    }
    // There is no file if it printed nothing.
    let printed = machine.read(DEBUG_PRINT).unwrap_or_default();
    result.debug_print = printed.lines().map(str::to_owned).collect();
    Ok(())
}

fn started(machine: &Machine, arguments: &Arguments, program: &Program) -> Result<Outcome> {
    let words: Vec<&str> = arguments.program[1..].iter().map(String::as_str).collect();
    let mut command: Command<'_> = match program {
        Program::Windows(path) => machine.program(path, &words),
        Program::Linux(path) => machine.sandbox().linux([path.as_str()].into_iter().chain(words)),
    };
    if let Some(seconds) = arguments.timeout {
        command = command.timeout(Duration::from_secs(seconds));
    }
    if arguments.interactive {
        return command.interactive();
    }
    let show = |text: &str, error: bool| {
        // With the stream closed there is nobody left to tell.
        let _ = if error { stderr().write_all(text.as_bytes()) } else { stdout().write_all(text.as_bytes()) };
        let _ = stdout().flush();
    };
    Ok(command.follow(show)?.outcome)
}

/// What a program is, and where it is found.
fn program(name: &str) -> Result<Found> {
    if name.get(1..3) == Some(r":\") {
        return Ok(Found::of(Program::Windows(name.to_owned())));
    }
    let path = Path::new(name);
    if !path.is_file() {
        // One that the machine has on its path, such as `wine` or `ip`.
        return Ok(Found::of(Program::Linux(name.to_owned())));
    }
    let path = path.canonicalize()?;
    let begin = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    if begin.starts_with(b"MZ") {
        let file = path.file_name().context("a file has a name")?.to_string_lossy();
        let program = Program::Windows(on_machine(&file));
        return Ok(Found { brought: vec![path.clone()], ..Found::of(program) });
    }
    let folder = path.parent().context("a file lies in a folder")?.to_owned();
    Ok(Found { visible: vec![folder], ..Found::of(Program::Linux(path.display().to_string())) })
}
