//! What must not stand in a source: emoji, and the marks of unfinished or dead code.
//!
//! The marks are looked for among tokens, so a comment or a string may speak of them.

use proc_macro2::{TokenStream, TokenTree};

use super::Finding;
use super::source::walk;
use super::tree::Tree;

/// Files in which people write text, by extension. Files without one (`run`, `LICENSE`) count too.
const TEXTS: [&str; 11] = ["rs", "md", "toml", "sh", "yml", "yaml", "py", "pyi", "ts", "js", "html"];

const PLAIN: &str = "say it in words; a test that needs the character writes it as an escape";
const FINISH: &str = "finish it, or leave it out until it is needed";
const DELETE: &str = "delete the code; a later change can bring it back";

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in &tree.files {
        let name = path.rsplit('/').next().unwrap_or_default();
        if name.rsplit_once('.').is_none_or(|(_, extension)| TEXTS.contains(&extension)) {
            check_text(tree, path, &mut findings);
        }
    }
    for source in &tree.sources {
        walk(&source.tokens, &mut |tokens| {
            if let Some((what, fix)) = mark(tokens) {
                let line = tokens[0].span().start().line;
                findings.push(Finding::new(&source.path, line, what, fix));
            }
        });
    }
    Ok(findings)
}

/// Files that are not UTF-8 hold no text and are passed over.
fn check_text(tree: &Tree, path: &str, findings: &mut Vec<Finding>) {
    for (index, line) in tree.text(path).unwrap_or_default().lines().enumerate() {
        if let Some(symbol) = line.chars().find(|&symbol| is_emoji(symbol)) {
            let what = format!("an emoji, U+{:04X}", u32::from(symbol));
            findings.push(Finding::new(path, index + 1, what, PLAIN));
        }
    }
}

/// Pictures, dingbats and the selector that turns a sign into a picture; arrows, mathematics and
/// box drawing are text.
fn is_emoji(symbol: char) -> bool {
    matches!(u32::from(symbol), 0x2600..=0x27BF | 0x2B50 | 0x2B55 | 0x2B1B..=0x2B1C | 0xFE0F | 0x1F000..=0x1FAFF)
}

fn mark(tokens: &[TokenTree]) -> Option<(String, &'static str)> {
    let [TokenTree::Ident(first), second, ..] = tokens else { return None };
    let name = first.to_string();
    match (name.as_str(), second) {
        ("todo" | "unimplemented", TokenTree::Punct(sign)) if sign.as_char() == '!' => {
            Some((format!("unfinished code: {name}!"), FINISH))
        }
        ("allow" | "expect", TokenTree::Group(lints)) if names(&lints.stream(), "dead_code") => {
            Some((format!("{name}(dead_code)"), DELETE))
        }
        _ => None,
    }
}

fn names(tokens: &TokenStream, wanted: &str) -> bool {
    tokens.clone().into_iter().any(|token| matches!(token, TokenTree::Ident(ident) if ident == wanted))
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture;
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<(Option<usize>, String)> {
        let (_guard, tree) = fixture::tree(&[(path, text)]);
        check(&tree).unwrap().into_iter().map(|finding| (finding.line, finding.what)).collect()
    }

    #[test]
    fn unfinished_and_dead_code_is_found_wherever_it_hides() {
        let text = "#[allow(unused, dead_code)]\nfn a() {\n    if true { todo!() }\n    vec![unimplemented!(\"x\")];\n}\n";
        let expected = [
            (Some(1), "allow(dead_code)".to_owned()),
            (Some(3), "unfinished code: todo!".to_owned()),
            (Some(4), "unfinished code: unimplemented!".to_owned()),
        ];
        assert_eq!(findings("crates/a/src/lib.rs", text), expected);
        assert_eq!(findings("crates/a/src/lib.rs", "#![expect(dead_code)]\n").len(), 1);
    }

    #[test]
    fn comments_and_strings_may_speak_of_it() {
        let text = "// no todo!() here\nconst A: &str = \"allow(dead_code)\";\nfn todo() {}\n";
        assert_eq!(findings("crates/a/src/lib.rs", text), []);
    }

    #[test]
    fn emoji_are_found_in_every_text_and_signs_are_not_emoji() {
        let rocket = "one\ntwo \u{1F680}\n";
        for path in ["README.md", ".ci/run", "Cargo.toml"] {
            assert_eq!(findings(path, rocket), [(Some(2), "an emoji, U+1F680".to_owned())], "{path}");
        }
        assert_eq!(findings("README.md", "\u{2713}\n").len(), 1);
        assert_eq!(findings("README.md", "a \u{2192} b \u{2264} c \u{2500} \u{00D7} \u{2026}\n"), []);
        assert_eq!(findings("picture.png", rocket), []);
    }
}
