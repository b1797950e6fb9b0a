//! The known names that a mistyped one may stand for, nearest first.

/// Names that a sentence lists.
const LISTED: usize = 12;
/// Letters of a longer name are not compared: nobody mistypes so much.
const LONGEST: usize = 64;

/// The names as a sentence lists them: the nearest first, and how many more there are.
pub(super) fn listed<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    let unknown: Vec<char> = unknown.to_lowercase().chars().take(LONGEST).collect();
    known.sort_by_cached_key(|name| edits(&unknown, &name.to_lowercase().chars().collect::<Vec<_>>()));
    let mut names = known.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
    if let Some(more) = known.len().checked_sub(LISTED).filter(|more| *more > 0) {
        names.push_str(&format!(" and {more} more"));
    }
    names
}

/// How many letters have to be put in, taken out or replaced to make one name of the other.
fn edits(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut left = at + 1;
        let mut above_left = at;
        for (known, cell) in other.iter().zip(row.iter_mut().skip(1)) {
            let above = *cell;
            left = (above_left + usize::from(letter != known)).min(above + 1).min(left + 1);
            (above_left, *cell) = (above, left);
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_count_what_has_to_change() {
        for (one, other, expected) in
            [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("same", "same", 0), ("getUsr", "getUser", 1)]
        {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(edits(&letters(one), &letters(other)), expected, "{one} {other}");
        }
    }

    #[test]
    fn the_nearest_name_comes_first_and_a_long_list_ends() {
        assert_eq!(listed("GETUSR", ["patchUser", "getUser", "listUsers"]), "getUser, patchUser, listUsers");
        let many: Vec<String> = (10..30).map(|n| format!("name{n}")).collect();
        let found = listed("name29", many.iter().map(String::as_str));
        assert!(found.starts_with("name29, ") && found.ends_with(" and 8 more"), "{found}");
        assert!(listed(&"x".repeat(1_000_000), ["a"]).starts_with('a'));
    }
}
