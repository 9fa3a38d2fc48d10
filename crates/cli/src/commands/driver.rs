//! `netioctl driver`.

use crate::{
    error::{self, CliError, DONE, NO_DRIVER, RESTART},
    output::{Layout, Output},
    system::System,
};
use clap::Subcommand;
use netioctl_client::driver::{Installed, OperatorsAllowed, Problem, Removed, Status};
use serde_json::{Value, json};
use std::{env, path::PathBuf};

#[derive(Debug, Subcommand)]
pub enum Driver {
    /// Install the driver and start its device; replaces an installed one
    #[command(after_help = "\
Examples:
  netioctl driver install
  netioctl driver install --inf C:\\drivers\\netioctl.inf
  netioctl driver install --allow-operators

Needs an elevated administrator. Windows takes a test-signed driver only with test signing on.
The package is checked before anything changes. A driver that works is replaced in place; if its
successor does not work, it comes back.

Exit codes: 0 it works, 7 Windows must be restarted to finish; others say why it failed.")]
    Install {
        /// The INF of the driver package [default: netioctl.inf beside this program]
        #[arg(long, value_name = "PATH")]
        inf: Option<PathBuf>,
        /// Let Network Configuration Operators make changes, too; without it only administrators may
        #[arg(long)]
        allow_operators: bool,
    },
    /// Remove the device, the service and the driver package
    #[command(after_help = "\
Examples:
  netioctl driver uninstall

Needs an elevated administrator.

Exit codes: 0 removed, or nothing was there; 7 Windows must be restarted, then run it once more.")]
    Uninstall,
    /// Say what is installed and whether it works
    #[command(after_help = "\
Examples:
  netioctl driver status
  netioctl driver status --json

Exit codes: 0 it works, 5 it is not installed or its device did not start.")]
    Status,
}

pub fn run(command: &Driver, system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    match command {
        Driver::Install { inf, allow_operators } => install(inf.clone(), *allow_operators, system, output),
        Driver::Uninstall => uninstall(system, output),
        Driver::Status => status(system, output),
    }
}

fn install(
    inf: Option<PathBuf>,
    allow_operators: bool,
    system: &dyn System,
    output: &mut Output<'_>,
) -> Result<u8, CliError> {
    let inf = inf.map_or_else(beside_this_program, Ok)?;
    let done = system.install(&inf)?;
    let operators =
        allow_operators.then(|| system.allow_operators()).transpose().map_err(CliError::OperatorsNotAllowed)?;
    let mut shown = installed_json(&done);
    shown["operators"] = operators.as_ref().map_or(Value::Null, operators_json);
    output.show(&shown, |_| installed_text(&done) + operators.as_ref().map_or("", operators_text))?;
    Ok(exit_code(done.reboot_needed))
}

const fn exit_code(reboot_needed: bool) -> u8 {
    if reboot_needed { RESTART } else { DONE }
}

fn beside_this_program() -> Result<PathBuf, CliError> {
    let program = env::current_exe().map_err(CliError::NoProgramFolder)?;
    Ok(program.with_file_name("netioctl.inf"))
}

fn installed_json(done: &Installed) -> Value {
    json!({
        "installed": true,
        "replaced": done.replaced,
        "driver_version": done.version.to_string(),
        "device": done.instance_id,
        "inf": done.inf,
        "reboot_needed": done.reboot_needed,
    })
}

fn installed_text(done: &Installed) -> String {
    let verb = if done.replaced { "replaced" } else { "installed" };
    let inf = done.inf.as_deref().unwrap_or("an INF that the system does not name");
    let reboot = if done.reboot_needed { "\nWindows wants to be restarted." } else { "" };
    format!("{verb}: driver {}, device {}, from {inf}; it opens and answers{reboot}", done.version, done.instance_id)
}

fn operators_json(allowed: &OperatorsAllowed) -> Value {
    json!({ "security": allowed.security, "device_restarted": allowed.restarted })
}

fn operators_text(allowed: &OperatorsAllowed) -> &'static str {
    if allowed.restarted {
        "\nNetwork Configuration Operators may make changes, too."
    } else {
        "\nNetwork Configuration Operators may make changes, too, once Windows has been restarted."
    }
}

fn uninstall(system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let removed = system.uninstall()?;
    output.show(&removed_json(&removed), |_| removed_text(&removed))?;
    Ok(exit_code(removed.reboot_needed))
}

fn removed_json(removed: &Removed) -> Value {
    json!({
        "devices": removed.devices,
        "service": removed.service,
        "infs": removed.infs,
        "reboot_needed": removed.reboot_needed,
    })
}

fn removed_text(removed: &Removed) -> String {
    if removed.is_nothing() {
        return "nothing was installed".to_owned();
    }
    let devices = removed.devices.iter().map(|id| format!("device {id}"));
    let service = removed.service.iter().map(|name| format!("service {name}"));
    let infs = removed.infs.iter().map(|name| format!("package {name}"));
    let parts: Vec<_> = devices.chain(service).chain(infs).collect();
    let reboot = if removed.reboot_needed {
        "\nRestart Windows, then run `netioctl driver uninstall` once more to finish."
    } else {
        ""
    };
    format!("removed: {}{reboot}", parts.join(", "))
}

fn status(system: &dyn System, output: &mut Output<'_>) -> Result<u8, CliError> {
    let status = system.status()?;
    output.show(&status_json(&status), |layout| status_text(&status, layout))?;
    Ok(match &status.version {
        Some(Ok(_)) => DONE,
        Some(Err(error)) => error::exit_code_of(error.kind()),
        None => NO_DRIVER,
    })
}

fn status_json(status: &Status) -> Value {
    let devices: Vec<_> = status
        .devices
        .iter()
        .map(|device| {
            let problem = device.problem.as_ref().map(problem_json);
            json!({ "id": device.instance_id, "service": device.service, "inf": device.inf, "problem": problem })
        })
        .collect();
    let service = status.service.as_ref();
    json!({
        "installed": status.is_installed(),
        "works": status.works(),
        "devices": devices,
        "service": service.map(|(name, state)| json!({ "name": name, "state": state.to_string() })),
        "interface": status.interface,
        "driver_version": status.version.as_ref().and_then(|v| v.as_ref().ok()).map(ToString::to_string),
        "error": status.version.as_ref().and_then(|v| v.as_ref().err()).map(ToString::to_string),
    })
}

fn problem_json(problem: &Problem) -> Value {
    json!({
        "code": problem.code.0,
        "name": problem.code.name(),
        "status": problem.status.map(|status| status.to_string()),
        "description": problem.description,
        "advice": problem.code.advice(),
    })
}

fn status_text(status: &Status, layout: Layout) -> String {
    layout.pairs(status_rows(status))
}

fn status_rows(status: &Status) -> Vec<[String; 2]> {
    let installed = if status.is_installed() { "installed" } else { "not installed: run `netioctl driver install`" };
    let mut rows = vec![["driver".to_owned(), installed.to_owned()]];
    for device in &status.devices {
        let inf = device.inf.as_ref().map_or_else(|| ", no INF".to_owned(), |inf| format!(", from {inf}"));
        rows.push(["device".to_owned(), format!("{}{inf}", device.instance_id)]);
        rows.extend(device.problem.as_ref().map(|problem| ["problem".to_owned(), problem.to_string()]));
    }
    if let Some((name, state)) = &status.service {
        rows.push(["service".to_owned(), format!("{name}, {state}")]);
    }
    if let Some(path) = &status.interface {
        rows.push(["interface".to_owned(), path.clone()]);
    }
    match &status.version {
        Some(Ok(version)) => rows.push(["version".to_owned(), version.to_string()]),
        Some(Err(error)) => rows.push(["problem".to_owned(), error.to_string()]),
        None if status.is_installed() && status.devices.iter().all(|device| device.problem.is_none()) => {
            rows.push([
                "problem".to_owned(),
                "the device did not start: run `netioctl driver install` again".to_owned(),
            ]);
        }
        None => {}
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use netioctl_client::{
        abi::NtStatus,
        driver::{DeviceNode, ProblemCode, SetupError},
    };

    fn device(problem: Option<u32>) -> DeviceNode {
        let instance_id = r"ROOT\NETIOCTL\0000".to_owned();
        DeviceNode {
            instance_id,
            service: Some("netioctl".into()),
            inf: None,
            problem: problem.map(|code| ProblemCode(code).into()),
        }
    }

    #[test]
    fn a_problem_code_is_told_with_what_to_do() {
        let status = Status { devices: vec![device(Some(52))], ..Status::default() };
        let json = status_json(&status);
        assert_eq!(json["devices"][0]["problem"]["code"], 52);
        assert_eq!(json["devices"][0]["problem"]["name"], "CM_PROB_UNSIGNED_DRIVER");
        let rows = status_rows(&status);
        let problems: Vec<_> = rows.iter().filter(|[name, _]| name == "problem").map(|[_, text]| text).collect();
        assert!(
            matches!(problems[..], [text] if text.contains("problem 52 ") && text.contains("testsigning")),
            "{rows:?}"
        );

        let problem = Problem {
            code: ProblemCode(31),
            status: Some(NtStatus::INSUFFICIENT_RESOURCES),
            description: Some("WdfIoQueueCreate (default) failed".to_owned()),
        };
        let node = DeviceNode { problem: Some(problem), ..device(None) };
        let json = status_json(&Status { devices: vec![node], ..Status::default() });
        assert_eq!(json["devices"][0]["problem"]["status"], "STATUS_INSUFFICIENT_RESOURCES (0xC000009A)");
        assert_eq!(json["devices"][0]["problem"]["description"], "WdfIoQueueCreate (default) failed");

        let silent = Status { devices: vec![device(None)], ..Status::default() };
        assert_eq!(status_json(&silent)["devices"][0]["problem"], Value::Null);
        assert!(status_rows(&silent).iter().any(|[name, text]| name == "problem" && text.contains("did not start")));
    }

    #[test]
    fn a_restart_has_an_exit_code_of_its_own() {
        let needed = SetupError::RebootNeeded { then: "netioctl driver install" };
        assert_eq!(CliError::from(netioctl_client::Error::from(needed)).exit_code(), RESTART);
        assert_eq!((exit_code(true), exit_code(false)), (RESTART, DONE));
    }
}
