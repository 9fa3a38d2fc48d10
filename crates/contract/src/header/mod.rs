//! The C header: structures through cbindgen, the rest from the values themselves.

mod constants;

use cbindgen::{
    Builder, Config, DocumentationLength, DocumentationStyle, EnumConfig, ExportConfig, ItemType, Language, RenameRule,
    Style,
};
use netioctl_abi::wire;
use regex::{Captures, NoExpand, Regex};
use std::{fs, path::Path};

/// What C code calls everything here.
const PREFIX: &str = "Netioctl";

/// The types of the contract.
fn types() -> impl Iterator<Item = &'static str> {
    let structures = wire::STRUCTURES.iter().copied().flatten().map(|structure| structure.name);
    structures.chain(wire::ENUMERATIONS.iter().copied().flatten().copied())
}

/// Integers of the contract, as Rust calls them.
const CONSTANTS: [&str; 25] = [
    "ABI_MAJOR",
    "ABI_MINOR",
    "AF_UNSPEC",
    "AF_INET",
    "AF_INET6",
    "MAX_PHYSICAL_ADDRESS",
    "MAX_BATCH",
    "MAX_COUNTED_STATUSES",
    "MAX_PENDING_EVENTS",
    "MAX_WATCH_OUTPUT",
    "MAX_WAITING_REQUESTS",
    "MAX_SESSION_WATCHES",
    "MAX_READER_WATCHES",
    "MAX_WRITER_WATCHES",
    "MAX_RESOLUTIONS",
    "MAX_HANDLE_RESOLUTIONS",
    "MAX_METRIC",
    "MAX_DAD_TRANSMITS",
    "MAX_BASE_REACHABLE_TIME",
    "MAX_RETRANSMIT_TIME",
    "MAX_PATH_MTU_DISCOVERY_TIMEOUT",
    "MAX_LINK_LOCAL_ADDRESS_TIMEOUT",
    "MAX_SITE_PREFIX_LENGTH",
    "MAX_ZONE",
    "MAX_LINK_NAME",
];

/// Rust that has no counterpart in C, or whose values are written by [`constants`].
const LEFT_OUT: [&str; 10] = [
    "STATUSES",
    "HARDWARE_ID",
    "Capabilities",
    "NeighborFlags",
    "LinkFlags",
    "InterfaceMember",
    "Offload",
    "INTERFACE_GUID",
    "WatchSources",
    "WatchFlags",
];

const ABOUT: &str = "\
/*
 * The contract between the netioctl driver and user mode, for C and C++.
 *
 * Made from the Rust crate netioctl-abi; do not edit. The control codes are described in docs/ioctl.md.
 *
 * All integers are little-endian; no structure has padding; fields named reserved must be zero in requests. Besides
 * this header a program needs <windows.h> for CreateFile and DeviceIoControl, and <setupapi.h> to find the device.
 */";

/// The text of `include/netioctl.h`.
///
/// # Panics
/// If the sources of the contract cannot be read.
#[must_use]
pub fn header() -> String {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../abi/src");
    let builder = rust_files(&sources).into_iter().fold(Builder::new().with_config(config()), Builder::with_src);
    let bindings = builder.generate().expect("the contract is plain Rust");
    let mut text = Vec::new();
    bindings.write(&mut text);
    for_c(&String::from_utf8(text).expect("cbindgen writes UTF-8"))
}

fn rust_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("the sources of the contract are here");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    let files = paths.into_iter().flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

fn config() -> Config {
    Config {
        language: Language::C,
        cpp_compat: true,
        style: Style::Both,
        header: Some(ABOUT.to_owned()),
        include_guard: Some("NETIOCTL_H".to_owned()),
        no_includes: true,
        sys_includes: vec!["stdint.h".to_owned()],
        after_includes: Some(constants::text()),
        line_length: 120,
        tab_width: 4,
        documentation: true,
        documentation_style: DocumentationStyle::C,
        documentation_length: DocumentationLength::Full,
        export: ExportConfig {
            include: types().map(str::to_owned).collect(),
            exclude: LEFT_OUT.map(str::to_owned).to_vec(),
            rename: CONSTANTS.map(|name| (name.to_owned(), format!("NETIOCTL_{name}"))).into(),
            renaming_overrides_prefixing: true,
            prefix: Some(PREFIX.to_owned()),
            item_types: vec![ItemType::Constants, ItemType::Enums, ItemType::Structs],
            ..ExportConfig::default()
        },
        enumeration: EnumConfig { rename_variants: RenameRule::QualifiedScreamingSnakeCase, ..EnumConfig::default() },
        ..Config::default()
    }
}

/// From what cbindgen writes to what C programmers read.
fn for_c(text: &str) -> String {
    let text = without_links(text);
    // An initializer, which C++ takes too, in place of a compound literal.
    let literal = Regex::new(r"(?s)/\*\n [^\n]*\n \*/\n#define NetioctlRequestHeader_CURRENT[^\n]*\n").expect(VALID);
    assert!(literal.is_match(&text), "cbindgen writes the current header");
    let text = literal.replace(&text, NoExpand(constants::CURRENT_HEADER)).into_owned();
    let (body, end) = text.rsplit_once("#endif  /* NETIOCTL_H */").expect("the include guard has an end");
    format!("{body}{}\n#endif /* NETIOCTL_H */{end}", constants::assertions())
}

const VALID: &str = "a valid expression";

/// Takes the links of rustdoc out of comments: C knows neither paths nor links.
fn without_links(text: &str) -> String {
    let link = Regex::new(r"\[`(?:[a-z_]+::)*([^`]+)`\](?:\([^)]*\))?").expect(VALID);
    let text = link.replace_all(text, |found: &Captures<'_>| {
        let name = &found[1];
        match NAMES.iter().find(|(rust, _)| *rust == name) {
            Some((_, c)) => (*c).to_owned(),
            None if CONSTANTS.contains(&name) => format!("NETIOCTL_{name}"),
            None => {
                assert!(types().any(|known| known == name), "C has no {name}");
                format!("{PREFIX}{name}")
            }
        }
    });
    text.into_owned()
}

/// What comments link to that is called otherwise in C.
const NAMES: [(&str, &str); 9] = [
    ("Capabilities", "NETIOCTL_CAPABILITY_"),
    ("NeighborFlags", "NETIOCTL_NEIGHBOR_"),
    ("LinkFlags", "NETIOCTL_LINK_"),
    ("InterfaceMember", "NETIOCTL_MEMBER_"),
    ("Offload", "NETIOCTL_OFFLOAD_"),
    ("WatchSources", "NETIOCTL_WATCH_"),
    ("WatchFlags", "NETIOCTL_WATCH_FLAG_"),
    ("ChangeKind::Initial", "NETIOCTL_CHANGE_KIND_INITIAL"),
    ("TableHeader::needed", "total_rows times row_size, and the size of this header,"),
];
