//! The PowerShell scripts of the driver package, as far as they can be checked without PowerShell: their syntax, and
//! the rules that they keep to.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

mod module;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tree_sitter::{Node, Parser, Tree};

/// The verbs that PowerShell approves of, as far as they are used.
const VERBS: &str = "Add Clear Confirm ConvertFrom ForEach Get Import Install Invoke Join New Read Remove Resolve Select Set \
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

/// The commands whose script blocks see the parameters around them, for PSScriptAnalyzer as for PowerShell.
const BLOCKS_OF: [&str; 2] = ["foreach-object", "where-object"];

/// The variables that a script, a function or a script block uses itself, in lower case and without the sign before the
/// name. What functions and script blocks inside it use does not count, but for the script blocks of a few commands.
fn variables(node: Node<'_>, source: &str, found: &mut BTreeSet<String>) {
    match node.kind() {
        "param_block" | "function_statement" => return,
        "script_block_expression" if !belongs_to_known_command(node, source) => return,
        "variable" => {
            let name = source[node.byte_range()].trim_start_matches(['$', '@']).trim_matches(['{', '}']);
            found.insert(name.to_lowercase());
        }
        _ => {}
    }
    node.children(&mut node.walk()).for_each(|child| variables(child, source, found));
}

fn belongs_to_known_command(block: Node<'_>, source: &str) -> bool {
    let mut node = Some(block);
    while let Some(current) = node {
        if current.kind() == "command" {
            let names = texts(current, "command_name", source);
            return names.first().is_some_and(|name| BLOCKS_OF.contains(&name.to_lowercase().as_str()));
        }
        node = current.parent();
    }
    false
}

/// Parameters that their script or function does not use itself, as PSScriptAnalyzer's `PSReviewUnusedParameter` finds
/// them. Functions inside it can use them too, but a reader of those functions does not see where they come from.
fn unused_parameters(node: Node<'_>, source: &str) -> Vec<String> {
    let children: Vec<_> = node.children(&mut node.walk()).collect();
    let mut unused = Vec::new();
    if let Some(block) = children.iter().find(|child| child.kind() == "param_block") {
        let mut used = BTreeSet::new();
        for child in &children {
            variables(*child, source, &mut used);
        }
        let declared = parameters(*block, source);
        unused.extend(declared.into_iter().filter(|name| !used.contains(name)));
    }
    unused.extend(children.iter().flat_map(|child| unused_parameters(*child, source)));
    unused
}

/// The names that a block of parameters declares.
fn parameters(node: Node<'_>, source: &str) -> Vec<String> {
    if node.kind() == "script_parameter" {
        let name = node.children(&mut node.walk()).find(|child| child.kind() == "variable").unwrap();
        return vec![source[name.byte_range()].trim_start_matches('$').to_lowercase()];
    }
    node.children(&mut node.walk()).flat_map(|child| parameters(child, source)).collect()
}

fn check(name: &str, parts: &[&str]) {
    let source = script(name);
    let tree = parse(&source);
    assert!(!tree.root_node().has_error(), "{name}: {}", tree.root_node().to_sexp());
    // PowerShell 5.1 takes a file without a byte order mark for one in the system's code page.
    assert!(source.is_ascii(), "{name} has characters beyond ASCII");
    for part in ["#Requires -Version 5.1", ".SYNOPSIS"].iter().chain(parts) {
        assert!(source.contains(part), "{name} lacks {part}");
    }
    for command in texts(tree.root_node(), "command_name", &source) {
        let verb = command.split_once('-').map(|(verb, _)| verb);
        let approved = verb.is_some_and(|verb| VERBS.split(' ').any(|known| known == verb));
        assert!(approved, "{name}: {command} is an alias, a program or a function without an approved verb");
    }
    let unused = unused_parameters(tree.root_node(), &source);
    assert!(unused.is_empty(), "{name}: parameters that only functions inside use: {unused:?}");
}

#[test]
fn parameters_that_only_functions_inside_use_are_noticed() {
    let unused = |source: &str| unused_parameters(parse(source).root_node(), source);
    let script = |body: &str| format!("param([string] $Path = $Home, [switch] $Force)\n{body}\n");
    assert_eq!(unused(&script("function Get-It { \"$Path$Force\" }\nGet-It")), ["path", "force"]);
    assert_eq!(unused(&script("Get-It \"$Path\" -Force:$force")), [""; 0]);
    assert_eq!(unused(&script("1 | ForEach-Object -Process { $Path }\nGet-It { $Force }")), ["force"]);
    assert_eq!(unused("function Get-It {\n    param([int] $One, $Two)\n    $One\n}\n"), ["two"]);
    assert_eq!(unused("function Get-It {\n    param($List)\n    Get-Other @List\n}\n"), [""; 0]);
}

/// The scripts that people run, and what they have beyond any script.
const RUN: [&str; 2] = ["install.ps1", "uninstall.ps1"];
const OF_RUN: [&str; 3] = [".EXAMPLE", "SupportsShouldProcess", "Set-StrictMode -Version"];

#[test]
fn the_scripts_keep_to_the_rules() {
    check("common.ps1", &[]);
    for name in RUN {
        check(name, &OF_RUN);
    }
}

/// A script sees its own functions and those of common.ps1, and no function is defined twice.
#[test]
fn what_a_script_calls_is_defined_once_where_it_is_seen() {
    let functions = |name| {
        let source = script(name);
        let found = texts(parse(&source).root_node(), "function_name", &source);
        found.into_iter().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let common = functions("common.ps1");
    assert!(common.len() >= 3, "{common:?}");
    let of_run = RUN.map(functions);
    for (name, (own, others)) in RUN.into_iter().zip([(&of_run[0], &of_run[1]), (&of_run[1], &of_run[0])]) {
        assert!(own.is_disjoint(others) && own.is_disjoint(&common), "{name}: {own:?} {common:?}");
        let source = script(name);
        let called = texts(parse(&source).root_node(), "command_name", &source);
        let unseen: Vec<_> = called.into_iter().filter(|command| others.contains(*command)).collect();
        assert!(unseen.is_empty(), "{name} calls what only the other script defines: {unseen:?}");
        assert!(source.contains(". $common"), "{name} does not load common.ps1");
    }
}

/// Guards the test itself.
#[test]
fn a_broken_script_is_noticed() {
    let source = script("install.ps1");
    let broken = source.replacen("function Get-Problem {", "function Get-Problem (", 1);
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
