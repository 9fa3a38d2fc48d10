//! The C header and the example, as mingw compiles them for Windows.
//!
//! Every field is where Rust has it, in C and in C++. Without mingw the tests say so and prove nothing; with
//! `NETIOCTL_NO_SKIPS` set, that is a failure.

use netioctl_abi::wire::*;
use std::{
    env, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
};
use zerocopy::FromZeros;

const C: &str = "x86_64-w64-mingw32-gcc";
const CXX: &str = "x86_64-w64-mingw32-g++";

/// A structure: its name and size, and its fields with their offsets and sizes.
type Layout = (&'static str, usize, Vec<(&'static str, usize, usize)>);

/// Lists every field of every structure; one that is forgotten does not compile.
macro_rules! layouts {
    ($($name:ident { $($field:ident)+ })+) => {
        fn layouts() -> Vec<Layout> {
            vec![$({
                let zero = $name::new_zeroed();
                let $name { $($field: _),+ } = zero;
                let fields = vec![$((
                    stringify!($field),
                    std::mem::offset_of!($name, $field),
                    size_of_val(&zero.$field),
                )),+];
                (stringify!($name), size_of::<$name>(), fields)
            }),+]
        }
    };
}

layouts! {
    RequestHeader { abi_major abi_minor reserved }
    FamilyRequest { header family reserved }
    FlushNeighborsRequest { header family reserved interface_index }
    NeighborKey { interface_luid interface_index family reserved address scope_id physical_address_length }
    NeighborRequest { header key physical_address }
    NeighborKeyRequest { header key }
    ResolveNeighborRequest { header key source source_scope_id source_family reserved }
    NeighborRow {
        interface_luid interface_index family flags address scope_id state physical_address_length reachability_time
        physical_address
    }
    InterfaceKeyRequest { header interface_luid interface_index family reserved }
    SetInterfaceRequest { header members row }
    InterfaceRow {
        interface_luid interface_identifier interface_index family advertising_enabled forwarding_enabled
        weak_host_send weak_host_receive use_automatic_metric use_neighbor_unreachability_detection
        managed_address_configuration_supported other_stateful_configuration_supported advertise_default_route
        disable_default_routes connected supports_wake_up_patterns supports_neighbor_discovery
        supports_router_discovery transmit_offload receive_offload reserved nl_mtu metric max_reassembly_size
        min_router_advertisement_interval max_router_advertisement_interval router_discovery_behavior dad_transmits
        base_reachable_time reachable_time retransmit_time path_mtu_discovery_timeout link_local_address_behavior
        link_local_address_timeout site_prefix_length zone_indices
    }
    BatchHeader { header count reserved }
    BatchEntry { action reserved key physical_address }
    BatchReply { count failed }
    StatusCount { status reserved count }
    StatisticsRow { code reserved requests failures bytes_in bytes_out by_status other_failures }
    TableHeader { abi_major abi_minor row_size total_rows returned_rows generation }
    VersionReply { abi_major abi_minor driver_version reserved capabilities }
    WatchRequest { header sources family flags }
    WatchReply { abi_major abi_minor event_size returned_events reserved lost }
    ChangeEvent { sequence interface_luid interface_index family source kind address scope_id notifications }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs a compiler; `None` if it is not installed.
fn compile(compiler: &str, arguments: &[&str]) -> Option<()> {
    let include = root().join("include");
    let strict = ["-Wall", "-Wextra", "-Werror", "-Wpedantic", "-I"];
    match Command::new(compiler).args(strict).arg(include).args(arguments).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{compiler} {arguments:?}:\n{said}");
            Some(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound && env::var_os("NETIOCTL_NO_SKIPS").is_none() => {
            eprintln!("SKIPPED: {compiler} is not installed, so nothing was compiled");
            None
        }
        Err(error) => panic!("{compiler}: {error}"),
    }
}

fn assertions() -> String {
    let mut text = "#include <stddef.h>\n#include <netioctl.h>\n#include <netioctl.h>\n".to_owned();
    text += "#ifndef __cplusplus\n#define static_assert _Static_assert\n#endif\n";
    for (name, size, fields) in layouts() {
        let name = format!("Netioctl{name}");
        text += &format!("static_assert(sizeof({name}) == {size}, \"{name}\");\n");
        for (field, offset, size) in fields {
            text += &format!("static_assert(offsetof({name}, {field}) == {offset}, \"{name}.{field}\");\n");
            text += &format!("static_assert(sizeof((({name} *)0)->{field}) == {size}, \"{name}.{field}\");\n");
        }
    }
    for operation in netioctl_abi::Operation::ALL {
        let constant = operation.documentation().constant;
        let code = operation.code().raw();
        text += &format!("static_assert(NETIOCTL_IOCTL_{constant} == {code}u, \"{constant}\");\n");
    }
    text + "extern const NetioctlRequestHeader current;\n\
            const NetioctlRequestHeader current = NETIOCTL_REQUEST_HEADER;\n"
}

#[test]
fn c_and_cpp_see_every_field_where_rust_has_it() {
    let folder = tempfile::tempdir().unwrap();
    for (compiler, file, standards) in
        [(C, "layout.c", &["-std=c11", "-std=c17"][..]), (CXX, "layout.cpp", &["-std=c++11", "-std=c++20"][..])]
    {
        let path = folder.path().join(file);
        fs::write(&path, assertions()).unwrap();
        for standard in standards {
            compile(compiler, &[standard, "-fsyntax-only", path.to_str().unwrap()]);
        }
    }
}

#[test]
fn a_wrong_layout_does_not_compile() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.c");
    let wrong = assertions().replacen(
        "offsetof(NetioctlNeighborRow, state) == 36",
        "offsetof(NetioctlNeighborRow, state) == 40",
        1,
    );
    assert_ne!(wrong, assertions());
    fs::write(&path, wrong).unwrap();
    let include = root().join("include");
    let output = Command::new(C).arg("-I").arg(include).args(["-std=c11", "-fsyntax-only"]).arg(&path).output();
    if let Ok(output) = output {
        assert!(!output.status.success(), "the assertions assert nothing");
    }
}

#[test]
fn the_example_becomes_a_program() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("interfaces.exe");
    let source = root().join("examples/c/interfaces.c");
    let arguments = ["-std=c99", "-O2", source.to_str().unwrap(), "-o", program.to_str().unwrap(), "-lsetupapi"];
    if compile(C, &arguments).is_some() {
        assert!(program.is_file());
    }
}
