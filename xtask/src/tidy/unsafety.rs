//! Unsafe code stays where it is expected, so that a review knows where to look.

use proc_macro2::TokenTree;

use super::Finding;
use super::source::walk;
use super::tree::Tree;

/// Files that may hold unsafe code. Each is small, has one reason for it and states it at its top.
const ALLOWED: [&str; 1] = ["crates/feagi-burst-engine/src/pool.rs"];

const FIX: &str =
    "write it in safe code; a file that cannot goes into xtask/src/tidy/unsafety.rs with its reason";

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for source in tree.sources.iter().filter(|source| !is_allowed(&source.path)) {
        walk(&source.tokens, &mut |tokens| {
            if matches!(&tokens[0], TokenTree::Ident(word) if word == "unsafe") {
                let line = tokens[0].span().start().line;
                findings.push(Finding::new(&source.path, line, "unsafe code", FIX));
            }
        });
    }
    Ok(findings)
}

/// Counting allocators of tests implement an unsafe trait; their files have `alloc` in the name.
fn is_allowed(path: &str) -> bool {
    let allocator = path.split_once("/tests/").is_some_and(|(_, name)| name.contains("alloc"));
    allocator || ALLOWED.contains(&path)
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture;
    use super::*;

    const TEXT: &str = "// unsafe in a comment\nfn a() {\n    if true { unsafe { core::hint::unreachable_unchecked() } }\n}\n";

    fn lines(path: &str) -> Vec<Option<usize>> {
        let (_guard, tree) = fixture::tree(&[(path, TEXT)]);
        check(&tree).unwrap().iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn unsafe_code_is_found_outside_the_list() {
        assert_eq!(lines("crates/a/src/lib.rs"), [Some(3)]);
        assert_eq!(lines("crates/a/tests/behaviour.rs"), [Some(3)]);
        assert_eq!(lines("crates/feagi-genome/src/pool.rs"), [Some(3)]);
    }

    #[test]
    fn the_pool_and_counting_allocators_may_hold_it() {
        assert_eq!(lines("crates/feagi-burst-engine/src/pool.rs"), []);
        assert_eq!(lines("crates/feagi-burst-engine/tests/bursts_do_not_allocate.rs"), []);
    }
}
