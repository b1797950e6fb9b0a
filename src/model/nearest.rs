//! The known names that a mistyped one may stand for, nearest first.

/// Names that a sentence lists.
const LISTED: usize = 12;
/// Letters of a longer name are not compared: nobody mistypes so much.
const LONGEST: usize = 64;

/// The names as a sentence lists them: the nearest first, and how many more there are.
pub(crate) fn listed<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    let unknown: String = unknown.to_lowercase().chars().take(LONGEST).collect();
    known.sort_by_cached_key(|name| strsim::levenshtein(&unknown, &name.to_lowercase()));
    let mut names = known.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
    if let Some(more) = known.len().checked_sub(LISTED).filter(|more| *more > 0) {
        names.push_str(&format!(" and {more} more"));
    }
    names
}

/// The known name that a mistyped one most likely stands for: a third of its letters at most are wrong.
pub(crate) fn meant<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let unknown: String = unknown.to_lowercase().chars().take(LONGEST).collect();
    let distances = known.into_iter().map(|name| (strsim::damerau_levenshtein(&unknown, &name.to_lowercase()), name));
    let (distance, name) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= (name.chars().count() / 3).max(1)).then_some(name)
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

    #[test]
    fn a_name_is_meant_by_one_that_is_nearly_it_and_by_no_other() {
        let known = ["users", "username", "email", "pbnb", "id"];
        for (unknown, name) in [("userName", "username"), ("user", "users"), ("emial", "email"), ("PBNB", "pbnb")] {
            assert_eq!(meant(unknown, known), Some(name), "{unknown}");
        }
        for unknown in ["address", "x", "phone", ""] {
            assert!(meant(unknown, known).is_none_or(|name| name == "id"), "{unknown}");
        }
        assert_eq!(meant("address", known), None);
    }
}
