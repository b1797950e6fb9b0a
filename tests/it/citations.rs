//! Everything that is cited exists: the sections and rows of docs/spec, the observed pairs and facts of tests/oracle, the
//! help pages of tests/seeds, and the targets of links between documents. The one form of each citation is described in
//! docs/spec/README.md. Published documents cite nothing, because their readers have none of it.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

const FOLDERS: [&str; 12] = [
    "src",
    "tests",
    "docs",
    "openapi",
    "benches",
    "fuzz",
    "examples",
    "migrations",
    "kits",
    "packaging",
    ".ci",
    ".github",
];
/// Data and built files; and this file, whose bad citations are on purpose.
const NOT_READ: [&str; 6] =
    ["tests/seeds", "tests/it/citations.rs", "fuzz/target", "fuzz/corpus", "fuzz/artifacts", "src/control/docs"];
const PAGES: &str = "docs/spec/";
const FACTS: &str = "tests/oracle/README.md";

/// What citations may point at.
struct Library {
    /// The anchors of every Markdown file, by its path from the root.
    anchors: BTreeMap<String, BTreeSet<String>>,
    /// Identifiers of observed pairs and names of causes.
    pairs: BTreeSet<String>,
    /// Numbers of the help pages, three digits each.
    seeds: BTreeSet<String>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file, with its path from the root.
fn files() -> Vec<(String, String)> {
    fn walk(path: &Path, found: &mut Vec<(String, String)>) {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        if NOT_READ.contains(&name.as_str()) || name.ends_with("__pycache__") || name.ends_with("node_modules") {
            return;
        }
        if path.is_dir() {
            let mut entries: Vec<PathBuf> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
            entries.sort();
            entries.iter().for_each(|entry| walk(entry, found));
        } else if let Ok(text) = fs::read_to_string(path) {
            found.push((name, text));
        }
    }
    let mut found = Vec::new();
    FOLDERS.iter().for_each(|folder| walk(&root().join(folder), &mut found));
    for entry in fs::read_dir(root()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "md" || kind == "toml") {
            walk(&path, &mut found);
        }
    }
    found
}

fn library(files: &[(String, String)]) -> Library {
    let markdown = files.iter().filter(|(name, _)| name.ends_with(".md"));
    let anchors: BTreeMap<_, _> = markdown.map(|(name, text)| (name.clone(), anchors(text))).collect();
    let mut pairs = BTreeSet::new();
    let rounds = [include_str!("../oracle/cases.jsonl"), include_str!("../oracle/cases-2.jsonl")];
    for line in rounds.iter().flat_map(|round| round.lines()) {
        pairs.insert(serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned());
    }
    let rounds = [include_str!("../oracle/json-patch-cases.json"), include_str!("../oracle/json-patch-cases-2.json")];
    for round in rounds {
        let patches: Vec<Value> = serde_json::from_str(round).unwrap();
        pairs.extend(patches.iter().map(|case| case["id"].as_str().unwrap().to_owned()));
    }
    // Pairs that are not kept stand in brackets beside the fact they showed, names of causes between backticks.
    let facts = include_str!("../oracle/README.md");
    let words = facts.split(|c: char| c.is_whitespace() || "[](),;`".contains(c));
    pairs.extend(words.filter(|word| is_pair(word)).map(str::to_owned));
    let seeds = fs::read_dir(root().join("tests/seeds")).unwrap();
    let seeds = seeds.map(|entry| entry.unwrap().file_name().into_string().unwrap()[..3].to_owned()).collect();
    Library { anchors, pairs, seeds }
}

/// The anchors of a document: explicit ids, and those that a heading gets from its text.
fn anchors(text: &str) -> BTreeSet<String> {
    let explicit = text.split("<a id=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    let mut found: BTreeSet<String> = explicit.collect();
    let headings = prose(text).into_iter().filter(|line| line.starts_with('#'));
    for heading in headings {
        let heading = heading.trim_start_matches('#').trim();
        let heading = heading.split('<').map(|part| part.split_once('>').map_or(part, |(_, rest)| rest));
        let slug = heading.collect::<String>().to_lowercase().replace(' ', "-");
        found.insert(slug.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect());
    }
    found
}

/// The lines of a document outside its fenced blocks.
fn prose(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let outside = |line: &&str| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    };
    text.lines().filter(outside).collect()
}

/// Whether a word looks like the identifier of a pair or the name of a cause, such as `js-dup` or `J-date`.
fn is_pair(word: &str) -> bool {
    let kinds = "cn js jj jt xm bs fm pd rt ve xp va vx vf em go vn qb qr rv jp njp F J Q X XD U D B H M";
    let Some((kind, rest)) = word.split_once('-') else { return false };
    kinds.split(' ').any(|known| known == kind) && rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '*')
}

/// A file as one line, so that a citation may be broken where a comment is.
fn flow(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim_start();
        let markers = ["///", "//!", "//", "--", "# "];
        markers.iter().find_map(|marker| line.strip_prefix(marker)).unwrap_or(line).trim()
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// One section or row after a page's name, and how it was joined to the one before.
#[derive(Clone)]
struct Place {
    section: String,
    row: Option<String>,
}

/// Reads ` §2, §16 #4, #5 to #7` and gives its places and its length; sections are optional where a page has none.
fn places(text: &str) -> (Vec<Place>, usize) {
    let (mut found, mut at): (Vec<Place>, usize) = (Vec::new(), 0);
    loop {
        let rest = &text[at..];
        let joints: &[&str] = if found.is_empty() { &[" "] } else { &[", ", " to ", " "] };
        let Some(joint) = joints.iter().find(|joint| rest.strip_prefix(**joint).is_some_and(starts_place)) else {
            break;
        };
        let place = &rest[joint.len()..];
        let sign = place.chars().next().unwrap();
        let digits: String =
            place[sign.len_utf8()..].chars().take_while(|c| c.is_ascii_digit() || (sign == '§' && *c == '.')).collect();
        let number = digits.trim_end_matches('.');
        let above = found.last().cloned().unwrap_or(Place { section: String::new(), row: None });
        match (sign, *joint) {
            ('§', " ") if !found.is_empty() => break,
            ('§', _) => found.push(Place { section: number.to_owned(), row: None }),
            (_, " ") if above.row.is_none() && !found.is_empty() => {
                found.pop();
                found.push(Place { section: above.section, row: Some(number.to_owned()) });
            }
            (_, " ") if !found.is_empty() => break,
            _ => found.push(Place { section: above.section, row: Some(number.to_owned()) }),
        }
        at += joint.len() + sign.len_utf8() + number.len();
    }
    (found, at)
}

fn starts_place(text: &str) -> bool {
    let rest = text.strip_prefix('§').or_else(|| text.strip_prefix('#'));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

impl Library {
    /// What is wrong with a file's citations, and how many there are.
    fn check(&self, name: &str, text: &str) -> (Vec<String>, usize) {
        let mut wrong = Vec::new();
        if name.ends_with(".json") || name.ends_with(".jsonl") {
            let published = name.starts_with("openapi/") || name.starts_with("src/openapi/");
            if published && ["§", "spec/", "(oracle", "(seed "].iter().any(|sign| text.contains(sign)) {
                wrong.push("a published document cites a source".to_owned());
            }
            return (wrong, 0);
        }
        let text = flow(text);
        let mut count = self.pages(name, &text, &mut wrong);
        if name != FACTS {
            count += self.oracle(&text, &mut wrong);
        }
        count += self.help_pages(&text, &mut wrong);
        (wrong, count)
    }

    fn pages(&self, name: &str, text: &str, wrong: &mut Vec<String>) -> usize {
        let (mut at, mut count) = (0, 0);
        // Pages of the specification cite their own sections without a name.
        let own = name.strip_prefix(PAGES).and_then(|page| page.strip_suffix(".md")).filter(|page| *page != "README");
        while let Some((start, sign)) =
            ["§", ".md"].iter().filter_map(|sign| Some((at + text[at..].find(sign)?, *sign))).min()
        {
            at = start + sign.len();
            if sign == "§" {
                let Some(page) = own else {
                    wrong.push(format!("a section without its page: {}", around(text, start)));
                    continue;
                };
                let (places, end) = places(&format!(" {}", &text[start..]));
                count += places.len();
                at = start + end.saturating_sub(1).max(sign.len());
                self.resolve(&format!("{PAGES}{page}.md"), &places, wrong);
                continue;
            }
            let word = text[..at].rsplit(|c: char| c.is_whitespace() || "([{`\"|<>,;=".contains(c)).next().unwrap();
            let linked = text[..at - word.len()].ends_with("](");
            // An older form: a page without its folder.
            let stray = word.ends_with("oracle/README.md") || (!word.contains('/') && text[at..].starts_with(" §"));
            if linked || word.contains("://") || !(word.contains("spec/") || stray) {
                continue;
            }
            let file = word.rsplit_once("../").map_or(word, |(_, rest)| rest);
            let fault = match file {
                _ if !file.starts_with(PAGES) && file != FACTS => Some("is not cited from the root"),
                _ if !self.anchors.contains_key(file) => Some("does not exist"),
                _ => None,
            };
            if let Some(fault) = fault {
                wrong.push(format!("{word} {fault}"));
                at += places(&text[at..]).1;
                continue;
            }
            if let Some(anchor) = text[at..].strip_prefix('#') {
                let anchor: String = anchor.chars().take_while(|c| c.is_alphanumeric() || "-_.".contains(*c)).collect();
                let anchor = anchor.trim_end_matches('.');
                if !self.anchors[file].contains(anchor) {
                    wrong.push(format!("{file} has no anchor {anchor}"));
                }
                count += 1;
                continue;
            }
            let (places, end) = places(&text[at..]);
            count += places.len();
            at += end;
            self.resolve(file, &places, wrong);
        }
        count
    }

    fn resolve(&self, file: &str, places: &[Place], wrong: &mut Vec<String>) {
        let page = if file == FACTS { "oracle" } else { file.trim_start_matches(PAGES).trim_end_matches(".md") };
        for place in places {
            let parts =
                [Some(page), Some(place.section.as_str()).filter(|part| !part.is_empty()), place.row.as_deref()];
            let anchor = parts.into_iter().flatten().collect::<Vec<_>>().join("-");
            if !self.anchors.get(file).is_some_and(|anchors| anchors.contains(&anchor)) {
                wrong.push(format!("{file} has no {anchor}"));
            }
        }
    }

    fn oracle(&self, text: &str, wrong: &mut Vec<String>) -> usize {
        let mut count = 0;
        for (start, _) in text.match_indices("oracle: ") {
            let before = count;
            for word in text[start + "oracle: ".len()..].split(", ") {
                let end = word.find(|c: char| c.is_whitespace() || ");`]".contains(c)).unwrap_or(word.len());
                let pair = word[..end].trim_end_matches(['.', ':']);
                if !is_pair(pair) {
                    break;
                }
                count += 1;
                if !self.has_pair(pair) {
                    wrong.push(format!("{pair} was never observed"));
                }
                if end < word.len() {
                    break;
                }
            }
            if count == before {
                wrong.push(format!("no pair: {}", around(text, start)));
            }
        }
        // Other spellings of the same.
        for open in ["[", "(oracle ", "(jp-"] {
            for (start, _) in text.match_indices(open) {
                let inner = text[start..].trim_start_matches(['[', '(']).trim_start_matches("oracle ");
                let word = inner.split([']', ')', ',', ' ']).next().unwrap();
                if is_pair(word) && self.has_pair(word) {
                    wrong.push(format!("not written (oracle: …): {}", around(text, start)));
                }
            }
        }
        count
    }

    fn has_pair(&self, pair: &str) -> bool {
        match pair.strip_suffix('*') {
            Some(start) => self.pairs.iter().any(|known| known.starts_with(start)),
            None => self.pairs.contains(pair),
        }
    }

    fn help_pages(&self, text: &str, wrong: &mut Vec<String>) -> usize {
        let mut count = 0;
        for (start, found) in text.match_indices("eed") {
            let before = text[..start].chars().rev().take(2).collect::<Vec<_>>();
            let word = matches!(before.as_slice(), ['s' | 'S'] | ['s' | 'S', ' ' | '(' | '`' | '|']);
            let rest = &text[start + found.len()..];
            let (rest, several) = rest.strip_prefix('s').map_or((rest, false), |rest| (rest, true));
            let Some(mut rest) = rest.strip_prefix(' ').filter(|_| word) else { continue };
            while let Some(number) = rest.get(..3).filter(|number| number.bytes().all(|c| c.is_ascii_digit())) {
                if rest[3..].starts_with(|c: char| c.is_alphanumeric()) {
                    break;
                }
                count += 1;
                if !self.seeds.contains(number) {
                    wrong.push(format!("there is no seed {number}"));
                }
                let next = rest[3..].strip_prefix(", ").or_else(|| rest[3..].strip_prefix(" and "));
                let Some(next) = next.filter(|_| several) else { break };
                rest = next;
            }
        }
        count
    }

    /// The links of a document that lead nowhere, and how many links it has.
    fn links(&self, name: &str, text: &str) -> (Vec<String>, usize) {
        let (mut wrong, mut count) = (Vec::new(), 0);
        let prose = prose(text).join("\n");
        // What stands between backticks is no link.
        let prose: String = prose.split('`').step_by(2).collect();
        for rest in prose.split("](").skip(1) {
            let target = rest.split([')', ' ']).next().unwrap();
            if ["http://", "https://", "mailto:"].iter().any(|scheme| target.starts_with(scheme)) {
                continue;
            }
            count += 1;
            let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
            let file = if file.is_empty() { name.to_owned() } else { beside(name, file) };
            if !root().join(&file).exists() {
                wrong.push(format!("{target} does not exist"));
            } else if let Some(anchor) = anchor
                && !self.anchors.get(&file).is_some_and(|anchors| anchors.contains(anchor))
            {
                wrong.push(format!("{file} has no anchor {anchor}"));
            }
        }
        (wrong, count)
    }
}

fn around(text: &str, at: usize) -> String {
    let before: String = text[..at].chars().rev().take(30).collect();
    let before: String = before.chars().rev().collect();
    format!("…{before}{}…", text[at..].chars().take(30).collect::<String>())
}

/// A path beside a file, without `..`.
fn beside(name: &str, path: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in Path::new(name).parent().unwrap().join(path).components() {
        match part {
            Component::ParentDir => drop(parts.pop()),
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

#[test]
fn every_citation_resolves() {
    let files = files();
    let library = library(&files);
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (name, text) in &files {
        let (found, cited) = library.check(name, text);
        wrong.extend(found.iter().map(|problem| format!("{name}: {problem}")));
        count += cited;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 200, "only {count} citations were found");
}

#[test]
fn every_link_between_documents_resolves() {
    let files = files();
    let library = library(&files);
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".md")) {
        let (found, links) = library.links(name, text);
        wrong.extend(found.iter().map(|problem| format!("{name}: {problem}")));
        count += links;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 20, "only {count} links were found");
}

#[test]
fn no_page_has_an_anchor_twice() {
    for (name, text) in files().iter().filter(|(name, _)| name.starts_with(PAGES) || name == FACTS) {
        let mut seen = BTreeSet::new();
        for rest in text.split("<a id=\"").skip(1) {
            let id = rest.split('"').next().unwrap();
            assert!(seen.insert(id), "{name} has {id} twice");
        }
    }
}

#[test]
fn citations_of_what_exists_are_counted_and_pass() {
    let library = library(&files());
    for (text, count) in [
        ("//! Types (seed 000, docs/spec/pbnb.md §3, §4).", 3),
        ("/// Chosen (docs/spec/pbnb.md §16 #6; docs/spec/admin-users.md §2).", 2),
        ("/// Chosen (docs/spec/reseller.md\n    /// §15 #11 to #21, #23).", 3),
        ("// As docs/spec/reseller.md §11.3 to §11.6 has it.", 2),
        ("// Seeds 000, 001 and 002; (tests/oracle/README.md #34 to #39).", 5),
        ("// (oracle: js-dup, js-guid-*,\n    // cn-accept-q0_json_only; framework source: X.cs).", 3),
        ("// Not a citation: --ids-seed 123, a seed of 005, a reseed 999, oracle::cases(), [0], notes.md.", 0),
    ] {
        assert_eq!(library.check("src/lib.rs", text), (Vec::new(), count), "{text}");
    }
    assert_eq!(library.check("docs/spec/pbnb.md", "As §16 #10 and §5.1 have it."), (Vec::new(), 2));
}

#[test]
fn citations_of_what_does_not_exist_are_reported() {
    let library = library(&files());
    for (name, text) in [
        ("src/lib.rs", "// (docs/spec/nowhere.md §1)"),
        ("src/lib.rs", "// (docs/spec/pbnb.md §99)"),
        ("src/lib.rs", "// (docs/spec/pbnb.md §5.99)"),
        ("src/lib.rs", "// (docs/spec/pbnb.md §16 #999)"),
        ("src/lib.rs", "// (docs/spec/pbnb.md §16 #6, #999)"),
        ("src/lib.rs", "// (docs/spec/pbnb.md §16 #6 to #999)"),
        ("src/lib.rs", "// (docs/spec/pbnb.md §16\n// #999)"),
        ("src/lib.rs", "// (docs/spec/pbnb.md §2 and §16)"),
        ("src/lib.rs", "// docs/spec/pbnb.md#pbnb-99"),
        ("src/lib.rs", "// (chosen, §15 #8)"),
        ("src/lib.rs", "// (spec/pbnb.md §5)"),
        ("src/lib.rs", "// (tests/oracle/README.md #99)"),
        ("src/lib.rs", "// (oracle/README.md #1)"),
        ("src/lib.rs", "// (oracle: js-never)"),
        ("src/lib.rs", "// (oracle: js-dup, js-never)"),
        ("src/lib.rs", "// (oracle: js-never-*)"),
        ("src/lib.rs", "// (oracle: whatever)"),
        ("src/lib.rs", "// (oracle js-dup)"),
        ("src/lib.rs", "// As observed [js-dup]."),
        ("src/lib.rs", "// Without op (jp-126)."),
        ("src/lib.rs", "// (seed 009)"),
        ("src/lib.rs", "// (seeds 000 and 009)"),
        ("docs/spec/pbnb.md", "As §99 has it."),
        ("docs/spec/pbnb.md", "As §16 #999 has it."),
        ("openapi/pbnb.json", "{\"description\":\"A token (docs/spec/pbnb.md §2).\"}"),
        ("openapi/pbnb.json", "{\"description\":\"A page (seed 000).\"}"),
    ] {
        assert_eq!(library.check(name, text).0.len(), 1, "{name}: {text}");
    }
    for (name, text) in [
        ("README.md", "[a](docs/nowhere.md)"),
        ("README.md", "[a](#nowhere)"),
        ("README.md", "[a](docs/spec/pbnb.md#pbnb-99)"),
        ("docs/choices.md", "[a](docs/choices.md)"),
        ("kits/go/README.md", "[a](../../docs/nowhere.md)"),
    ] {
        assert_eq!(library.links(name, text).0.len(), 1, "{name}: {text}");
    }
    for text in
        ["[a](../README.md#first-test)", "[a](spec/pbnb.md#pbnb-16-6)", "[a](https://example.com/x)", "`[a](no)`"]
    {
        assert_eq!(library.links("docs/choices.md", text).0, [""; 0], "{text}");
    }
}
