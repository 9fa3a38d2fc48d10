//! The IOCTL reference, from the declarations of the operations.

use netioctl_abi::{
    ABI_MAJOR, ABI_MINOR, Access, Course, HARDWARE_ID, INTERFACE_GUID, InputSize, Method, NtStatus, Operation,
    OutputSize,
};

const INTRODUCTION: &str = include_str!("introduction.md");

/// The text of `docs/ioctl.md`.
///
/// # Panics
/// If a control code has an access or a method that this driver has not, which tests of the contract rule out.
#[must_use]
pub fn reference() -> String {
    let (data1, data2, data3, [high @ .., _, _, _, _, _, _]) = INTERFACE_GUID;
    let high = u16::from_be_bytes(high);
    let low = INTERFACE_GUID.3[2..].iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
    let guid = format!("{data1:08X}-{data2:04X}-{data3:04X}-{high:04X}-{low}");
    let introduction = INTRODUCTION
        .replace("{guid}", &guid)
        .replace("{hardware_id}", HARDWARE_ID)
        .replace("{abi}", &format!("{ABI_MAJOR}.{ABI_MINOR}"));
    let rows: String = Operation::ALL.iter().copied().map(summary).collect();
    let sections: String = Operation::ALL.iter().copied().map(section).collect();
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

fn summary(operation: Operation) -> String {
    let name = operation.name();
    let link = name.replace(' ', "-");
    let function = functions(operation);
    format!("| [{name}](#{link}) | `0x{:08X}` | {} | {function} |\n", operation.code().raw(), access(operation))
}

fn section(operation: Operation) -> String {
    let documentation = operation.documentation();
    let (major, minor) = documentation.since;
    let code = format!("`0x{:08X}`, `NETIOCTL_IOCTL_{}`", operation.code().raw(), documentation.constant);
    let rows = [
        ("Control code", code),
        ("Access", format!("{}, {}", access(operation), who(operation))),
        ("Method", method(operation).to_owned()),
        ("Input", input(operation)),
        ("Output", output(operation)),
        ("NETIO functions", functions(operation)),
        ("IRQL", "PASSIVE_LEVEL, which the driver sees to".to_owned()),
        ("Cancellation", cancellation(operation).to_owned()),
        ("Capability", capability(operation)),
        ("Since", format!("ABI {major}.{minor}")),
    ];
    let rows = rows.map(|(name, value)| format!("| {name} | {value} |\n")).concat();
    let about: Vec<_> = documentation.about.iter().map(|line| line.trim()).collect();
    let statuses: String = operation.reasons().map(status_line).collect();
    format!("\n### {}\n\n{}\n\n| | |\n|---|---|\n{rows}\nStatuses:\n{statuses}", operation.name(), about.join("\n"))
}

fn access(operation: Operation) -> &'static str {
    match operation.code().access() {
        Some(Access::Read) => "FILE_READ_DATA",
        Some(Access::Write) => "FILE_WRITE_DATA",
        other => panic!("{}: access {other:?}", operation.name()),
    }
}

fn who(operation: Operation) -> &'static str {
    match operation.code().access() {
        Some(Access::Write) => "administrators",
        _ => "every user",
    }
}

fn method(operation: Operation) -> &'static str {
    match operation.code().method() {
        Method::Buffered => "METHOD_BUFFERED",
        Method::OutDirect => "METHOD_OUT_DIRECT",
        other => panic!("{}: {other:?}", operation.name()),
    }
}

fn input(operation: Operation) -> String {
    match operation.input() {
        InputSize::None => "none".to_owned(),
        InputSize::Exact(structure) => format!("`{}`, {} bytes", structure.name, structure.size),
        InputSize::Rows { header, row } => {
            format!("`{}`, {} bytes, and `{}`s of {} bytes each", header.name, header.size, row.name, row.size)
        }
    }
}

fn output(operation: Operation) -> String {
    match operation.output() {
        OutputSize::None => "none".to_owned(),
        OutputSize::Exact(structure) => format!("`{}`, {} bytes", structure.name, structure.size),
        OutputSize::Table { row } => {
            let header = operation.output().minimum();
            format!("a table: `TableHeader`, {header} bytes, and `{}`s of {} bytes each", row.name, row.size)
        }
        OutputSize::Statuses { header } => {
            format!("`{}`, {} bytes, and an NTSTATUS of 4 bytes for each entry", header.name, header.size)
        }
        OutputSize::Events { header, event } => format!(
            "`{}`, {} bytes, and one `{}` of {} bytes at least",
            header.name, header.size, event.name, event.size
        ),
    }
}

fn functions(operation: Operation) -> String {
    match operation.documentation().functions {
        [] => "none".to_owned(),
        functions => functions.join(", "),
    }
}

fn cancellation(operation: Operation) -> &'static str {
    match operation.course() {
        Course::AtOnce if matches!(operation.input(), InputSize::Rows { .. }) => "between two entries: `CancelIoEx`",
        Course::AtOnce => "none, it does not wait",
        Course::Waits | Course::Parks => {
            "at any time: `CancelIoEx`, closing the handle, the end of the process; other requests go on meanwhile"
        }
    }
}

fn capability(operation: Operation) -> String {
    match operation.capability().iter_names().next() {
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
