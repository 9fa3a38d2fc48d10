//! What programs of others rely on: the C header, and the JSON that `netioctl` prints.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use regex::Regex;
use sandbox_runner::network::{LINKS, Link};
use serde::Deserialize;

use super::build::Products;
use super::machine::Machine;
use cargo_kmdf::report::{run, step};
use cargo_kmdf::workspace::Workspace;

/// The C compiler for Windows programs.
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// The example, without its extension.
const EXAMPLE: &str = "interfaces";

/// A line of the example: index, family, LUID, MTU and whether it is connected.
const LINE: &str = r"^index (\d+)  (IPv4|IPv6)  LUID 0x[0-9A-F]{16}  MTU (\d+)  metric \d+  (connected|disconnected)$";

/// An MTU that no link has by itself.
const MTU: &str = "1433";

/// What is printed for programs: the command, and the schema that it follows.
const PRINTED: [(&[&str], &str); 4] = [
    (&["neigh", "show"], "neighbors"),
    (&["neigh", "flush", "--all", "--dry-run"], "neighbors"),
    (&["interface", "show"], "interfaces"),
    (&["stats"], "statistics"),
];

/// Tells the test of the schemas where the printed JSON is.
const PRINTED_VARIABLE: &str = "NETIOCTL_PRINTED";

/// Compiles the C example, runs it, and compares what it says with Linux.
pub fn c_example(workspace: &Workspace, products: &Products) -> Result<()> {
    let program = step("build the C example", || compile(workspace))?;
    let machine = Machine::start(workspace, products)?;
    step("the C example in the sandbox", || example_agrees(&machine, &program))?;
    machine.verdict()
}

fn compile(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("examples");
    fs::create_dir_all(&folder)?;
    let program = folder.join(EXAMPLE).with_extension("exe");
    let mut compiler = Command::new(COMPILER);
    compiler.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-O2", "-I", "include", "-o"]).arg(&program);
    let source = Path::new("examples/c").join(EXAMPLE).with_extension("c");
    run(compiler.arg(source).arg("-lsetupapi").current_dir(&workspace.root))?;
    Ok(program)
}

fn example_agrees(machine: &Machine, program: &Path) -> Result<()> {
    machine.bring(program)?;
    let name = format!("{EXAMPLE}.exe");
    let alone = machine.program(&name, &[]).run()?;
    ensure!(!alone.outcome.success(), "success without the driver: {}", alone.stdout);
    ensure!(alone.stderr.contains("opening the device failed: Win32 error 2"), "without the driver: {}", alone.stderr);
    machine.install_driver()?;
    linux(machine, &["ip", "link", "set", "dev", LINKS[1].name, "mtu", MTU])?;
    let output = machine.program(&name, &[]).run()?;
    ensure!(output.outcome.success(), "{}: {}", output.outcome, output.stderr);
    let (ours, theirs) = (rows(&output.stdout)?, linux_rows(machine)?);
    ensure!(theirs.iter().any(|row| row.mtu.to_string() == MTU), "Linux keeps its own MTU: {theirs:?}");
    ensure!(ours == theirs, "the example says {ours:#?}, Linux {theirs:#?}");
    machine.netioctl(&["driver", "uninstall"])?;
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
