//! What cbindgen does not see: control codes, bits, the device interface, and assertions about sizes.

use netioctl_abi::{Capabilities, HARDWARE_ID, INTERFACE_GUID, Operation, wire};
use std::fmt::Write;

/// The header of a request made with this version of the contract.
pub const CURRENT_HEADER: &str = "\
/*
 The header of a request made with this header file, as an initializer.
 */
#define NETIOCTL_REQUEST_HEADER { NETIOCTL_ABI_MAJOR, NETIOCTL_ABI_MINOR, 0 }
";

/// The definitions that come before the structures.
pub fn text() -> String {
    [device(), control_codes(), bits(), statuses()].join("\n")
}

fn device() -> String {
    let (data1, data2, data3, data4) = INTERFACE_GUID;
    let data4 = data4.map(|byte| format!("0x{byte:02x}")).join(", ");
    let hardware_id = HARDWARE_ID.replace('\\', r"\\");
    format!(
        "\n\
         /* The device interface, as the initializer of a GUID. */\n\
         #define NETIOCTL_INTERFACE_GUID {{ 0x{data1:08x}, 0x{data2:04x}, 0x{data3:04x}, {{ {data4} }} }}\n\
         \n\
         /* Hardware id of the device. */\n\
         #define NETIOCTL_HARDWARE_ID L\"{hardware_id}\"\n"
    )
}

fn control_codes() -> String {
    let mut text = "/* Control codes; docs/ioctl.md says what each takes and gives. */\n".to_owned();
    for operation in Operation::ALL {
        let code = format!("0x{:08X}u", operation.code().raw());
        define(&mut text, "IOCTL", operation.documentation().constant, &code);
    }
    text
}

fn bits() -> String {
    let mut text = String::new();
    let mut group = |about: &str, kind: &str, width: usize, suffix: &str, flags: Vec<(&str, u64)>| {
        let _ = writeln!(text, "/* {about} */");
        for (name, value) in flags {
            define(&mut text, kind, name, &format!("0x{value:0width$x}{suffix}"));
        }
        text.push('\n');
    };
    let all = Capabilities::all().iter_names().map(|(name, flag)| (name, flag.bits()));
    group("What a driver can do: bits of capabilities.", "CAPABILITY", 16, "ull", all.collect());
    let all = wire::NeighborFlags::all().iter_names().map(|(name, flag)| (name, flag.bits().into()));
    group("Bits of flags of a neighbor.", "NEIGHBOR", 4, "u", all.collect());
    let all = wire::LinkFlags::all().iter_names().map(|(name, flag)| (name, flag.bits().into()));
    group("Bits of flags of a link.", "LINK", 8, "u", all.collect());
    let all = wire::InterfaceMember::all().iter_names().map(|(name, flag)| (name, flag.bits()));
    group("The members of an interface that can be set: bits of members.", "MEMBER", 16, "ull", all.collect());
    let all = wire::Offload::all().iter_names().map(|(name, flag)| (name, flag.bits().into()));
    group("Bits of transmit_offload and receive_offload.", "OFFLOAD", 2, "u", all.collect());
    let all = wire::WatchSources::all().iter_names().map(|(name, flag)| (name, flag.bits().into()));
    group("What is watched: bits of sources.", "WATCH", 8, "u", all.collect());
    let all = wire::WatchFlags::all().iter_names().map(|(name, flag)| (name, flag.bits().into()));
    group("How it is watched: bits of flags.", "WATCH_FLAG", 4, "u", all.collect());
    text
}

fn statuses() -> String {
    let mut text = "/* Statuses that requests end with, and what GetLastError gives for them. */\n".to_owned();
    for row in netioctl_abi::statuses() {
        let name = row.name.strip_prefix("STATUS_").unwrap_or(row.name);
        let value = format!("0x{:08X}u /* {} ({}) */", row.status.bits(), row.win32_name, row.win32);
        define(&mut text, "STATUS", name, &value);
    }
    text
}

fn define(text: &mut String, kind: &str, name: &str, value: &str) {
    let name = format!("NETIOCTL_{kind}_{name}");
    let _ = writeln!(text, "#define {name:<58} {value}");
}

/// Assertions that make a compiler with another idea of a layout stop.
pub fn assertions() -> String {
    let mut text = "\
/* A compiler that lays a structure out otherwise shall stop here. */
#if defined(__cplusplus)
#define NETIOCTL_ASSERT_SIZE(type, bytes) static_assert(sizeof(type) == (bytes), #type)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define NETIOCTL_ASSERT_SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type)
#else
#define NETIOCTL_ASSERT_SIZE(type, bytes) typedef char type##Size[sizeof(type) == (bytes) ? 1 : -1]
#endif

"
    .to_owned();
    for structure in wire::STRUCTURES.iter().copied().flatten() {
        let _ = writeln!(text, "NETIOCTL_ASSERT_SIZE(Netioctl{}, {});", structure.name, structure.size);
    }
    text
}
