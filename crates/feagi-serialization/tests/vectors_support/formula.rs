//! The formulas in which vectors write long voxel lists: `i`, numbers, `*`, `/`, `mod`, `+`, `-` and brackets.

/// The value of `formula` at `i`.
pub(crate) fn evaluate(formula: &str, i: u64) -> f64 {
    let spaced = formula.replace('(', " ( ").replace(')', " ) ").replace('*', " * ").replace('/', " / ");
    let tokens: Vec<_> = spaced.split_whitespace().collect();
    let (value, rest) = sum(&tokens, i as f64);
    assert!(rest.is_empty(), "cannot read {rest:?} of {formula}");
    value
}

fn sum<'t, 's>(tokens: &'t [&'s str], i: f64) -> (f64, &'t [&'s str]) {
    let (mut value, mut rest) = product(tokens, i);
    while let [operator @ ("+" | "-"), tail @ ..] = rest {
        let (right, tail) = product(tail, i);
        value = if *operator == "+" { value + right } else { value - right };
        rest = tail;
    }
    (value, rest)
}

fn product<'t, 's>(tokens: &'t [&'s str], i: f64) -> (f64, &'t [&'s str]) {
    let (mut value, mut rest) = operand(tokens, i);
    while let [operator @ ("*" | "/" | "mod"), tail @ ..] = rest {
        let (right, tail) = operand(tail, i);
        value = match *operator {
            "*" => value * right,
            "/" => value / right,
            _ => value % right,
        };
        rest = tail;
    }
    (value, rest)
}

fn operand<'t, 's>(tokens: &'t [&'s str], i: f64) -> (f64, &'t [&'s str]) {
    match tokens {
        ["(", tail @ ..] => {
            let (value, rest) = sum(tail, i);
            assert_eq!(rest.first(), Some(&")"), "a bracket is not closed");
            (value, &rest[1..])
        }
        ["i", tail @ ..] => (i, tail),
        [number, tail @ ..] => (number.parse().expect("a number"), tail),
        [] => panic!("the formula ends early"),
    }
}
