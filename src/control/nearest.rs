//! The known names that a mistyped one may stand for, nearest first.

/// Names that a sentence lists.
const LISTED: usize = 12;
/// Letters of a longer name are not compared: nobody mistypes so much.
const LONGEST: usize = 64;

/// The names as a sentence lists them: the nearest first, and how many more there are.
pub(super) fn listed<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    let unknown: String = unknown.to_lowercase().chars().take(LONGEST).collect();
    known.sort_by_cached_key(|name| strsim::levenshtein(&unknown, &name.to_lowercase()));
    let mut names = known.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
    if let Some(more) = known.len().checked_sub(LISTED).filter(|more| *more > 0) {
        names.push_str(&format!(" and {more} more"));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_comes_first_and_a_long_list_ends() {
        assert_eq!(listed("GETUSR", ["patchUser", "getUser", "listUsers"]), "getUser, patchUser, listUsers");
        let many: Vec<String> = (10..30).map(|n| format!("name{n}")).collect();
        let found = listed("name29", many.iter().map(String::as_str));
        assert!(found.starts_with("name29, ") && found.ends_with(" and 8 more"), "{found}");
        assert!(listed(&"x".repeat(1_000_000), ["a"]).starts_with('a'));
    }
}
