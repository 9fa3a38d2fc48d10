//! Fuzzing: libFuzzer over the targets of `fuzz/`, and random requests through the core of the driver.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::machine::Machine;
use super::suites::harness;
use super::{build, nightly, setup};
use cargo_kmdf::report::{note, run as run_command, say, step};
use cargo_kmdf::workspace::Workspace;

/// The package of the targets.
const PACKAGE: &str = "netioctl-fuzz";

/// Each target searches so long as part of the tests.
const BRIEFLY: Duration = Duration::from_secs(3);

/// Memory that no input of a target needs, in MiB. The memory checker keeps what was freed last.
const MEMORY: &str = "-rss_limit_mb=2048";

/// KiB by which the process of the driver may differ between two looks: the heap of Wine keeps some for later.
const GROWTH: u64 = 8 << 10;

/// How the targets are built.
#[derive(Clone, Copy)]
enum Kind {
    /// In a minute and a half of processor time, for a short run: it searches half as fast.
    Quick,
    /// With the checker of memory, in three minutes and a half.
    Thorough,
}

impl Kind {
    /// Options of cargo-fuzz, the folder that cargo names after its profile, and variables.
    const fn options(self) -> (&'static [&'static str], &'static str, &'static [(&'static str, &'static str)]) {
        match self {
            Self::Quick => (&["--dev", "--sanitizer", "none"], "debug", &[("CARGO_PROFILE_DEV_DEBUG", "0")]),
            Self::Thorough => {
                let profile = &[
                    ("CARGO_PROFILE_RELEASE_LTO", "off"),
                    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
                    ("CARGO_PROFILE_RELEASE_DEBUG", "line-tables-only"),
                ];
                (&["--sanitizer", "address"], "release", profile)
            }
        }
    }
}

/// What to fuzz, and for how long.
#[derive(Args)]
pub struct Arguments {
    /// The target, such as `dispatch`; all of them, one after the other, if none is named.
    target: Option<String>,
    /// Minutes that each target searches.
    #[arg(long, default_value = "1")]
    minutes: u64,
    /// Searches for a few seconds with each target, from its seeds alone, as the tests do.
    #[arg(long, conflicts_with_all = ["target", "minutes", "requests"])]
    quick: bool,
    /// Sends so many random requests through the core of the driver instead, without libFuzzer.
    #[arg(long, value_name = "COUNT", conflicts_with = "target")]
    requests: Option<u64>,
    /// Sends so many random requests through the real driver in the sandbox instead: in odd buffers, cancelled or left
    /// without their handle at any time.
    #[arg(long, value_name = "COUNT", conflicts_with_all = ["target", "requests"])]
    driver: Option<u64>,
    /// No handle is closed with requests under way.
    #[arg(long, requires = "driver")]
    keep_handles: bool,
    /// The seed of the random requests.
    #[arg(long, default_value = "1")]
    seed: u64,
}

/// Searches for as long as the command line says; what was found before is where the search begins.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    if arguments.quick {
        return briefly(workspace);
    }
    if let Some(count) = arguments.requests {
        let threads = std::thread::available_parallelism()?.to_string();
        return core_requests(
            workspace,
            &[&count.to_string(), "--seed", &arguments.seed.to_string(), "--threads", &threads],
        );
    }
    if let Some(count) = arguments.driver {
        return storm(workspace, count, arguments.seed, arguments.keep_handles);
    }
    let fuzzer = Fuzzer::build(workspace, Kind::Thorough, nightly::toolchain()?)?;
    let time = Duration::from_secs(arguments.minutes * 60);
    match &arguments.target {
        Some(target) => fuzzer.search(target, time, &fuzzer.folder.join("corpus")),
        None => {
            fuzzer.targets()?.iter().try_for_each(|target| fuzzer.search(target, time, &fuzzer.folder.join("corpus")))
        }
    }
}

/// A short run of each target from its seeds alone, the same inputs on each machine as far as its speed allows.
pub fn briefly(workspace: &Workspace) -> Result<()> {
    let Some(toolchain) = nightly::toolchain_for("fuzzing")? else { return Ok(()) };
    let fuzzer = Fuzzer::build(workspace, Kind::Quick, toolchain)?;
    let corpus = tempfile::tempdir()?;
    fuzzer.targets()?.iter().try_for_each(|target| fuzzer.search(target, BRIEFLY, corpus.path()))
}

fn core_requests(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let mut cargo = workspace.cargo();
    cargo.args([
        "run",
        "--quiet",
        "--profile",
        "tools",
        "--package",
        PACKAGE,
        "--example",
        "requests",
        "--",
        "--count",
    ]);
    run_command(cargo.args(arguments))
}

/// Sends random requests through the driver in the sandbox, and looks whether its process grows with their number.
fn storm(workspace: &Workspace, count: u64, seed: u64, keep_handles: bool) -> Result<()> {
    let products = build::run_all(workspace)?;
    let machine = Machine::start(workspace, &products)?;
    machine.install_driver()?;
    let send = |count: u64, seed: u64| {
        let (count, seed) = (count.max(1).to_string(), seed.to_string());
        let mut options = vec!["--storm", &count, "--seed", &seed];
        options.extend(keep_handles.then_some("--keep-handles"));
        let sent = step(&format!("{count} requests, seed {seed}"), || harness(&machine, &options));
        if sent.is_err() {
            machine.netioctl(&["driver", "uninstall"])?;
            // A violation is often the reason, and the end of the driver always is.
            return machine.verdict().and(sent).map(|()| 0);
        }
        driver_memory(&machine)
    };
    // With the first requests come the memory that is kept for the next ones.
    let early = send(count / 10, seed)?;
    let late = send(count - count / 10, seed + 1_000_000)?;
    say(&format!(
        "memory of the driver's process: {early} KiB after {} requests, {late} KiB after {count}",
        count / 10
    ));
    machine.netioctl(&["driver", "uninstall"])?;
    machine.verdict()?;
    ensure!(late < early + GROWTH, "the driver's process grows");
    Ok(())
}

/// Resident memory of the processes of Wine that run drivers, in KiB.
fn driver_memory(machine: &Machine) -> Result<u64> {
    const SCRIPT: &str = "grep -l '^winedevice' /proc/[0-9]*/comm | sed 's/comm$/status/' | xargs grep -h '^VmRSS:'";
    let output = machine.sandbox().linux(["sh", "-c", SCRIPT]).run()?;
    let sizes = output.stdout.lines().filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    let total = sizes.sum();
    ensure!(total > 0, "no process runs drivers: {}{}", output.stdout, output.stderr);
    Ok(total)
}

/// The targets, built for libFuzzer.
struct Fuzzer {
    /// Where seeds, corpus and findings are.
    folder: PathBuf,
    programs: PathBuf,
}

impl Fuzzer {
    fn build(workspace: &Workspace, kind: Kind, toolchain: &str) -> Result<Self> {
        let tool = step("cargo-fuzz", || setup::cargo_fuzz(workspace))?;
        let folder = workspace.target.join("fuzz");
        let programs = step("build for libFuzzer", || build_targets(workspace, kind, toolchain, &tool, &folder))?;
        let mut cargo = workspace.cargo_on_host("run");
        cargo.args(["--quiet", "--example", "seeds", "--"]);
        run_command(cargo.arg(folder.join("seeds")).arg(folder.join("dictionaries")))?;
        Ok(Self { folder, programs })
    }

    /// The names of the targets: each has seeds.
    fn targets(&self) -> Result<Vec<String>> {
        let seeds = fs::read_dir(self.folder.join("seeds"))?;
        let names = seeds.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let mut names = names.collect::<Result<Vec<_>>>()?;
        names.sort();
        ensure!(!names.is_empty(), "there are no targets");
        Ok(names)
    }

    fn search(&self, target: &str, time: Duration, corpus: &Path) -> Result<()> {
        let targets = self.targets()?;
        ensure!(targets.iter().any(|known| known == target), "no target {target}; there are {}", targets.join(", "));
        let (corpus, findings) = (corpus.join(target), self.folder.join("findings"));
        fs::create_dir_all(&corpus)?;
        fs::create_dir_all(&findings)?;
        let log = self.folder.join(format!("{target}.log"));
        let mut command = Command::new(self.programs.join(target));
        command.arg(format!("-max_total_time={}", time.as_secs()));
        command.args(["-seed=1", "-timeout=20", "-print_final_stats=1", MEMORY]);
        let dictionary = self.folder.join("dictionaries").join(target);
        if dictionary.exists() {
            command.arg(format!("-dict={}", dictionary.display()));
        }
        command.arg(format!("-artifact_prefix={}/{target}-", findings.display()));
        command.arg(&corpus).arg(self.folder.join("seeds").join(target));
        let said = fs::File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        command.stdout(said.try_clone()?).stderr(said);
        let found = step(&format!("fuzz {target}"), || run_command(&mut command));
        let said = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        if let Err(error) = found {
            let told = said.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>();
            say(&told.join("\n"));
            say(&format!(
                "run it again with: cargo run --package {PACKAGE} --bin {target} -- FILE ({})",
                findings.display()
            ));
            return Err(error);
        }
        let runs = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")).unwrap_or("?");
        let covered = said.lines().find(|line| line.contains("\tDONE")).unwrap_or_default();
        note(&format!("    {} inputs; {}", runs.trim(), covered.trim()));
        Ok(())
    }
}

/// Builds the targets; answers where their programs are.
fn build_targets(workspace: &Workspace, kind: Kind, toolchain: &str, tool: &Path, folder: &Path) -> Result<PathBuf> {
    const PLATFORM: &str = "x86_64-unknown-linux-gnu";
    let (options, profile, variables) = kind.options();
    let mut command = Command::new("rustup");
    command.args(["run", toolchain]).arg(tool.join("bin/cargo-fuzz")).args(["fuzz", "build", "--target", PLATFORM]);
    command.args(options).arg("--target-dir").arg(folder).current_dir(&workspace.root);
    // Given to a cargo of another toolchain, these would be wrong.
    command.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO_TARGET_DIR");
    run_command(command.env("CARGO_INCREMENTAL", "0").envs(variables.iter().copied()))?;
    Ok(folder.join(PLATFORM).join(profile))
}
