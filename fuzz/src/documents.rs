//! Checks state documents: problems have a line of the text and a sentence, and what was read is exported to a text
//! that is read as the same.

use crate::memory;
use std::sync::LazyLock;
use usertwin::model::{Diff, Document, Problem, UserRecord};

static DEMO: LazyLock<Document> = LazyLock::new(|| usertwin::Apis::four().demo_seed());

/// Reads a text as a document, and as a user of the demo world.
///
/// # Panics
/// When something does not hold.
pub fn check(text: &str) {
    match memory::bounded(text.as_bytes(), || usertwin::Apis::four().schema().parse(text)) {
        Ok(document) => {
            let exported = document.to_json().to_string();
            assert_eq!(usertwin::Apis::four().schema().parse(&exported), Ok(document.clone()), "{exported}");
            let diff = Diff::between(&DEMO.users, &document.users);
            assert_eq!(diff.is_empty(), diff.added.is_empty() && diff.removed.is_empty() && diff.changed.is_empty());
            assert!(Diff::between(&document.users, &document.users).is_empty());
        }
        Err(problems) => check_problems(&problems, text),
    }
    match parse_user(text) {
        Ok(user) => {
            let exported = user.to_json().to_string();
            assert_eq!(parse_user(&exported), Ok(user), "{exported}");
        }
        Err(problems) => check_problems(&problems, text),
    }
}

fn parse_user(text: &str) -> Result<UserRecord, Vec<Problem>> {
    usertwin::Apis::four().schema().parse_user(text, &DEMO).map(|user| user.record)
}

fn check_problems(problems: &[Problem], text: &str) {
    assert!(!problems.is_empty());
    let lines = text.split('\n').count();
    for problem in problems {
        assert!((1..=lines).contains(&problem.line), "{problem:?} is not in {lines} lines");
        assert!(!problem.to_string().trim().is_empty());
    }
}
