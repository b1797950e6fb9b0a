//! The public surface of the build without the feature `testing`: the names below and no others, and macros that name
//! nothing else.

use crate::layers::{code, sources};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The names at the root of the crate, modules and macros included.
const ROOT: &str = "
    Apis App AuthMode Config LogFormat Passwords TestClock TestServer TestSnapshot TestUrls TestWorld extend router run serve
    arguments! contract! enumeration! facet! group! list!";

/// What an API in another crate is made of: `usertwin::extend`.
const EXTEND: &str = "
    Action AddressOfUser Advice AnswerContent Api ApiList Argument Attempt BSON BindFrom BindingError Call Class Client Codec Collection
    Conflict Container Content Contracted DATA_CONTRACT_XML DateTime DateTimeKind DefaultValue Denial Dictionary DictionaryType
    Documented Elsewhere EnumMap EnumType Enumeration FORM Facet FacetType FacetUpdate Formatter Framework Grant GrantedBy HttpError
    JSON_ENUM_NAMES JSON_ENUM_NUMBERS Key KeyPart Kind List ListItem ListType Mail Member MemberSink MemberSource ModelError ModelState Mount
    Object ObjectType Operation Outcome Page Parameter Partial Patched Proof Provenance Record Refusal Reply Request Rule Run Sample
    ServerError Source Storable Stored StoredKind StoredMember StoredRecord StoreError TICKS_PER_SECOND Token TokenState
    TokenTransport Transaction TypeName User UserRecord UserWith Value ValueRef Written XML_SERIALIZER_XML aspnetcore body everything
    folded jwt oauth optional required signing_key";

fn source(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    code(&fs::read_to_string(path).unwrap())
}

/// The names that a file exports by `pub use` and `pub mod`, those for tests aside.
fn exported(text: &str) -> BTreeSet<String> {
    let paths = text.split("pub use ").skip(1).filter_map(|rest| rest.split(';').next());
    let names = paths.flat_map(|path| match path.split_once("::{") {
        Some((_, names)) => names.trim_end_matches('}').split(',').collect(),
        None => vec![path.rsplit("::").next().unwrap_or(path)],
    });
    let lines: Vec<&str> = text.lines().collect();
    let for_all = lines.windows(2).filter(|pair| pair[0] != r#"#[cfg(feature = "testing")]"#);
    let modules =
        for_all.filter_map(|pair| pair[1].strip_prefix("pub mod ")).map(|rest| rest.trim_end_matches([' ', '{', ';']));
    names.chain(modules).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

fn listed(names: &str) -> BTreeSet<String> {
    names.split_whitespace().map(str::to_owned).collect()
}

/// The macros for other crates.
fn macros() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (_, text) in sources("") {
        let exported = text.split("#[macro_export]\nmacro_rules! ");
        let named = exported.skip(1).filter_map(|rest| rest.split_whitespace().next());
        names.extend(named.map(|name| format!("{name}!")));
    }
    names.remove("declare_record!");
    names
}

#[test]
fn the_root_shows_these_names() {
    let text = source("lib.rs");
    let (text, hidden) = text.split_once("#[doc(hidden)]").unwrap();
    assert!(hidden.trim_start().starts_with("pub mod __macros {"), "only what macros need is hidden");
    let names: BTreeSet<String> = exported(text).into_iter().chain(macros()).collect();
    assert_eq!(names, listed(ROOT));
}

#[test]
fn a_fifth_api_is_made_of_these_names() {
    assert_eq!(exported(&source("extend.rs")), listed(EXTEND));
}

#[test]
fn macros_name_only_what_other_crates_can() {
    let mut known: BTreeSet<String> = macros().iter().map(|name| name.trim_end_matches('!').to_owned()).collect();
    known.extend(["__macros", "declare_record"].map(str::to_owned));
    for (path, text) in sources("") {
        for rest in text.split("$crate::").skip(1) {
            let name: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            assert!(known.contains(&name), "{}: $crate::{name} is not public", path.display());
        }
    }
}

/// Examples are built with the feature, so the compiler does not see it; `.ci/run` builds this one without.
#[test]
fn the_example_of_a_fifth_api_names_only_what_other_crates_can() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/fifth_api.rs");
    let text = fs::read_to_string(path).unwrap();
    let root: BTreeSet<String> = listed(ROOT).iter().map(|name| name.trim_end_matches('!').to_owned()).collect();
    for rest in code(&text).split("usertwin::").skip(1) {
        let names = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map_or(rest, |(names, _)| names);
        let first = |name: &str| {
            name.trim().split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().map(str::to_owned)
        };
        let names = if names == rest { vec![first(rest)] } else { names.split(',').map(first).collect() };
        assert!(names.iter().flatten().all(|name| name.is_empty() || root.contains(name)), "{names:?}");
    }
}
