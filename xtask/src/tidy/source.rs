//! One Rust source file and the facts that the checks need of it.
//!
//! Facts about production code leave out items under `#[cfg(test)]` and functions marked `#[test]`.

use std::ops::RangeInclusive;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Ident, ImplItem, Item, Meta, UseTree};

/// A parsed source file.
pub(super) struct Source {
    /// Path relative to the workspace's root.
    pub(super) path: String,
    /// Number of lines.
    pub(super) lines: usize,
    /// Everything but comments.
    pub(super) tokens: TokenStream,
    /// Attributes of the file as a whole, `//!` comments among them.
    pub(super) attributes: Vec<Attribute>,
    /// Functions of production code.
    pub(super) functions: Vec<Function>,
    /// Types and traits of production code.
    pub(super) types: Vec<Named>,
    /// Paths that production code writes out or imports, such as `std::fs::read`.
    pub(super) paths: Vec<Named>,
    tests: Vec<RangeInclusive<usize>>,
}

/// A name and the line it stands on.
pub(super) struct Named {
    /// The name.
    pub(super) name: String,
    /// Line from 1.
    pub(super) line: usize,
}

/// A function with its length.
pub(super) struct Function {
    /// Name without path.
    pub(super) name: String,
    /// Line of the `fn` keyword, from 1.
    pub(super) line: usize,
    /// Lines from there to the closing brace, both counted.
    pub(super) lines: usize,
}

impl Source {
    /// Parses `text`, the content of `path`.
    pub(super) fn parse(path: &str, text: &str) -> anyhow::Result<Self> {
        let (tokens, file) = parse(text).map_err(|error| {
            let start = error.span().start();
            let place = format!("{path}:{}:{}: cannot be parsed as Rust", start.line, start.column + 1);
            anyhow::Error::new(error).context(place)
        })?;
        let mut source = Self {
            path: path.to_owned(),
            lines: text.lines().count(),
            tokens,
            attributes: Vec::new(),
            functions: Vec::new(),
            types: Vec::new(),
            paths: Vec::new(),
            tests: Vec::new(),
        };
        source.visit_file(&file);
        source.attributes = file.attrs;
        Ok(source)
    }

    /// Whether the file is part of what ships, as opposed to tests, benches and examples.
    pub(super) fn is_production(&self) -> bool {
        let parts: Vec<&str> = self.path.split('/').collect();
        let aside = ["tests", "benches", "examples", "fuzz"];
        let name = parts.last().copied().unwrap_or_default();
        !parts.iter().any(|part| aside.contains(part)) && name != "tests.rs" && !name.ends_with("_tests.rs")
    }

    /// Lines that are not inside test items.
    pub(super) fn production_lines(&self) -> usize {
        let tests: usize = self.tests.iter().map(|range| range.end() - range.start() + 1).sum();
        self.lines - tests.min(self.lines)
    }

    /// The crate's folder below `crates/`, when the file belongs to one.
    pub(super) fn crate_name(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    fn note(list: &mut Vec<Named>, name: String, spanned: proc_macro2::Span) {
        list.push(Named { name, line: spanned.start().line });
    }

    fn note_function(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let (line, end) = (signature.span().start().line, body.span().end().line);
        self.functions.push(Function { name: signature.ident.to_string(), line, lines: end - line + 1 });
    }

    fn note_type(&mut self, ident: &Ident) {
        Self::note(&mut self.types, ident.to_string(), ident.span());
    }

    /// Notes a test item's lines and returns whether it was one.
    fn skips(&mut self, attributes: &[Attribute], span: proc_macro2::Span) -> bool {
        let test = attributes.iter().any(is_test);
        if test {
            self.tests.push(span.start().line..=span.end().line);
        }
        test
    }
}

impl<'ast> Visit<'ast> for Source {
    fn visit_item(&mut self, item: &'ast Item) {
        if self.skips(item_attributes(item), item.span()) {
            return;
        }
        match item {
            Item::Struct(item) => self.note_type(&item.ident),
            Item::Enum(item) => self.note_type(&item.ident),
            Item::Union(item) => self.note_type(&item.ident),
            Item::Trait(item) => self.note_type(&item.ident),
            Item::Type(item) => self.note_type(&item.ident),
            Item::Fn(item) => self.note_function(&item.sig, &item.block),
            Item::Use(item) => flatten(&item.tree, &mut String::new(), &mut self.paths),
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        if let ImplItem::Fn(function) = item {
            if self.skips(&function.attrs, function.span()) {
                return;
            }
            self.note_function(&function.sig, &function.block);
        }
        visit::visit_impl_item(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.note_function(&item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        Self::note(&mut self.paths, names.join("::"), path.span());
        visit::visit_path(self, path);
    }
}

fn parse(text: &str) -> syn::Result<(TokenStream, syn::File)> {
    let tokens: TokenStream = text.parse()?;
    Ok((tokens.clone(), syn::parse2(tokens)?))
}

/// Every path that an import brings in.
fn flatten(tree: &UseTree, prefix: &mut String, paths: &mut Vec<Named>) {
    let mut leaf = |ident: &Ident, prefix: &str| {
        paths.push(Named { name: format!("{prefix}{ident}"), line: ident.span().start().line });
    };
    match tree {
        UseTree::Path(path) => {
            let length = prefix.len();
            prefix.push_str(&format!("{}::", path.ident));
            flatten(&path.tree, prefix, paths);
            prefix.truncate(length);
        }
        UseTree::Name(name) => leaf(&name.ident, prefix),
        UseTree::Rename(rename) => leaf(&rename.ident, prefix),
        UseTree::Glob(glob) => {
            paths.push(Named { name: format!("{prefix}*"), line: glob.span().start().line });
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, prefix, paths);
            }
        }
    }
}

fn item_attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether an attribute says that its item exists only in tests.
fn is_test(attribute: &Attribute) -> bool {
    if attribute.path().is_ident("test") {
        return true;
    }
    attribute.path().is_ident("cfg") && attribute.parse_args::<Meta>().is_ok_and(|meta| only_in_tests(&meta))
}

fn only_in_tests(condition: &Meta) -> bool {
    let Meta::List(list) = condition else { return condition.path().is_ident("test") };
    let parts = list.parse_args_with(syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated);
    let Ok(parts) = parts else { return false };
    if list.path.is_ident("all") {
        parts.iter().any(only_in_tests)
    } else {
        list.path.is_ident("any") && !parts.is_empty() && parts.iter().all(only_in_tests)
    }
}

/// Calls `visit` with every run of tokens on one level, innermost levels included: the tokens from
/// each position to the end of its group.
pub(super) fn walk(tokens: &TokenStream, visit: &mut impl FnMut(&[TokenTree])) {
    let level: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for start in 0..level.len() {
        visit(&level[start..]);
        if let TokenTree::Group(group) = &level[start] {
            walk(&group.stream(), visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
//! About.
use std::{fs, io::{self, Read as _}};

/// One.
pub struct One;

impl One {
    /// Long.
    pub fn long(&self) -> u64 {
        std::time::Instant::now();
        1
    }
}

#[cfg(all(test, feature = \"std\"))]
mod tests {
    struct Fixture;
    fn helper() {}
}

#[cfg(any(test, feature = \"std\"))]
fn kept() {}
";

    #[test]
    fn test_items_are_not_production() {
        let source = Source::parse("crates/a/src/lib.rs", TEXT).unwrap();
        let names: Vec<&str> = source.types.iter().map(|named| named.name.as_str()).collect();
        assert_eq!(names, ["One"]);
        let functions: Vec<(&str, usize, usize)> = source
            .functions
            .iter()
            .map(|function| (function.name.as_str(), function.line, function.lines))
            .collect();
        assert_eq!(functions, [("long", 9, 4), ("kept", 22, 1)]);
        assert_eq!((source.lines, source.production_lines()), (22, 17));
    }

    #[test]
    fn imported_and_written_paths_are_seen() {
        let source = Source::parse("crates/a/src/lib.rs", TEXT).unwrap();
        let has =
            |path: &str, line| source.paths.iter().any(|named| named.name == path && named.line == line);
        assert!(has("std::fs", 2) && has("std::io::Read", 2) && has("std::time::Instant::now", 10));
    }

    #[test]
    fn a_file_that_is_not_rust_is_named_with_its_line() {
        let error = Source::parse("crates/a/src/lib.rs", "fn a() {}\nfn {}\n").err().unwrap();
        assert!(format!("{error:#}").starts_with("crates/a/src/lib.rs:2:4: "), "{error:#}");
    }

    #[test]
    fn test_files_are_told_from_production_files() {
        let production = |path| Source::parse(path, "").unwrap().is_production();
        assert!(production("crates/a/src/lib.rs"));
        assert!(!production("crates/a/tests/behaviour.rs"));
        assert!(!production("crates/a/src/area/tests.rs"));
        assert!(!production("crates/a/benches/burst.rs"));
    }
}
