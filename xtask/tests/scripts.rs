//! The PowerShell scripts of the driver package, as far as they can be checked without PowerShell: their syntax, and
//! the rules that they keep to.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tree_sitter::{Node, Parser, Tree};

/// The verbs that PowerShell approves of, as far as they are used.
const VERBS: &str = "Add Confirm ConvertFrom ForEach Get Import Install Invoke Join New Read Remove Resolve Select Set \
                     Split Test Uninstall Where Write";

fn script(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging").join(name);
    fs::read_to_string(path).unwrap()
}

fn parse(source: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    parser.parse(source, None).unwrap()
}

/// The texts of all nodes of a kind.
fn texts<'a>(node: Node<'_>, kind: &str, source: &'a str) -> BTreeSet<&'a str> {
    let mut found: BTreeSet<_> = node.children(&mut node.walk()).flat_map(|child| texts(child, kind, source)).collect();
    if node.kind() == kind {
        found.insert(&source[node.byte_range()]);
    }
    found
}

fn check(name: &str) {
    let source = script(name);
    let tree = parse(&source);
    assert!(!tree.root_node().has_error(), "{name}: {}", tree.root_node().to_sexp());
    // PowerShell 5.1 takes a file without a byte order mark for one in the system's code page.
    assert!(source.is_ascii(), "{name} has characters beyond ASCII");
    for part in ["#Requires -Version 5.1", ".SYNOPSIS", ".EXAMPLE", "SupportsShouldProcess", "Set-StrictMode -Version"]
    {
        assert!(source.contains(part), "{name} lacks {part}");
    }
    for command in texts(tree.root_node(), "command_name", &source) {
        let verb = command.split_once('-').map(|(verb, _)| verb);
        let approved = verb.is_some_and(|verb| VERBS.split(' ').any(|known| known == verb));
        assert!(approved, "{name}: {command} is an alias, a program or a function without an approved verb");
    }
}

#[test]
fn install_keeps_to_the_rules() {
    check("install.ps1");
}

#[test]
fn uninstall_keeps_to_the_rules() {
    check("uninstall.ps1");
}

/// Guards the test itself.
#[test]
fn a_broken_script_is_noticed() {
    let source = script("install.ps1");
    let broken = source.replacen("function Test-Elevation {", "function Test-Elevation (", 1);
    assert_ne!(source, broken);
    assert!(parse(&broken).root_node().has_error());
    assert!(texts(parse("gci | % { $_ }").root_node(), "command_name", "gci | % { $_ }").contains("gci"));
}

/// Both scripts promise the same codes for the same things.
#[test]
fn exit_codes_agree() {
    let codes = |name| {
        let source = script(name);
        let lines = source.lines().filter(|line| line.starts_with("$Exit")).map(ToOwned::to_owned);
        lines.collect::<BTreeSet<_>>()
    };
    let (install, uninstall) = (codes("install.ps1"), codes("uninstall.ps1"));
    assert!(uninstall.len() >= 5, "{uninstall:?}");
    assert!(uninstall.is_subset(&install), "{install:?} {uninstall:?}");
}
