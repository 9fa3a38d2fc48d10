//! Probes that need no client: each adds a line `id value`.

mod deletion;
mod devices;
mod dpcs;
mod framework;
mod helpers;
mod notes;
mod plain;
mod registry;
mod report;

use crate::events;
use alloc::string::String;
use report::Report;

/// Runs the probes of a group and answers the report.
pub fn run(group: &str) -> String {
    let mut report = Report::default();
    // Events of earlier objects' lives are not of interest here.
    drop(events::take());
    match group {
        "locks" => plain::locks(&mut report),
        "memory" => plain::memory(&mut report),
        "strings" => plain::strings(&mut report),
        "collections" => plain::collections(&mut report),
        "deletion" => deletion::run(&mut report),
        "devices" => devices::run(&mut report),
        "helpers" => helpers::run(&mut report),
        "dpcs" => dpcs::run(&mut report),
        "registry" => registry::run(&mut report),
        "framework" => framework::run(&mut report),
        _ => report.line("unknown group", group),
    }
    report.text()
}
