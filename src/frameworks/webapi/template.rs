//! Route templates: literals, `{name}`, `{name:int}` and `{name:guid}`, compared with the parts of a decoded path.

use crate::codec::convert::guid;

/// A parsed template.
#[derive(Debug)]
pub(crate) struct Template {
    segments: Vec<Segment>,
    /// The number of parts that it takes: its segments and the separators between them.
    length: usize,
    precedence: Vec<u8>,
}

#[derive(Debug)]
enum Segment {
    Literal(&'static str),
    Parameter(&'static str, Constraint),
}

#[derive(Debug, Clone, Copy)]
enum Constraint {
    None,
    Int,
    Guid,
}

impl Template {
    /// An unknown constraint constrains nothing.
    pub(crate) fn parse(template: &'static str) -> Template {
        let segments: Vec<Segment> = template.split('/').filter(|text| !text.is_empty()).map(Segment::parse).collect();
        let precedence = segments.iter().map(Segment::precedence).collect();
        Template { length: (2 * segments.len()).saturating_sub(1), segments, precedence }
    }

    /// The framework's ranks, segment by segment; the lower sequence is tried first.
    pub(crate) fn precedence(&self) -> &[u8] {
        &self.precedence
    }

    /// Names of the parameters.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Parameter(name, _) => Some(*name),
            Segment::Literal(_) => None,
        })
    }

    /// The last literal segment.
    pub(super) fn last_literal(&self) -> Option<&'static str> {
        self.segments.iter().rev().find_map(|segment| match segment {
            Segment::Literal(text) => Some(*text),
            Segment::Parameter(..) => None,
        })
    }

    /// The number of parts of a path that fits, without separators at its end.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// Whether a path fits: literals without regard to case, and nothing but separators may follow. Quirk: a doubled
    /// separator counts as a segment of its own, so `a//b` does not fit `a/b` (oracle: rt-get-dblslash).
    pub(crate) fn matches(&self, parts: &[&str]) -> bool {
        let Some((own, rest)) = parts.split_at_checked(self.length) else { return false };
        // Backwards, because the templates of an API differ in their last segments.
        rest.iter().all(|part| *part == "/")
            && own.chunks(2).zip(&self.segments).rev().all(|(parts, segment)| match parts {
                [part] => segment.fits(part),
                [part, separator] => segment.fits(part) && *separator == "/",
                _ => false,
            })
    }

    /// Names and values of the parameters of a path that fits.
    pub(crate) fn values(&self, parts: &[&str]) -> Vec<(&'static str, String)> {
        let mut values = Vec::with_capacity(self.segments.len());
        for (segment, parts) in self.segments.iter().zip(parts.chunks(2)) {
            if let (Segment::Parameter(name, _), Some(part)) = (segment, parts.first()) {
                values.push((*name, (*part).to_owned()));
            }
        }
        values
    }
}

impl Segment {
    fn parse(text: &'static str) -> Segment {
        let Some(inner) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
            return Segment::Literal(text);
        };
        match inner.split_once(':') {
            Some((name, "int")) => Segment::Parameter(name, Constraint::Int),
            Some((name, "guid")) => Segment::Parameter(name, Constraint::Guid),
            Some((name, _)) => Segment::Parameter(name, Constraint::None),
            None => Segment::Parameter(inner, Constraint::None),
        }
    }

    fn precedence(&self) -> u8 {
        match self {
            Segment::Literal(_) => 1,
            Segment::Parameter(_, Constraint::None) => 3,
            Segment::Parameter(..) => 2,
        }
    }

    fn fits(&self, part: &str) -> bool {
        match self {
            // As documented, nearly always; comparing without case takes several times as long.
            Segment::Literal(text) => *text == part || text.eq_ignore_ascii_case(part),
            Segment::Parameter(_, Constraint::None) => true,
            Segment::Parameter(_, Constraint::Int) => is_int(part),
            Segment::Parameter(_, Constraint::Guid) => guid::parse(part).is_some(),
        }
    }
}

/// `Int32.TryParse` of an integer: a sign, and the blanks that .NET's number parser knows, around digits.
fn is_int(part: &str) -> bool {
    part.trim_matches(|letter| matches!(letter, '\t'..='\r' | ' ')).parse::<i32>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frameworks::webapi::path::parts;

    fn fits(template: &'static str, path: &str) -> bool {
        Template::parse(template).matches(&parts(path))
    }

    #[test]
    fn case_and_trailing_separators_do_not_matter() {
        for path in ["v1/users/7", "V1/USERS/7", "v1/users/7/", "v1/users/7//"] {
            assert!(fits("v1/users/{id}", path), "{path}");
        }
        for path in ["v1/users", "v1/users/", "v1//users/7", "v1/users/7/x", "v1/users//7"] {
            assert!(!fits("v1/users/{id}", path), "{path}");
        }
    }

    #[test]
    fn constraints_refuse_what_does_not_parse() {
        assert!(fits("{id:int}", " -7 ") && !fits("{id:int}", "abc") && !fits("{id:int}", "2147483648"));
        assert!(!fits("{id:int}", "\u{a0}7") && !fits("{id:int}", "0x7"));
        assert!(fits("{id:guid}", "00112233445566778899aabbccddeeff") && !fits("{id:guid}", "7"));
    }

    #[test]
    fn values_are_the_segments_at_the_parameters() {
        let template = Template::parse("a/{x}/b/{y:int}");
        let expected = [("x", "1 2".to_owned()), ("y", "3".to_owned())];
        assert_eq!(template.values(&parts("a/1 2/b/3/")), expected);
    }

    #[test]
    fn literals_are_tried_before_parameters() {
        let literal = Template::parse("users/paged");
        assert!(literal.precedence() < Template::parse("users/{id:int}").precedence());
        assert!(Template::parse("users/{id:int}").precedence() < Template::parse("users/{id}").precedence());
    }
}
