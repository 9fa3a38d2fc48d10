//! Whoever has this crate has the contract's types that its interface speaks of, by names of this crate.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use syn::{
    ImplItem, Item, ItemImpl, ReturnType, Signature, TraitItem, Type, UseTree, Visibility,
    visit::{self, Visit},
};

/// The names that a `use` brings, each with the crate or module that it begins with.
fn leaves(tree: &UseTree, first: Option<&str>, found: &mut Vec<(String, String)>) {
    let of = |ident: &syn::Ident| (first.unwrap_or_default().to_owned(), ident.to_string());
    match tree {
        UseTree::Path(path) => {
            let ident = path.ident.to_string();
            leaves(&path.tree, Some(first.unwrap_or(&ident)), found);
        }
        UseTree::Name(name) => found.push(of(&name.ident)),
        UseTree::Rename(name) => found.push(of(&name.rename)),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, first, found)),
        UseTree::Glob(_) => {}
    }
}

fn uses(items: &[Item], public: bool) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for item in items {
        if let Item::Use(item) = item {
            if matches!(item.vis, Visibility::Public(_)) == public {
                leaves(&item.tree, None, &mut found);
            }
        }
    }
    found
}

/// The first names of all paths of types.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
        self.0.extend(path.path.segments.first().map(|segment| segment.ident.to_string()));
        visit::visit_type_path(self, path);
    }
}

impl Names {
    fn signature(&mut self, signature: &Signature) {
        signature.inputs.iter().for_each(|input| self.visit_fn_arg(input));
        if let ReturnType::Type(_, result) = &signature.output {
            self.visit_type(result);
        }
    }

    fn implementation(&mut self, block: &ItemImpl, exported: &BTreeSet<String>) {
        let Type::Path(path) = &*block.self_ty else { return };
        let is_exported = path.path.segments.last().is_some_and(|last| exported.contains(&last.ident.to_string()));
        for item in &block.items {
            match item {
                ImplItem::Fn(method) if is_exported && matches!(method.vis, Visibility::Public(_)) => {
                    self.signature(&method.sig);
                }
                _ => {}
            }
        }
    }

    fn item(&mut self, item: &Item, exported: &BTreeSet<String>) {
        match item {
            Item::Struct(item) if exported.contains(&item.ident.to_string()) => {
                let public = item.fields.iter().filter(|field| matches!(field.vis, Visibility::Public(_)));
                public.for_each(|field| self.visit_type(&field.ty));
            }
            Item::Enum(item) if exported.contains(&item.ident.to_string()) => self.visit_item_enum(item),
            Item::Trait(item) if exported.contains(&item.ident.to_string()) => {
                for item in &item.items {
                    if let TraitItem::Fn(method) = item {
                        self.signature(&method.sig);
                    }
                }
            }
            Item::Impl(block) => self.implementation(block, exported),
            _ => {}
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn the_contract_s_types_in_signatures_are_names_of_this_crate() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let parsed = |path: &Path| syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
    let root = parsed(&folder.join("lib.rs"));
    let mut exported: BTreeSet<_> = uses(&root.items, true).into_iter().map(|(_, name)| name).collect();
    exported.extend(uses(&parsed(&folder.join("driver/mod.rs")).items, true).into_iter().map(|(_, name)| name));
    assert!(exported.contains("Device") && exported.contains("NeighborState"), "{exported:?}");
    let mut spoken_of = BTreeSet::new();
    for path in sources(&folder) {
        let file = parsed(&path);
        let of_contract: BTreeSet<_> = uses(&file.items, false)
            .into_iter()
            .filter(|(first, _)| first == "netioctl_abi")
            .map(|(_, name)| name)
            .collect();
        let mut names = Names::default();
        file.items.iter().for_each(|item| names.item(item, &exported));
        spoken_of.extend(names.0.intersection(&of_contract).map(|name| (path.clone(), name.clone())));
    }
    assert!(spoken_of.len() > 10, "{spoken_of:?}");
    let wire = fs::read_to_string(folder.join("lib.rs")).unwrap().contains("netioctl_abi::wire::{\n    self,");
    // The structures of requests are for who sends them himself, by their path in `wire`.
    let is_structure = |name: &str| wire && (name.ends_with("Request") || name.ends_with("Entry"));
    let missing: Vec<_> =
        spoken_of.iter().filter(|(_, name)| !exported.contains(name) && !is_structure(name)).collect();
    assert!(missing.is_empty(), "only the contract's own crate has {missing:?}");
}
