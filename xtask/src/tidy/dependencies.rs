//! Who may know whom: the table in `ARCHITECTURE.md` against the manifests.
//!
//! The table is read from the document, so the document cannot fall behind. Normal and build
//! dependencies count; dev-dependencies are free. A crate of the workspace without a row fails, and
//! so do rows that would allow a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::Finding;
use super::tree::{Tree, line_where};
use crate::workspace;

const DOCUMENT: &str = "ARCHITECTURE.md";
const HEADER: &str = "| crate | may use |";
const ADD_ROW: &str =
    "add a row to the dependency table in ARCHITECTURE.md that says what it may use and must never know";
const BREAK_EDGE: &str = "move what both need to a lower crate or pass it in as data; changing the table is a decision \
                          that ARCHITECTURE.md has to give a reason for";

/// Crate to the line of its row and the crates of ours that it may use.
type Table = BTreeMap<String, (usize, BTreeSet<String>)>;

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let document = tree.text(DOCUMENT)?;
    let metadata = workspace::metadata(&tree.root)?;
    let Some(table) = read_table(&document) else {
        let fix = "give it a Markdown table whose header starts with `| crate | may use |`";
        return Ok(vec![Finding::new(DOCUMENT, None, "has no dependency table", fix)]);
    };
    let mut findings = circles(&table);
    for package in metadata["packages"].as_array().into_iter().flatten() {
        check_package(package, &table, tree, &mut findings)?;
    }
    Ok(findings)
}

/// The rows below [`HEADER`]: names of crates are in backticks, the rest of a cell is for people.
fn read_table(document: &str) -> Option<Table> {
    let header = line_where(document, |line| line.starts_with(HEADER))?;
    let rows = document.lines().enumerate().skip(header + 1).take_while(|(_, line)| line.starts_with('|'));
    let table = rows.flat_map(|(index, row)| {
        let mut cells = row.trim_matches('|').split('|').map(in_backticks);
        let (crates, allowed) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        crates.into_iter().map(move |name| (name, (index + 1, allowed.clone())))
    });
    Some(table.collect())
}

fn in_backticks(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Rows that allow a crate to reach itself.
fn circles(table: &Table) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, (line, allowed)) in table {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&String> = allowed.iter().collect();
        while let Some(next) = open.pop() {
            if reached.insert(next) {
                open.extend(table.get(next).into_iter().flat_map(|(_, more)| more));
            }
        }
        if reached.contains(name) {
            let what = format!("the table lets {name} depend on itself through others");
            findings.push(Finding::new(DOCUMENT, *line, what, "take one of the rows' entries out"));
        }
    }
    findings
}

fn check_package(
    package: &Value,
    table: &Table,
    tree: &Tree,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<()> {
    let name = package["name"].as_str().unwrap_or_default();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
    let manifest = manifest.strip_prefix(&tree.root).unwrap_or(manifest).to_string_lossy().into_owned();
    let Some((_, allowed)) = table.get(name) else {
        let what = format!("{name} has no row in the dependency table");
        findings.push(Finding::new(&manifest, 1, what, ADD_ROW));
        return Ok(());
    };
    let text = tree.text(&manifest)?;
    for dependency in package["dependencies"].as_array().into_iter().flatten() {
        let ours = dependency["path"].is_string();
        let counts = dependency["kind"].as_str() != Some("dev");
        let used = dependency["name"].as_str().unwrap_or_default();
        if ours && counts && !allowed.contains(used) {
            let line = line_where(&text, |line| line.starts_with(used));
            let what = format!("{name} depends on {used}, which the dependency table does not allow");
            findings.push(Finding::new(&manifest, line, what, BREAK_EDGE));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture;
    use super::*;

    const WORKSPACE: &str = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n";
    const TABLE: &str = "\
| crate | may use | must never know |
| --- | --- | --- |
| `low` | nothing of ours | the rest |
| `high`, `top` | `low` | each other |
";

    fn manifest(name: &str, dependencies: &str) -> String {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n{dependencies}\n")
    }

    fn findings(document: &str, low: &str, high: &str) -> Vec<String> {
        let (_guard, tree) = fixture::tree(&[
            ("Cargo.toml", WORKSPACE),
            ("ARCHITECTURE.md", document),
            ("crates/low/Cargo.toml", &manifest("low", low)),
            ("crates/low/src/lib.rs", ""),
            ("crates/high/Cargo.toml", &manifest("high", high)),
            ("crates/high/src/lib.rs", ""),
        ]);
        check(&tree).unwrap().iter().map(ToString::to_string).collect()
    }

    const ON_LOW: &str = "[dependencies]\nlow = { path = \"../low\" }";
    const ON_HIGH: &str = "[dependencies]\nhigh = { path = \"../high\", optional = true }";

    #[test]
    fn what_the_table_allows_passes() {
        assert_eq!(findings(TABLE, "", ON_LOW), [""; 0]);
    }

    #[test]
    fn an_edge_outside_the_table_is_named_with_its_line() {
        let found = findings(TABLE, ON_HIGH, "");
        assert_eq!(found.len(), 1);
        let start =
            "crates/low/Cargo.toml:7: error: low depends on high, which the dependency table does not allow";
        assert!(found[0].starts_with(start), "{}", found[0]);
    }

    #[test]
    fn dev_dependencies_are_free_and_build_dependencies_are_not() {
        assert_eq!(
            findings(TABLE, &ON_HIGH.replace("[dep", "[dev-dep").replace(", optional = true", ""), ""),
            [""; 0]
        );
        assert_eq!(findings(TABLE, &ON_HIGH.replace("[dep", "[build-dep"), "").len(), 1);
    }

    #[test]
    fn a_crate_without_a_row_fails() {
        let found = findings(&TABLE.replace("`high`, ", ""), "", "");
        assert!(found[0].starts_with("crates/high/Cargo.toml:1: error: high has no row"), "{}", found[0]);
    }

    #[test]
    fn a_document_without_the_table_fails() {
        assert_eq!(findings("# Architecture\n", "", "").len(), 1);
    }

    #[test]
    fn a_table_with_a_circle_fails() {
        let found = findings(&TABLE.replace("nothing of ours", "`top`"), "", "");
        assert!(found.iter().any(|text| text.contains("lets low depend on itself")), "{found:?}");
    }
}
