//! Names that say nothing: what a thing is called when nobody decided what it does.

use super::Finding;
use super::tree::Tree;

/// Endings that hide what a type is for.
const ENDINGS: [&str; 8] = ["Manager", "Service", "Impl", "Helper", "Helpers", "Utils", "Util", "Handler"];
/// Files named after nothing in particular.
const FILES: [&str; 6] = ["util", "utils", "helper", "helpers", "misc", "common"];
/// Types whose published names carry the product's name.
const PREFIXED: [&str; 2] = ["FeagiSignal", "FeagiByteContainer"];

const RENAME: &str = "name it after what it does or holds";
const DROP_PREFIX: &str = "drop the prefix: the crate's name already says it";

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for source in tree.sources.iter().filter(|source| source.is_production()) {
        let stem = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        if FILES.contains(&stem) || stem.ends_with("_impl") || stem.ends_with("_manager") {
            findings.push(Finding::new(&source.path, None, format!("a file called {stem}"), RENAME));
        }
        for named in &source.types {
            let name = &named.name;
            if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
                let what = format!("a type called {name}");
                findings.push(Finding::new(&source.path, named.line, what, RENAME));
            }
            if name.starts_with("Feagi") && !PREFIXED.iter().any(|allowed| name.starts_with(allowed)) {
                let what = format!("{name} repeats the product's name");
                findings.push(Finding::new(&source.path, named.line, what, DROP_PREFIX));
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture;
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let (_guard, tree) = fixture::tree(&[(path, text)]);
        check(&tree).unwrap().iter().map(|finding| finding.what.clone()).collect()
    }

    #[test]
    fn every_forbidden_ending_is_found_on_every_kind_of_type() {
        for ending in ENDINGS {
            let text = format!(
                "struct A{ending};\nenum B{ending} {{}}\ntrait C{ending} {{}}\ntype D{ending} = u8;\n"
            );
            assert_eq!(findings("crates/a/src/lib.rs", &text).len(), 4, "{ending}");
        }
        assert_eq!(findings("crates/a/src/lib.rs", "struct Implicit;\nstruct Handle;\n"), [""; 0]);
    }

    #[test]
    fn the_product_prefix_is_for_published_names_only() {
        let text = "struct FeagiSignal;\nstruct FeagiByteContainerError;\nstruct FeagiEngine;\n";
        assert_eq!(findings("crates/a/src/lib.rs", text), ["FeagiEngine repeats the product's name"]);
    }

    #[test]
    fn files_need_a_subject() {
        assert_eq!(findings("crates/a/src/utils.rs", ""), ["a file called utils"]);
        assert_eq!(findings("crates/a/tests/common.rs", ""), [""; 0]);
    }
}
