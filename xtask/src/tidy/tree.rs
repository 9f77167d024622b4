//! The files of the workspace, as the checks see them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::source::Source;

/// Folders that hold what tools make, or nothing of ours.
const SKIPPED: [&str; 7] = [".git", "target", "node_modules", "corpus", "artifacts", ".venv", "__pycache__"];

/// Every file below a folder, with the Rust sources parsed.
pub(super) struct Tree {
    /// The folder.
    pub(super) root: PathBuf,
    /// Paths relative to the root with `/` between names, sorted.
    pub(super) files: Vec<String>,
    /// The Rust sources among them, in the same order.
    pub(super) sources: Vec<Source>,
}

impl Tree {
    /// Reads the tree below `root`.
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        let mut files = Vec::new();
        list(root, "", &mut files)?;
        files.sort();
        let mut tree = Self { root: root.to_owned(), files, sources: Vec::new() };
        let parse = |path| Source::parse(path, &tree.text(path)?);
        tree.sources = tree.with_extension("rs").map(parse).collect::<anyhow::Result<_>>()?;
        Ok(tree)
    }

    /// The content of a file.
    pub(super) fn text(&self, path: &str) -> anyhow::Result<String> {
        fs::read_to_string(self.root.join(path)).with_context(|| format!("reading {path}"))
    }

    /// The files whose names end in `.extension`.
    pub(super) fn with_extension<'a>(&'a self, extension: &'a str) -> impl Iterator<Item = &'a str> {
        let files = self.files.iter().map(String::as_str);
        files.filter(move |path| path.rsplit_once('.').is_some_and(|(_, end)| end == extension))
    }

    /// The manifests of the workspace's members.
    pub(super) fn member_manifests(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str).filter(|path| {
            let parts: Vec<&str> = path.split('/').collect();
            matches!(parts[..], ["xtask", "Cargo.toml"] | ["crates", _, "Cargo.toml"])
        })
    }
}

fn list(root: &Path, below: &str, files: &mut Vec<String>) -> anyhow::Result<()> {
    let folder = root.join(below);
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let path = if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
        if kind.is_dir() {
            if !SKIPPED.contains(&name) {
                list(root, &path, files)?;
            }
        } else if kind.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// Line, from 1, of the first line of `text` that `wanted` accepts.
pub(super) fn line_where(text: &str, wanted: impl Fn(&str) -> bool) -> Option<usize> {
    text.lines().position(|line| wanted(line.trim_start())).map(|index| index + 1)
}

#[cfg(test)]
pub(super) mod fixture {
    //! Trees for the tests of the checks.

    use super::{Path, Tree, fs};

    /// A tree that holds just these files, in a temporary folder that lives as long as the guard.
    pub(in crate::tidy) fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Tree) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap_or_else(|| Path::new("/"))).unwrap();
            fs::write(path, text).unwrap();
        }
        let tree = Tree::read(folder.path()).unwrap();
        (folder, tree)
    }
}

#[cfg(test)]
mod tests {
    use super::fixture::tree;

    #[test]
    fn what_tools_make_is_not_read() {
        let (_guard, tree) = tree(&[("target/debug/x.rs", "not Rust at all {"), ("src/lib.rs", "")]);
        assert_eq!(tree.files, ["src/lib.rs"]);
    }

    #[test]
    fn only_members_of_the_workspace_count_as_members() {
        let (_guard, tree) = tree(&[
            ("Cargo.toml", ""),
            ("fuzz/Cargo.toml", ""),
            ("crates/a/Cargo.toml", ""),
            ("xtask/Cargo.toml", ""),
        ]);
        let members: Vec<&str> = tree.member_manifests().collect();
        assert_eq!(members, ["crates/a/Cargo.toml", "xtask/Cargo.toml"]);
    }
}
