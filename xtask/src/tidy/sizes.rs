//! Files and functions that grew past what a reader keeps in mind.

use super::Finding;
use super::tree::Tree;

/// Production lines of a file above which splitting deserves a thought.
const FILE_WARNING: usize = 500;
/// Production lines that a file must not exceed.
const FILE_LIMIT: usize = 600;
/// Lines that a function must not exceed.
const FUNCTION_LIMIT: usize = 100;

pub(super) fn check(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for source in tree.sources.iter().filter(|source| source.is_production()) {
        let lines = source.production_lines();
        if lines > FILE_WARNING {
            let what =
                format!("{lines} production lines, {FILE_WARNING} is a lot and {FILE_LIMIT} the limit");
            let finding = Finding::new(&source.path, None, what, "split it where it changes subject");
            findings.push(if lines > FILE_LIMIT { finding } else { finding.warning() });
        }
        for function in source.functions.iter().filter(|function| function.lines > FUNCTION_LIMIT) {
            let what =
                format!("{} has {} lines, the limit is {FUNCTION_LIMIT}", function.name, function.lines);
            findings.push(Finding::new(
                &source.path,
                function.line,
                what,
                "move each of its steps to a function",
            ));
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::super::tree::fixture;
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<(bool, Option<usize>)> {
        let (_guard, tree) = fixture::tree(&[(path, text)]);
        check(&tree).unwrap().iter().map(|finding| (finding.warning, finding.line)).collect()
    }

    const PLACE: &str = "crates/a/src/lib.rs";

    #[test]
    fn files_warn_first_and_fail_later() {
        let constants = |count: usize| "const _: u8 = 0;\n".repeat(count);
        assert_eq!(findings(PLACE, &constants(500)), []);
        assert_eq!(findings(PLACE, &constants(501)), [(true, None)]);
        assert_eq!(findings(PLACE, &constants(600)), [(true, None)]);
        assert_eq!(findings(PLACE, &constants(601)), [(false, None)]);
        assert_eq!(findings("crates/a/tests/long.rs", &constants(601)), []);
    }

    #[test]
    fn lines_of_tests_do_not_count() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "const _: u8 = 0;\n".repeat(900));
        assert_eq!(findings(PLACE, &tests), []);
    }

    #[test]
    fn long_functions_fail_at_their_line() {
        let function = |body: usize| format!("\nfn long() {{\n{}}}\n", "    ();\n".repeat(body));
        assert_eq!(findings(PLACE, &function(98)), []);
        assert_eq!(findings(PLACE, &function(99)), [(false, Some(2))]);
    }

    #[test]
    fn methods_count_as_functions() {
        let method = format!("struct A;\nimpl A {{\nfn long() {{\n{}}}\n}}\n", "    ();\n".repeat(120));
        assert_eq!(findings(PLACE, &method), [(false, Some(3))]);
    }
}
