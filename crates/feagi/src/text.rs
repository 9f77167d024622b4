//! Making text fit for a terminal.

/// `text` without control characters: names in a genome must not steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// `text` cut or padded to exactly `width` characters.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let mut fitted: String = printable(text).chars().take(width).collect();
    let len = fitted.chars().count();
    fitted.extend(std::iter::repeat_n(' ', width - len));
    fitted
}

/// `number` with the noun in singular or plural.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb"), "a\u{fffd}[2Jb");
        assert_eq!(fit("äöü", 2), "äö");
        assert_eq!(fit("ä", 3), "ä  ");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(counted(1, "warning"), "1 warning");
        assert_eq!(counted(0, "warning"), "0 warnings");
    }
}
