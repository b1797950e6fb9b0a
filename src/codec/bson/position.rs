//! The position of a Json.NET reader: the containers around the current token, which give its path and depth.

/// One container around the current token.
#[derive(Debug, Clone, Default)]
enum Container {
    #[default]
    None,
    /// An object and the name met last.
    Object(Option<String>),
    /// An array and the index met last, -1 before the first item.
    Array(i32),
}

/// The containers around the current token, the innermost apart.
#[derive(Debug, Default)]
pub(super) struct Position {
    outer: Vec<Container>,
    current: Container,
}

impl Position {
    /// Enters an object or an array.
    pub(super) fn enter(&mut self, array: bool) {
        self.count_value();
        let inner = if array { Container::Array(-1) } else { Container::Object(None) };
        match std::mem::replace(&mut self.current, inner) {
            Container::None => {}
            around => self.outer.push(around),
        }
    }

    /// Leaves the innermost container.
    pub(super) fn leave(&mut self) {
        self.current = self.outer.pop().unwrap_or_default();
    }

    /// Notes the name of the member that follows.
    pub(super) fn name(&mut self, name: String) {
        if let Container::Object(last) = &mut self.current {
            *last = Some(name);
        }
    }

    /// Counts a finished value, which moves an array's index on.
    pub(super) fn count_value(&mut self) {
        if let Container::Array(index) = &mut self.current {
            *index = index.saturating_add(1);
        }
    }

    /// Whether no container is open.
    pub(super) fn is_outside(&self) -> bool {
        matches!(self.current, Container::None)
    }

    /// Open containers; the one that a start token has just opened does not count yet.
    pub(super) fn depth(&self, on_start: bool) -> usize {
        self.outer.len() + usize::from(!on_start && !self.is_outside())
    }

    /// The index in the array at a depth, by which the serializer notices that it makes no progress.
    pub(super) fn index_at(&self, depth: usize) -> i32 {
        match self.outer.get(depth).unwrap_or(&self.current) {
            Container::Array(index) => *index,
            Container::Object(_) => -1,
            Container::None => 0,
        }
    }

    /// The path of the current token, e.g. `Data.Roles[1].Id`; inside a container that has just been opened, the
    /// container's own path.
    pub(super) fn path(&self, on_start: bool) -> String {
        let current = (!on_start).then_some(&self.current);
        let mut path = String::new();
        for container in self.outer.iter().chain(current) {
            match container {
                Container::Object(Some(name)) => write_name(name, &mut path),
                Container::Array(index) => path.push_str(&format!("[{index}]")),
                Container::Object(None) | Container::None => {}
            }
        }
        path
    }
}

/// A name with letters that have a meaning in paths is written `['…']`.
fn write_name(name: &str, path: &mut String) {
    const SPECIAL: &[char] = &[
        '.', ' ', '\'', '/', '"', '[', ']', '(', ')', '\t', '\n', '\r', '\u{c}', '\u{8}', '\\', '\u{85}', '\u{2028}',
        '\u{2029}',
    ];
    if !name.contains(SPECIAL) {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        return;
    }
    path.push_str("['");
    for letter in name.chars() {
        match letter {
            '\'' => path.push_str("\\'"),
            '\\' => path.push_str("\\\\"),
            '\t' => path.push_str("\\t"),
            '\n' => path.push_str("\\n"),
            '\r' => path.push_str("\\r"),
            '\u{c}' => path.push_str("\\f"),
            '\u{8}' => path.push_str("\\b"),
            '\0'..='\u{1f}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                path.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            other => path.push(other),
        }
    }
    path.push_str("']");
}

#[cfg(test)]
mod tests {
    use super::Position;

    #[test]
    fn a_path_names_members_and_indexes_from_the_outside() {
        let mut position = Position::default();
        position.enter(true);
        assert_eq!(position.path(true), "");
        position.enter(false);
        assert_eq!((position.path(true), position.depth(true)), ("[0]".to_owned(), 1));
        position.name("Roles".to_owned());
        position.enter(true);
        position.count_value();
        position.count_value();
        assert_eq!((position.path(false), position.depth(false)), ("[0].Roles[1]".to_owned(), 3));
        assert_eq!(position.index_at(2), 1);
        position.leave();
        position.name("a b'".to_owned());
        assert_eq!(position.path(false), "[0]['a b\\'']");
    }
}
