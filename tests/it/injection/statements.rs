//! The sources of the store: statements are made of constants, and values are bound.

use crate::layers::{code, sources};
use std::collections::BTreeSet;

/// Literals of a piece of code, each with what stands before it on its line.
fn literals(code: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find('"') {
        let before = rest[..at].rsplit('\n').next().unwrap();
        // A quote between single quotes is a letter.
        if before.ends_with('\'') && rest[at + 1..].starts_with('\'') {
            rest = &rest[at + 2..];
            continue;
        }
        let inside = &rest[at + 1..];
        let mut end = 0;
        while !inside[end..].starts_with('"') {
            end += if inside[end..].starts_with('\\') { 1 } else { 0 };
            end += inside[end..].chars().next().unwrap().len_utf8();
        }
        found.push((before, &inside[..end]));
        rest = &inside[end + 1..];
    }
    found
}

/// Where code puts anything but a constant into a statement: a placeholder of `format!` in a text that reads like SQL, or
/// a text that is pushed behind another and is neither a literal nor a constant.
fn composed(code: &str) -> Vec<String> {
    const WORDS: [&str; 14] = [
        "select ",
        "insert ",
        "update ",
        "delete ",
        "where ",
        "values",
        "pragma ",
        "begin ",
        "order by ",
        "create ",
        "attach ",
        "vacuum ",
        "drop ",
        "limit ",
    ];
    let statement = |text: &str| {
        let text = text.to_lowercase();
        WORDS.iter().any(|word| text.starts_with(word) || text.contains(&format!(" {word}")))
    };
    let mut found: Vec<String> = literals(code)
        .into_iter()
        .filter(|(_, text)| text.contains('{') && statement(text) && !text.contains("--database"))
        .map(|(_, text)| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for (line, rest) in code.lines().filter_map(|line| Some((line, line.split_once("push_str(")?.1))) {
        let constant =
            rest.trim_end_matches([')', ';']).chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
        if !rest.starts_with('"') && !constant {
            found.push(line.trim().to_owned());
        }
    }
    for (at, _) in code
        .match_indices("\" +")
        .chain(code.match_indices("\".to_owned() +"))
        .chain(code.match_indices("\".to_string() +"))
    {
        found.push(code[..at].rsplit('\n').next().unwrap().trim().to_owned());
    }
    found
}

/// Compositions that were looked at: only names of tables, columns and APIs of our own are put in, which are constants
/// of the declarations.
const REVIEWED: &str = include_str!("statements.txt");

#[test]
fn statements_are_made_of_constants_and_values_are_bound() {
    let mut statements = 0;
    let mut gone: BTreeSet<&str> = REVIEWED.lines().collect();
    for (path, text) in sources("store") {
        let code = code(&text);
        statements += literals(&code).iter().filter(|(_, text)| text.contains("where ")).count();
        for found in composed(&code) {
            gone.remove(&*found);
            let reviewed = REVIEWED.lines().any(|known| known == found);
            assert!(reviewed, "{}: is this made of constants only? {found}", path.display());
        }
    }
    assert!(gone.is_empty(), "nothing is composed like this any more: {gone:#?}");
    assert!(statements > 10, "the scan saw {statements} statements with a condition");
}

#[test]
fn the_scan_sees_values_in_statements() {
    for bad in [
        r#"run(&format!("select * from user where name = '{name}'"))"#,
        r#"let sql = format!("insert into user values ({})", name);"#,
        "let sql = format!(\"update user\n  set name = '{}'\", name);",
        r#"sql.push_str(name);"#,
        r#"sql.push_str(&format!(" where id = {id}"));"#,
        r#"let sql = "delete from user where id = ".to_owned() + &id;"#,
    ] {
        assert!(!composed(bad).is_empty(), "{bad}");
    }
    for good in
        [r#"run("select '{' from user where id = ?", [id])"#, r#"sql.push_str(" where id = ?"); sql.push_str(NAMES);"#]
    {
        assert!(composed(&good.replace("'{'", "1")).is_empty(), "{good}");
    }
}
