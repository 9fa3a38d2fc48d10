//! Each function of the public interface says at which IRQL it may be called. (Clippy sees to `# Errors` and `# Safety`.)
#![cfg(not(miri))]

use std::{collections::BTreeSet, error::Error, fs, path::Path};
use syn::{Attribute, Expr, ExprLit, ImplItem, Item, Lit, Meta, TraitItem, Type, UseTree, Visibility};

/// The names that a `pub use` of the crate's root gives to its users.
fn names(tree: &UseTree, found: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => names(&path.tree, found),
        UseTree::Group(group) => group.items.iter().for_each(|item| names(item, found)),
        UseTree::Name(name) => drop(found.insert(name.ident.to_string())),
        UseTree::Rename(_) | UseTree::Glob(_) => panic!("the root names what it exports"),
    }
}

fn says_the_irql(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => {
            matches!(&meta.value, Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if text.value().trim() == "# IRQL")
        }
        _ => false,
    })
}

/// The functions of an item that a user of the crate sees or implements: name, and whether the IRQL is said.
fn functions(item: &Item, exported: &BTreeSet<String>) -> Vec<(String, bool)> {
    let described = |of: &str, name: &syn::Ident, attributes| (format!("{of}::{name}"), says_the_irql(attributes));
    match item {
        Item::Impl(block) if block.trait_.is_none() => {
            let Type::Path(path) = &*block.self_ty else { return Vec::new() };
            let name = path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            let public = block.items.iter().filter_map(|item| match item {
                ImplItem::Fn(function) if matches!(function.vis, Visibility::Public(_)) => Some(function),
                _ => None,
            });
            let public = public.map(|function| described(&name, &function.sig.ident, &function.attrs));
            if exported.contains(&name) { public.collect() } else { Vec::new() }
        }
        Item::Trait(block) if exported.contains(&block.ident.to_string()) => {
            let name = block.ident.to_string();
            let functions = block.items.iter().filter_map(|item| match item {
                TraitItem::Fn(function) => Some(described(&name, &function.sig.ident, &function.attrs)),
                _ => None,
            });
            functions.collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn every_function_says_its_irql() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut exported = BTreeSet::new();
    for item in syn::parse_file(&fs::read_to_string(folder.join("lib.rs"))?)?.items {
        if let Item::Use(item) = item
            && matches!(item.vis, Visibility::Public(_))
        {
            names(&item.tree, &mut exported);
        }
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let items = syn::parse_file(&fs::read_to_string(path)?)?.items;
            found.extend(items.iter().flat_map(|item| functions(item, &exported)));
        }
    }
    let silent: Vec<_> = found.iter().filter(|(_, says)| !says).map(|(name, _)| name).collect();
    assert!(found.len() > 30, "the functions are found: {found:?}");
    assert!(silent.is_empty(), "these do not say at which IRQL they may be called: {silent:?}");
    Ok(())
}
