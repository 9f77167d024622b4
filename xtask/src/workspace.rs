//! Where the workspace is and what Cargo says of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use serde_json::Value;

/// Crates that promise to compile for bare metal, of those in the workspace and those to come.
pub(crate) const NO_STD: [&str; 5] =
    ["feagi-types", "feagi-structures", "feagi-serialization", "feagi-burst-engine", "feagi-plasticity"];

/// The workspace's root: the folder above this package, which Cargo names when it runs it.
pub(crate) fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let mut root = PathBuf::from(package);
    root.pop();
    root
}

/// The Cargo that runs this program, started in `folder`.
pub(crate) fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(folder);
    command
}

/// Cargo's description of the packages that belong to `folder`'s manifest, not of their dependencies.
///
/// # Errors
/// When Cargo does not run or refuses the manifests.
pub(crate) fn metadata(folder: &Path) -> anyhow::Result<Value> {
    let mut command = cargo(folder);
    let output = command.args(["metadata", "--format-version=1", "--no-deps"]).output();
    let output = output.context("running cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata in {}: {}", folder.display(), String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("reading the output of cargo metadata")
}

/// The members of `metadata`.
pub(crate) fn packages(metadata: &Value) -> impl Iterator<Item = Package<'_>> {
    metadata["packages"].as_array().into_iter().flatten().map(|package| {
        let features = package["features"].as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        Package {
            name: package["name"].as_str().unwrap_or_default(),
            features: features.filter(|name| *name != "default" && !name.starts_with('_')).collect(),
        }
    })
}

/// The folder that Cargo builds in.
///
/// # Errors
/// When the metadata does not say.
pub(crate) fn target_folder(metadata: &Value) -> anyhow::Result<&Path> {
    Ok(Path::new(metadata["target_directory"].as_str().context("cargo metadata names no target folder")?))
}

/// A member of the workspace.
pub(crate) struct Package<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Features that a user may switch on: not `default`, and none that starts with an underscore.
    pub(crate) features: Vec<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_and_private_features_are_not_offered() {
        let metadata = serde_json::json!({ "packages": [
            { "name": "a", "features": { "default": ["std"], "std": [], "_bench": [] } },
            { "name": "b", "features": {} },
        ]});
        let found: Vec<(&str, Vec<&str>)> =
            packages(&metadata).map(|package| (package.name, package.features)).collect();
        assert_eq!(found, [("a", vec!["std"]), ("b", vec![])]);
    }

    #[test]
    fn a_folder_without_a_manifest_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let error = metadata(folder.path()).unwrap_err().to_string();
        assert!(error.contains(&folder.path().display().to_string()), "{error}");
    }
}
