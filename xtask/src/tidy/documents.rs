//! Documents describe the system, history is what version control is for, and their links lead
//! somewhere. Every crate and folder of modules opens with a comment that says what it owns.

use super::Finding;
use super::tree::Tree;

/// Words in the name of a Markdown file that tell of work instead of the system.
const ABOUT_WORK: [&str; 9] =
    ["status", "plan", "summary", "complete", "progress", "todo", "report", "notes", "roadmap"];

const DELETE: &str =
    "put what lasts into ARCHITECTURE.md or docs/, what changed into CHANGELOG.md, and delete it";
const RELINK: &str = "write the path relative to the document, of a file that exists";
const OPEN: &str = "open it with a //! comment: what it owns, what it must not know, where to go next";

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in tree.with_extension("md") {
        let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
        let mut words = name.trim_end_matches(".md").split(|sign: char| !sign.is_alphanumeric());
        if words.any(|word| ABOUT_WORK.contains(&word)) {
            findings.push(Finding::new(path, None, "a document about work, not about the system", DELETE));
        }
        check_links(tree, path, &mut findings)?;
    }
    for source in tree.sources.iter().filter(|source| source.is_production()) {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        let opens = source.attributes.iter().any(|attribute| attribute.path().is_ident("doc"));
        if matches!(name, "lib.rs" | "main.rs" | "mod.rs") && !opens {
            findings.push(Finding::new(&source.path, 1, "no module comment", OPEN));
        }
    }
    Ok(findings)
}

/// Links to places on the web are left to people; so are headings within a document.
fn check_links(tree: &Tree, path: &str, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let place = tree.root.join(path);
    let folder = place.parent().unwrap_or(&tree.root);
    for (index, line) in tree.text(path)?.lines().enumerate() {
        let targets = line.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for target in targets.filter(|target| !target.is_empty() && !target.contains(':')) {
            if !folder.join(target).exists() {
                let what = format!("a link to {target}, which does not exist");
                findings.push(Finding::new(path, index + 1, what, RELINK));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture;
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        let (_guard, tree) = fixture::tree(&[(path, text)]);
        check(&tree).unwrap().len()
    }

    #[test]
    fn documents_about_work_are_found_by_their_name() {
        for path in ["STATUS.md", "docs/migration-plan.md", "crates/a/Phase_2_Complete.md"] {
            assert_eq!(findings(path, ""), 1, "{path}");
        }
        for path in ["README.md", "docs/concepts/planar.md"] {
            assert_eq!(findings(path, ""), 0, "{path}");
        }
    }

    #[test]
    fn links_have_to_lead_somewhere() {
        assert_eq!(findings("docs/a.md", "see [b](b.md) and\n[c](../c.md#part)\n"), 2);
        assert_eq!(
            findings("docs/a.md", "[me](a.md#part), [up](..), [web](https://x.org/b.md), [here](#part)\n"),
            0
        );
    }

    #[test]
    fn crates_and_folders_open_with_a_comment() {
        for name in ["lib.rs", "main.rs", "area/mod.rs"] {
            let path = format!("crates/a/src/{name}");
            assert_eq!(findings(&path, "fn main() {}\n"), 1, "{path}");
            assert_eq!(findings(&path, "//! What it owns.\n"), 0, "{path}");
        }
        assert_eq!(findings("crates/a/src/area/size.rs", "struct Size;\n"), 0);
        assert_eq!(findings("crates/a/tests/model/mod.rs", "struct Model;\n"), 0);
    }
}
