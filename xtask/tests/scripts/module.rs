//! The PowerShell module: what can be known of it without PowerShell. Its syntax, what it exports and reads, and the
//! files that PowerShell loads with it.

use super::{check, parse, script, texts};
use regex::Regex;
use roxmltree::{Document, Node};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

const MODULE: &str = "powershell/Netioctl.psm1";
const MANIFEST: &str = "powershell/Netioctl.psd1";
const FORMAT: &str = "powershell/Netioctl.Format.ps1xml";
const TYPES: &str = "powershell/Netioctl.Types.ps1xml";

/// Each type of the module, and the schema of the JSON that its objects are made of.
const TYPE_NAMES: [(&str, &str); 4] = [
    ("Netioctl.Neighbor", "neighbors"),
    ("Netioctl.Interface", "interfaces"),
    ("Netioctl.Address", "addresses"),
    ("Netioctl.Statistic", "statistics"),
];

/// The elements of a file for `FormatsToProcess` and of one for `TypesToProcess`, each with those that it may be in.
const ELEMENTS: [(&str, &str); 22] = [
    ("Configuration", ""),
    ("ViewDefinitions", "Configuration"),
    ("View", "ViewDefinitions"),
    ("Name", "View Type AliasProperty"),
    ("ViewSelectedBy", "View"),
    ("TypeName", "ViewSelectedBy"),
    ("TableControl", "View"),
    ("AutoSize", "TableControl"),
    ("TableHeaders", "TableControl"),
    ("TableColumnHeader", "TableHeaders"),
    ("Label", "TableColumnHeader"),
    ("Alignment", "TableColumnHeader"),
    ("TableRowEntries", "TableControl"),
    ("TableRowEntry", "TableRowEntries"),
    ("TableColumnItems", "TableRowEntry"),
    ("TableColumnItem", "TableColumnItems"),
    ("PropertyName", "TableColumnItem"),
    ("Types", ""),
    ("Type", "Types"),
    ("Members", "Type"),
    ("AliasProperty", "Members"),
    ("ReferencedMemberName", "AliasProperty"),
];

fn schema(name: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema");
    let text = fs::read_to_string(folder.join(format!("{name}.schema.json"))).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let mut row = &schema["items"];
    if let Some(reference) = row["$ref"].as_str() {
        row = schema.pointer(reference.trim_start_matches('#')).unwrap();
    }
    let names = row["properties"].as_object().unwrap_or_else(|| panic!("{name}: {row}"));
    names.keys().cloned().collect()
}

fn properties(type_name: &str) -> BTreeSet<String> {
    let (_, name) = TYPE_NAMES.iter().find(|(known, _)| *known == type_name).unwrap_or_else(|| panic!("{type_name}"));
    schema(name)
}

fn elements(document: &Document<'_>) {
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        let parent = node.parent_element().map_or("", |parent| parent.tag_name().name());
        let known = ELEMENTS.iter().find(|(known, _)| *known == name);
        let (_, parents) = known.unwrap_or_else(|| panic!("an element {name}"));
        assert!(parents.split(' ').any(|known| known == parent), "{name} in {parent}");
    }
}

fn text<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    let found = node.descendants().find(|node| node.has_tag_name(name)).and_then(|node| node.text());
    found.unwrap_or_else(|| panic!("no {name}"))
}

fn all<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.descendants().filter(move |node| node.has_tag_name(name))
}

#[test]
fn the_module_keeps_to_the_rules() {
    check(MODULE, &[".EXAMPLE", "SupportsShouldProcess", "Set-StrictMode -Version", "ValueFromPipeline = $true"]);
    let source = script(MODULE);
    // Whatever changes something asks first, and only that.
    for part in source.split("\nfunction ").skip(1) {
        let (name, body) = part.split_once(" {\n").unwrap();
        let changes = ["New-", "Set-", "Remove-", "Clear-"].iter().any(|verb| name.starts_with(verb));
        for word in ["SupportsShouldProcess", "$PSCmdlet.ShouldProcess("] {
            assert_eq!(body.contains(word), changes, "{word} in {name}");
        }
    }
    for (type_name, _) in TYPE_NAMES {
        assert!(source.contains(&format!("-TypeName '{type_name}'")), "no function makes {type_name}");
    }
}

#[test]
fn the_manifest_names_what_there_is() {
    let manifest = script(MANIFEST);
    let tree = parse(&manifest);
    assert!(!tree.root_node().has_error() && manifest.is_ascii(), "{}", tree.root_node().to_sexp());
    let value = |key: &str| {
        let found = Regex::new(&format!(r"(?m)^    {key} = @?\(?([^\n@]+)$")).unwrap().captures(&manifest);
        found.unwrap_or_else(|| panic!("no {key}"))[1].replace(['\'', ')'], "")
    };
    assert_eq!(value("ModuleVersion"), env!("CARGO_PKG_VERSION"));
    for (key, file) in [("RootModule", MODULE), ("TypesToProcess", TYPES), ("FormatsToProcess", FORMAT)] {
        assert_eq!(format!("powershell/{}", value(key)), file);
    }
    let exported = Regex::new(r"(?m)^        '([A-Za-z-]+)',?$").unwrap();
    let exported: BTreeSet<_> = exported.captures_iter(&manifest).map(|found| found[1].to_owned()).collect();
    let module = script(MODULE);
    let functions = texts(parse(&module).root_node(), "function_name", &module);
    let public = functions.iter().filter(|name| name.contains("-Netio")).map(|name| (*name).to_owned());
    assert_eq!(exported, public.collect(), "what is exported");
    assert!(exported.len() >= 8, "{exported:?}");
}

#[test]
fn columns_and_aliases_are_properties_of_the_json() {
    let (format, types) = (script(FORMAT), script(TYPES));
    let (format, types) = (Document::parse(&format).unwrap(), Document::parse(&types).unwrap());
    elements(&format);
    elements(&types);
    let views: Vec<_> = all(format.root(), "View").collect();
    assert_eq!(views.len(), TYPE_NAMES.len());
    for view in views {
        let names = properties(text(view, "TypeName"));
        let columns: Vec<_> = all(view, "PropertyName").map(|node| node.text().unwrap()).collect();
        assert_eq!(columns.len(), all(view, "TableColumnHeader").count(), "a header for each column");
        assert!(columns.iter().all(|column| names.contains(*column)), "{columns:?} of {names:?}");
    }
    for of_type in all(types.root(), "Type") {
        let names = properties(text(of_type, "Name"));
        for alias in all(of_type, "AliasProperty") {
            let (name, meant) = (text(alias, "Name"), text(alias, "ReferencedMemberName"));
            assert!(names.contains(meant) && !names.contains(name), "{name} stands for {meant}");
        }
    }
}

/// Objects go from one function to the next by the names of their properties.
#[test]
fn parameters_take_the_properties_of_the_json() {
    let module = script(MODULE);
    let aliases = Regex::new(r"\[Alias\('(\w+)'\)\]").unwrap();
    let aliases: BTreeSet<_> = aliases.captures_iter(&module).map(|found| found[1].to_owned()).collect();
    assert!(aliases.contains("ifindex") && aliases.is_subset(&schema("neighbors")), "{aliases:?}");
}
