//! The IOCTL reference: the operation table, with what it does not hold written beside it.

mod entries;

use crate::constant_name;
use entries::Entry;
use netioctl_abi::{ABI_MAJOR, ABI_MINOR, Access, HARDWARE_ID, INTERFACE_GUID, Method, NtStatus};
use netioctl_core::{Course, InputSize, OPERATIONS, Operation, OutputSize};

const INTRODUCTION: &str = include_str!("introduction.md");

/// The text of `docs/ioctl.md`.
///
/// # Panics
/// If an operation has no entry here, or an entry disagrees with the operation table.
#[must_use]
pub fn reference() -> String {
    let (data1, data2, data3, [a, b, c, d, e, f, g, h]) = INTERFACE_GUID;
    let guid = format!("{data1:08X}-{data2:04X}-{data3:04X}-{a:02X}{b:02X}-{c:02X}{d:02X}{e:02X}{f:02X}{g:02X}{h:02X}");
    let introduction = INTRODUCTION
        .replace("{guid}", &guid)
        .replace("{hardware_id}", HARDWARE_ID)
        .replace("{abi}", &format!("{ABI_MAJOR}.{ABI_MINOR}"));
    let rows: String = OPERATIONS.iter().map(summary).collect();
    let sections: String = OPERATIONS.iter().map(section).collect();
    let statuses: String = netioctl_abi::statuses().map(status_row).collect();
    format!(
        "{introduction}\n\
         ## The control codes\n\n\
         | operation | control code | access | NETIO functions |\n|---|---|---|---|\n{rows}\
         {sections}\n\
         ## Statuses\n\n\
         The Win32 code is what `GetLastError` gives. Other statuses of NETIO pass unchanged.\n\n\
         | status | | Win32 code |\n|---|---|---|\n{statuses}"
    )
}

fn summary(operation: &Operation) -> String {
    let name = operation.name;
    let link = name.replace(' ', "-");
    let function = functions(operation);
    format!("| [{name}](#{link}) | `0x{:08X}` | {} | {function} |\n", operation.code.raw(), access(operation))
}

fn section(operation: &Operation) -> String {
    let entry = entries::of(operation);
    let rows = [
        ("Control code", format!("`0x{:08X}`, `NETIOCTL_IOCTL_{}`", operation.code.raw(), constant_name(operation))),
        ("Access", format!("{}, {}", access(operation), who(operation))),
        ("Method", method(operation).to_owned()),
        ("Input", input(operation, &entry)),
        ("Output", output(operation, &entry)),
        ("NETIO functions", functions(operation)),
        ("IRQL", "PASSIVE_LEVEL, which the driver sees to".to_owned()),
        ("Cancellation", cancellation(operation).to_owned()),
        ("Capability", capability(operation)),
        ("Since", format!("ABI {}", entry.since)),
    ];
    let rows: String = rows.iter().map(|(name, value)| format!("| {name} | {value} |\n")).collect();
    let statuses: String = entries::statuses(operation, &entry).map(status_line).collect();
    format!("\n### {}\n\n{}\n\n| | |\n|---|---|\n{rows}\nStatuses:\n{statuses}", operation.name, entry.about)
}

fn access(operation: &Operation) -> &'static str {
    match operation.code.access() {
        Some(Access::Read) => "FILE_READ_DATA",
        Some(Access::Write) => "FILE_WRITE_DATA",
        other => panic!("{}: access {other:?}", operation.name),
    }
}

fn who(operation: &Operation) -> &'static str {
    match operation.code.access() {
        Some(Access::Write) => "administrators",
        _ => "every user",
    }
}

fn method(operation: &Operation) -> &'static str {
    match operation.code.method() {
        Method::Buffered => "METHOD_BUFFERED",
        Method::OutDirect => "METHOD_OUT_DIRECT",
        other => panic!("{}: {other:?}", operation.name),
    }
}

fn input(operation: &Operation, entry: &Entry) -> String {
    match (operation.input, entry.input) {
        (InputSize::Exact(0), None) => "none".to_owned(),
        (InputSize::Exact(bytes), Some((name, size))) if bytes == size => format!("`{name}`, {bytes} bytes"),
        (InputSize::Rows { header, row }, Some((name, size))) if header == size => {
            let (row_name, row_size) = entry.input_row.unwrap_or_else(|| panic!("{}: rows", operation.name));
            assert_eq!(row, row_size, "{}", operation.name);
            format!("`{name}`, {header} bytes, and `{row_name}`s of {row} bytes each")
        }
        (table, entry) => panic!("{}: {table:?} is not {entry:?}", operation.name),
    }
}

fn output(operation: &Operation, entry: &Entry) -> String {
    match (operation.output, entry.output) {
        (OutputSize::None, None) => "none".to_owned(),
        (OutputSize::Exact(bytes), Some((name, size))) if bytes == size => format!("`{name}`, {bytes} bytes"),
        (OutputSize::Table { row }, Some((name, size))) if row == size => {
            let header = operation.output.minimum();
            format!("a table: `TableHeader`, {header} bytes, and `{name}`s of {row} bytes each")
        }
        (OutputSize::Statuses { header }, Some((name, size))) if header == size => {
            format!("`{name}`, {header} bytes, and an NTSTATUS of 4 bytes for each entry")
        }
        (OutputSize::Events { header, event }, Some((name, size))) if event == size => {
            format!("`WatchReply`, {header} bytes, and one `{name}` of {event} bytes at least")
        }
        (table, entry) => panic!("{}: {table:?} is not {entry:?}", operation.name),
    }
}

fn functions(operation: &Operation) -> String {
    if operation.functions.is_empty() { "none".to_owned() } else { operation.functions.join(", ") }
}

fn cancellation(operation: &Operation) -> &'static str {
    match operation.course {
        Course::AtOnce if matches!(operation.input, InputSize::Rows { .. }) => "between two entries: `CancelIoEx`",
        Course::AtOnce => "none, it does not wait",
        Course::Waits | Course::Parks => {
            "at any time: `CancelIoEx`, closing the handle, the end of the process; other requests go on meanwhile"
        }
    }
}

fn capability(operation: &Operation) -> String {
    match operation.capability.iter_names().next() {
        None => "none, every driver has it".to_owned(),
        Some((name, flag)) => format!("bit {}, `NETIOCTL_CAPABILITY_{name}`", flag.bits().trailing_zeros()),
    }
}

fn status_line((status, when): (NtStatus, &'static str)) -> String {
    let info = status.info().unwrap_or_else(|| panic!("{status} is not of the contract"));
    format!("- {}: {when}.\n", info.name)
}

fn status_row(row: &netioctl_abi::StatusInfo) -> String {
    format!("| {} | `0x{:08X}` | {} ({}) |\n", row.name, row.status.bits(), row.win32_name, row.win32)
}
