//! Puts the visualizer into the program: bundles `web` with Node, or takes a bundle that `FEAGI_WEB_DIST`
//! names, and writes a list of its files for `src/visualizer.rs`.
//!
//! Without Node, or when its packages cannot be fetched, the program is built all the same, with a page
//! that says what is missing. Of the source tree only `web/node_modules` is written.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    #[cfg(feature = "visualizer")]
    visualizer::build();
}

#[cfg(feature = "visualizer")]
#[path = "build/assets.rs"]
mod assets;

#[cfg(feature = "visualizer")]
#[path = "build/bundle.rs"]
mod bundle;

#[cfg(feature = "visualizer")]
mod visualizer {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{assets, bundle};

    /// Names a folder with a bundle.
    const DIST: &str = "FEAGI_WEB_DIST";

    pub(super) fn build() {
        println!("cargo:rerun-if-changed=build");
        println!("cargo:rerun-if-env-changed={DIST}");
        let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names a folder"));
        let folder = match std::env::var_os(DIST).filter(|folder| !folder.is_empty()) {
            Some(folder) => given(Path::new(&folder)),
            None => bundled(&out),
        };
        if let Err(problem) = assets::list(&folder, &out) {
            fail(&problem);
        }
    }

    /// The folder that somebody else has put a bundle into.
    fn given(folder: &Path) -> PathBuf {
        // Cargo runs this in the crate's folder, and people mean the one that they are in.
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        if !folder.join("index.html").is_file() {
            fail(&format!(
                "{DIST} names {}, which holds no index.html; name the folder that `npm run build` in web \
                 makes, by its whole path, or unset {DIST}",
                folder.display()
            ));
        }
        println!("cargo:rerun-if-changed={}", folder.display());
        folder
    }

    /// A bundle of the sources beside this crate, or a page that says why there is none.
    fn bundled(out: &Path) -> PathBuf {
        let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
        let to = out.join("web");
        match bundle::bundle(&web, &to, &out.join("web-sources")) {
            Ok(()) => {}
            Err(bundle::Problem::Missing(sentence)) => {
                println!("cargo:warning=the visualizer is left out: {sentence}");
                if let Err(problem) = assets::plain_page(&to, &sentence) {
                    fail(&problem);
                }
            }
            Err(bundle::Problem::Broken(what)) => fail(&format!(
                "the visualizer cannot be bundled; mend it, name a bundle with {DIST}, or build with \
                 --no-default-features:\n{what}"
            )),
        }
        to
    }

    fn fail(problem: &str) -> ! {
        eprintln!("{problem}");
        std::process::exit(1);
    }
}
