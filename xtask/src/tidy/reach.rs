//! What the lower crates must never touch, whatever their dependencies are: std where `no_std` is
//! promised, and files, sockets, processes and the wall clock anywhere below the host side.
//!
//! The bare-metal builds of `cargo xtask test` prove `no_std` for the code that they compile; this
//! check also sees what hides behind the `std` feature.

use syn::{Attribute, Meta};

use super::Finding;
use super::source::Source;
use super::tree::Tree;
use crate::workspace::NO_STD;

/// Parts of std that no crate of [`NO_STD`] may use, with or without its `std` feature.
const OUTSIDE: [&str; 6] = ["std::env", "std::fs", "std::net", "std::os", "std::process", "std::time"];

/// What single crates must not use besides, and what to do instead.
const OWN: [(&str, &str, &str); 2] = [
    ("feagi-types", "std", "use core:: or alloc::; what needs std belongs in a higher crate"),
    ("feagi-burst-engine", "std::collections", "index by neuron id: a burst looks nothing up in maps"),
];

const DECLARE: &str = "open lib.rs with #![cfg_attr(not(any(feature = \"std\", test)), no_std)]";
const PASS_IN: &str = "take it as a value or a trait from the caller: this crate runs on bare metal and is replayed bit for bit";

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for source in &tree.sources {
        let Some(name) = source.crate_name().filter(|name| NO_STD.contains(name)) else { continue };
        if source.path.ends_with("/src/lib.rs") && !source.attributes.iter().any(declares_no_std) {
            let what = format!("{name} promises no_std and does not declare it");
            findings.push(Finding::new(&source.path, 1, what, DECLARE));
        }
        if source.is_production() {
            check_paths(source, name, &mut findings);
        }
    }
    Ok(findings)
}

fn check_paths(source: &Source, name: &str, findings: &mut Vec<Finding>) {
    let shut = OUTSIDE.iter().map(|module| (*module, PASS_IN));
    let own = OWN.iter().filter(|(owner, _, _)| *owner == name).map(|(_, module, fix)| (*module, *fix));
    let shut: Vec<(&str, &'static str)> = shut.chain(own).collect();
    for path in &source.paths {
        let within = |module: &str| {
            path.name.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        if let Some((_, fix)) = shut.iter().find(|(module, _)| within(module)) {
            findings.push(Finding::new(&source.path, path.line, format!("{name} uses {}", path.name), fix));
        }
    }
}

/// `#![no_std]`, or `#![cfg_attr(not(…"std"…), no_std)]`.
fn declares_no_std(attribute: &Attribute) -> bool {
    if attribute.path().is_ident("no_std") {
        return true;
    }
    let Meta::List(list) = &attribute.meta else { return false };
    let text: String = list.tokens.to_string().split_whitespace().collect();
    list.path.is_ident("cfg_attr")
        && text.starts_with("not(")
        && text.contains("feature=\"std\"")
        && text.ends_with(",no_std")
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture;
    use super::*;

    fn findings(name: &str, text: &str) -> Vec<String> {
        let (_guard, tree) = fixture::tree(&[(&format!("crates/{name}/src/lib.rs"), text)]);
        check(&tree).unwrap().iter().map(|finding| finding.what.clone()).collect()
    }

    const DECLARED: &str = "#![cfg_attr(not(any(feature = \"std\", test)), no_std)]\n";

    #[test]
    fn no_std_has_to_be_declared_where_it_is_promised() {
        assert_eq!(findings("feagi-structures", "//! Text.\n").len(), 1);
        assert_eq!(findings("feagi-structures", "#![cfg_attr(feature = \"std\", no_std)]\n").len(), 1);
        assert_eq!(findings("feagi-structures", DECLARED), [""; 0]);
        assert_eq!(findings("feagi-structures", "#![no_std]\n"), [""; 0]);
        assert_eq!(findings("feagi-genome", "//! Text.\n"), [""; 0]);
    }

    #[test]
    fn the_engine_may_use_threads_but_no_clock_and_no_files() {
        let text = format!("{DECLARED}use std::{{fs, thread}};\nfn now() {{ std::time::Instant::now(); }}\n");
        let expected = ["feagi-burst-engine uses std::fs", "feagi-burst-engine uses std::time::Instant::now"];
        assert_eq!(findings("feagi-burst-engine", &text), expected);
    }

    #[test]
    fn the_engine_may_not_look_things_up_in_maps() {
        let text = format!("{DECLARED}use std::collections::HashMap;\n");
        assert_eq!(
            findings("feagi-burst-engine", &text),
            ["feagi-burst-engine uses std::collections::HashMap"]
        );
        assert_eq!(findings("feagi-structures", &text), [""; 0]);
    }

    #[test]
    fn types_may_use_no_std_at_all_outside_their_tests() {
        let text =
            format!("{DECLARED}use std::vec::Vec;\n#[cfg(test)]\nmod tests {{ use std::vec::Vec; }}\n");
        assert_eq!(findings("feagi-types", &text), ["feagi-types uses std::vec::Vec"]);
    }
}
