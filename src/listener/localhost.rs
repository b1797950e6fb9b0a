//! Names below `localhost`: each addresses the world of that name, and has a certificate of its own.

/// The part in front of `.localhost`, of a name that ends so, with or without the dot of the root.
#[must_use]
pub fn below_localhost(name: &str) -> Option<&str> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let (below, rest) = name.split_at_checked(name.len().checked_sub(".localhost".len())?)?;
    (rest.eq_ignore_ascii_case(".localhost") && !below.is_empty()).then_some(below)
}
