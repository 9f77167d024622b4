//! Members state what is their own and inherit the rest: package fields, lints, and where a
//! dependency comes from.

use anyhow::Context as _;
use toml::{Table, Value};

use super::Finding;
use super::tree::{Tree, line_where};

/// Package fields that every member takes from the workspace.
const INHERITED: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];
/// The crate that states its own licence, so that it can be licensed apart from the rest.
const OWN_LICENSE: &str = "feagi-plasticity";

const INHERIT: &str = "write FIELD.workspace = true";
const INHERIT_LINTS: &str = "add a [lints] table with workspace = true";
const INHERIT_SOURCE: &str =
    "add it to [workspace.dependencies] in the root manifest and write workspace = true here";

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in tree.member_manifests() {
        let text = tree.text(path)?;
        let manifest: Table = text.parse().with_context(|| format!("reading {path}"))?;
        check_package(path, &text, &manifest, &mut findings);
        if !inherits(manifest.get("lints")) {
            findings.push(Finding::new(path, None, "does not use the workspace's lints", INHERIT_LINTS));
        }
        check_dependencies(path, &text, &manifest, &mut findings);
        for target in manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values) {
            if let Some(target) = target.as_table() {
                check_dependencies(path, &text, target, &mut findings);
            }
        }
    }
    Ok(findings)
}

fn inherits(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
}

fn check_package(path: &str, text: &str, manifest: &Table, findings: &mut Vec<Finding>) {
    let package = manifest.get("package");
    let field = |name: &str| package.and_then(|package| package.get(name));
    let name = field("name").and_then(Value::as_str).unwrap_or_default();
    for key in INHERITED {
        let own = key == "license" && name == OWN_LICENSE && field(key).is_some();
        if !own && !inherits(field(key)) {
            let line = line_where(text, |line| line.starts_with(key));
            findings.push(Finding::new(path, line, format!("{key} is not the workspace's"), INHERIT));
        }
    }
    if field("description").is_none() {
        let fix = "say in one line what the crate is for";
        findings.push(Finding::new(path, None, "has no description", fix));
    }
}

fn check_dependencies(path: &str, text: &str, owner: &Table, findings: &mut Vec<Finding>) {
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        for (name, value) in owner.get(kind).and_then(Value::as_table).into_iter().flatten() {
            if !inherits(Some(value)) {
                let line = line_where(text, |line| line.starts_with(name.as_str()));
                let what = format!("{name} in [{kind}] is not the workspace's");
                findings.push(Finding::new(path, line, what, INHERIT_SOURCE));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture;
    use super::*;

    const GOOD: &str = "\
[package]
name = \"a\"
description = \"An example\"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[dependencies]
thiserror = { workspace = true, features = [\"std\"] }

[lints]
workspace = true
";

    fn findings(text: &str) -> Vec<(Option<usize>, String)> {
        let (_guard, tree) = fixture::tree(&[("crates/a/Cargo.toml", text)]);
        check(&tree).unwrap().into_iter().map(|finding| (finding.line, finding.what)).collect()
    }

    #[test]
    fn a_member_that_inherits_everything_passes() {
        assert_eq!(findings(GOOD), []);
    }

    #[test]
    fn a_field_of_its_own_is_found() {
        let found = findings(&GOOD.replace("edition.workspace = true", "edition = \"2021\""));
        assert_eq!(found, [(Some(5), "edition is not the workspace's".to_owned())]);
        assert_eq!(findings(&GOOD.replace("description = \"An example\"\n", "")).len(), 1);
    }

    #[test]
    fn only_plasticity_has_a_licence_of_its_own() {
        let own = GOOD.replace("license.workspace = true", "license = \"MIT\"");
        assert_eq!(findings(&own).len(), 1);
        assert_eq!(findings(&own.replace("name = \"a\"", "name = \"feagi-plasticity\"")), []);
    }

    #[test]
    fn missing_lints_are_found() {
        assert_eq!(findings(GOOD.split("[lints]").next().unwrap()).len(), 1);
    }

    #[test]
    fn a_version_of_its_own_is_found_in_every_kind_of_table() {
        for table in
            ["dependencies", "dev-dependencies", "build-dependencies", "target.'cfg(unix)'.dependencies"]
        {
            let found = findings(
                &format!("{GOOD}\n[{table}.libm]\nversion = \"0.2\"\n")
                    .replace("[dependencies]\nthis", "[x]\nthis"),
            );
            assert_eq!(found.len(), 1, "{table}");
        }
    }
}
