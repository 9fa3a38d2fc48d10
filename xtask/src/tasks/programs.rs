//! What programs of others rely on: the C header, and the JSON that `netioctl` prints.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use regex::Regex;
use sandbox_runner::network::{LINKS, Link};
use serde::Deserialize;

use super::build::{self, Products};
use super::machine::Machine;
use cargo_kmdf::report::{read, run, step};
use cargo_kmdf::workspace::Workspace;

/// The C compiler for Windows programs.
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// No warning is left.
const STRICT: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// The examples, without their extensions.
const EXAMPLES: [&str; 2] = ["interfaces", "watch"];

/// A line of the example: index, family, LUID, MTU and whether it is connected.
const LINE: &str = r"^index (\d+)  (IPv4|IPv6)  LUID 0x[0-9A-F]{16}  MTU (\d+)  metric \d+  (connected|disconnected)$";

/// An MTU that no link has by itself.
const MTU: &str = "1433";

/// Comes and goes while the example watches.
const ADDRESS: &str = "192.0.2.99/32";

/// Seconds without a change after which the example ends. Events come within milliseconds.
const SILENCE: &str = "3";

/// What is printed for programs: the command, and the schema that it follows.
const PRINTED: [(&[&str], &str); 4] = [
    (&["neigh", "show"], "neighbors"),
    (&["neigh", "flush", "--all", "--dry-run"], "neighbors"),
    (&["interface", "show"], "interfaces"),
    (&["stats"], "statistics"),
];

/// Tells the test of the schemas where the printed JSON is.
const PRINTED_VARIABLE: &str = "NETIOCTL_PRINTED";

/// Builds what is missing, and checks all of it.
pub fn run_all(workspace: &Workspace) -> Result<()> {
    let products = build::run_all(workspace)?;
    c_example(workspace, &products)?;
    schemas(workspace, &products)
}

/// Compiles the C examples, runs them, and compares what they say with Linux.
pub fn c_example(workspace: &Workspace, products: &Products) -> Result<()> {
    let programs = step("build the C examples", || Ok([with_cmake(workspace)?, with_clang(workspace)?]))?;
    let machine = Machine::start(workspace, products)?;
    step("the C examples in the sandbox", || programs.iter().try_for_each(|folder| examples_agree(&machine, folder)))?;
    machine.verdict()
}

/// As users build them, from the folder in which their CMakeLists.txt lies.
fn with_cmake(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("examples/cmake");
    let mut cmake = Command::new("cmake");
    cmake.args(["-S", "examples/c", "-DCMAKE_SYSTEM_NAME=Windows", "-B"]).arg(&folder);
    cmake.arg(format!("-DCMAKE_C_COMPILER={COMPILER}")).arg(format!("-DCMAKE_C_FLAGS={}", STRICT.join(" ")));
    read(cmake.current_dir(&workspace.root))?;
    read(Command::new("cmake").arg("--build").arg(&folder))?;
    Ok(folder)
}

/// Compiled by clang. It does not find the libraries of a mingw whose name ends with its threads, so GCC links.
fn with_clang(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("examples/clang");
    fs::create_dir_all(&folder)?;
    for example in EXAMPLES {
        let source = Path::new("examples/c").join(example).with_extension("c");
        let object = folder.join(example).with_extension("o");
        let mut clang = Command::new("clang");
        clang.args(["--target=x86_64-w64-mingw32", "-std=c99", "-O2", "-I", "include", "-c"]).args(STRICT);
        run(clang.arg(source).arg("-o").arg(&object).current_dir(&workspace.root))?;
        let program = object.with_extension("exe");
        run(Command::new(COMPILER).arg(&object).arg("-lsetupapi").arg("-o").arg(program))?;
    }
    Ok(folder)
}

fn examples_agree(machine: &Machine, folder: &Path) -> Result<()> {
    for example in EXAMPLES {
        let name = format!("{example}.exe");
        machine.bring(&folder.join(&name))?;
        let alone = machine.program(&name, &[]).run()?;
        ensure!(!alone.outcome.success(), "{name} succeeds without the driver: {}", alone.stdout);
        ensure!(alone.stderr.contains(" failed: Win32 error 2"), "{name} without the driver: {}", alone.stderr);
    }
    machine.install_driver()?;
    linux(machine, &["ip", "link", "set", "dev", LINKS[1].name, "mtu", MTU])?;
    let output = machine.program("interfaces.exe", &[]).run()?;
    ensure!(output.outcome.success(), "{}: {}", output.outcome, output.stderr);
    let (ours, theirs) = (rows(&output.stdout)?, linux_rows(machine)?);
    ensure!(theirs.iter().any(|row| row.mtu.to_string() == MTU), "Linux keeps its own MTU: {theirs:?}");
    ensure!(ours == theirs, "the example says {ours:#?}, Linux {theirs:#?}");
    changes_are_told(machine)?;
    machine.netioctl(&["driver", "uninstall"])?;
    Ok(())
}

/// The example that watches is told of an address that comes and goes, and ends when nothing happens any more.
fn changes_are_told(machine: &Machine) -> Result<()> {
    let mut changed = Ok(());
    let output = machine.program("watch.exe", &[SILENCE]).follow(|text, _| {
        if text.contains("watching") {
            changed = ["add", "del"].iter().try_for_each(|change| {
                linux(machine, &["ip", "address", change, ADDRESS, "dev", LINKS[0].name]).map(drop)
            });
        }
    })?;
    changed?;
    ensure!(output.outcome.success(), "watch.exe: {}: {}", output.outcome, output.stderr);
    let address = ADDRESS.split('/').next().unwrap_or_default();
    for kind in ["added", "removed"] {
        let line = format!("{kind} {address} index ");
        ensure!(output.stdout.contains(&line), "no line {line:?}: {}", output.stdout);
    }
    Ok(())
}

/// An interface of one family, as both sides know it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    index: u32,
    ipv6: bool,
    mtu: u32,
    connected: bool,
}

fn rows(text: &str) -> Result<BTreeSet<Row>> {
    let pattern = Regex::new(LINE)?;
    let row = |line: &str| {
        let parts = pattern.captures(line).with_context(|| format!("not a line of the example: {line:?}"))?;
        let (_, [index, family, mtu, state]) = parts.extract();
        let (index, mtu) = (index.parse()?, mtu.parse()?);
        Ok(Row { index, ipv6: family == "IPv6", mtu, connected: state == "connected" })
    };
    let rows = text.lines().map(row).collect::<Result<BTreeSet<_>>>()?;
    ensure!(rows.len() == text.lines().count(), "a line is there twice:\n{text}");
    Ok(rows)
}

/// A link, as `ip -json link` shows it.
#[derive(Deserialize)]
struct Shown {
    ifindex: u32,
    mtu: u32,
    flags: Vec<String>,
}

/// Every link of the sandbox has both families.
fn linux_rows(machine: &Machine) -> Result<BTreeSet<Row>> {
    let links: Vec<Shown> = serde_json::from_str(&linux(machine, &["ip", "-json", "link"])?)?;
    let row = |link: &Shown, ipv6| {
        let has = |wanted| link.flags.iter().any(|flag| flag == wanted);
        // What is sent to the loopback interface has no limit, as Windows says it.
        let mtu = if has("LOOPBACK") { u32::MAX } else { link.mtu };
        Row { index: link.ifindex, ipv6, mtu, connected: has("LOWER_UP") }
    };
    Ok(links.iter().flat_map(|link| [row(link, false), row(link, true)]).collect())
}

/// What the command prints as JSON follows the schemas of the documentation.
pub fn schemas(workspace: &Workspace, products: &Products) -> Result<()> {
    let machine = Machine::start(workspace, products)?;
    step("the JSON against its schemas", || {
        let folder = tempfile::tempdir()?;
        print_json(&machine, folder.path())?;
        run(workspace.whole_tests(&["schemas"]).env(PRINTED_VARIABLE, folder.path()))
    })?;
    machine.verdict()
}

/// The files that follow one schema: their names begin with its name.
fn print_json(machine: &Machine, folder: &Path) -> Result<()> {
    machine.install_driver()?;
    LINKS.iter().try_for_each(|link| fill(machine, link))?;
    for (number, (command, schema)) in PRINTED.iter().enumerate() {
        let output = machine.netioctl(&[command, &["--json"][..]].concat())?;
        let line = command.join(" ");
        ensure!(output.outcome.success(), "netioctl {line}: {}: {}", output.outcome, output.stderr);
        fs::write(folder.join(format!("{schema}.{number}.json")), output.stdout)?;
    }
    machine.netioctl(&["driver", "uninstall"])?;
    Ok(())
}

/// Makes neighbors of many kinds.
fn fill(machine: &Machine, link: &Link) -> Result<()> {
    for (address, silent) in [(link.ipv4(2), link.ipv4(9)), (link.ipv6(2), link.ipv6(9))] {
        machine.sandbox().reach(&address)?;
        linux(machine, &["ip", "neigh", "add", &silent, "dev", link.name, "nud", "failed"])?;
    }
    let router = ["lladdr", "02:00:5e:00:00:99", "dev", link.name, "router", "nud", "stale"];
    linux(machine, &[&["ip", "neigh", "add", "fe80::99"], &router[..]].concat())?;
    Ok(())
}

fn linux(machine: &Machine, argv: &[&str]) -> Result<String> {
    let output = machine.sandbox().linux(argv).run()?;
    ensure!(output.outcome.success(), "{}: {}", argv.join(" "), output.stderr);
    Ok(output.stdout)
}
