//! The dictionaries: what the contracts are made of (members, enum names, XML names and namespaces), and the words of
//! each format and of HTTP.

use crate::contracts::kinds;
use std::collections::BTreeSet;
use std::path::Path;
use usertwin::apis::Apis;
use usertwin::contract::{ARRAYS, EnumType, Kind, SERIALIZATION};

const JSON: &[&str] = &[
    "null",
    "true",
    "false",
    "undefined",
    "NaN",
    "Infinity",
    "-Infinity",
    "new Date(",
    "0x1F",
    "017",
    "1e400",
    "9223372036854775808",
    "-2147483649",
    "2147483648",
    "$id",
    "$ref",
    "$type",
    "$value",
    "$values",
    "/*",
    "*/",
    "//",
    "\\ud83d",
    "\\ude00",
    "\\u0000",
    "/Date(1711613569359+0100)/",
    "2024-03-28T08:12:49.3595132Z",
    "2024-03-28T08:12:49+00:00",
    "{}",
    "[]",
    "[[",
    "{\"\":",
    "',",
    "\u{feff}",
];
const XML: &[&str] = &[
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&lt;",
    "&amp;",
    "&#x0;",
    "&#xD83D;",
    "&#xDE00;",
    "&#x10FFFF;",
    "&#65;",
    "&b;",
    "xmlns=\"",
    "xmlns:i=\"",
    "xmlns:z=\"",
    "xmlns:xsi=\"",
    "http://www.w3.org/2001/XMLSchema-instance",
    "http://www.w3.org/2001/XMLSchema",
    "i:nil=\"true\"",
    "xsi:nil=\"1\"",
    "i:type=\"",
    "xsi:type=\"",
    "z:Id=\"1\"",
    "z:Ref=\"1\"",
    "z:Id=\"i1\"",
    "/>",
    "</",
    "--02-29",
    "03:04:05Z",
    "2024-05:00",
    "Key",
    "Value",
    "true",
    "1",
];
const HTTP: &[&str] = &[
    "GET ",
    "POST ",
    "PUT ",
    "PATCH ",
    "DELETE ",
    "HEAD ",
    "OPTIONS ",
    "Accept: ",
    "Accept-Charset: ",
    "Content-Type: ",
    "Content-Length: 0",
    "Transfer-Encoding: chunked",
    "X-Requested-With: XMLHttpRequest",
    "Authorization: Bearer good",
    "Authorization: Bearer old",
    "Authorization: Basic YXBwOnNlY3JldA==",
    "AuthToken: good",
    "Host: t2.localhost",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: a:9",
    "X-Strict: 1",
    "Prefer: status=503",
    "application/json",
    "text/json",
    "text/javascript",
    "application/xml",
    "text/xml",
    "application/bson",
    "application/x-www-form-urlencoded",
    "application/json-patch+json",
    "*/*",
    "text/*",
    ";q=0.5",
    ";q=0",
    "; charset=utf-16",
    "; charset=utf-8",
    "charset=\"utf-8\"",
    "\n%%%\n",
    "\n\n",
    "?expand=resourceIDs",
    "?pageSize=1&pageNumber=0&includeTotal=true",
    "?IncludeSuperUsers=true",
    "/w/t-1",
    "/_usertwin/worlds/main/",
    "%2F",
    "%00",
    "%2e%2e",
    "//",
    "%",
];
const PATCH: &[&str] = &[
    "\"op\":",
    "\"path\":",
    "\"from\":",
    "\"value\":",
    "add",
    "remove",
    "replace",
    "move",
    "copy",
    "test",
    "Add,Remove",
    "/displayName",
    "/email",
    "/roles",
    "/roles/-",
    "/roles/0",
    "/num",
    "/opt",
    "/flag",
    "/ro",
    "/arr",
    "/arr/0",
    "/nul",
    "/nulList",
    "/id",
    "~0",
    "~1",
    "/enabled",
    "/name",
];

/// Writes a dictionary for each target.
pub fn write(folder: &Path) {
    let contracts = words_of_contracts();
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>();
    let state = words_of_documents();
    for (target, words) in [
        ("json", [owned(JSON), contracts.clone()].concat()),
        ("data_contract", [owned(XML), contracts.clone()].concat()),
        ("xml_serializer", [owned(XML), contracts.clone()].concat()),
        ("bson", contracts.iter().map(|word| format!("{word}\0")).collect()),
        (
            "form",
            [owned(&["&", "=", "[0]", "[]", ".index=", "%5B", "%5D", "+", "%C3%BC", "%"]), contracts.clone()].concat(),
        ),
        ("patch", [owned(PATCH), owned(JSON)].concat()),
        ("state", [state.clone(), owned(JSON)].concat()),
        ("growth", [owned(JSON), owned(XML), owned(PATCH), contracts.clone(), state.clone()].concat()),
        ("negotiation", [owned(HTTP), owned(JSON), owned(XML), contracts.clone()].concat()),
        ("paths", [owned(HTTP), words_of_templates()].concat()),
        (
            "server",
            [owned(HTTP), owned(JSON), owned(XML), owned(PATCH), contracts, state, words_of_templates()].concat(),
        ),
    ] {
        std::fs::create_dir_all(folder).unwrap();
        let lines: Vec<String> = words.iter().filter(|word| !word.is_empty()).map(|word| line(word)).collect();
        std::fs::write(folder.join(format!("{target}.dict")), lines.concat()).unwrap();
    }
}

trait Concat {
    fn concat(self) -> BTreeSet<String>;
}

impl<const N: usize> Concat for [BTreeSet<String>; N] {
    fn concat(self) -> BTreeSet<String> {
        self.into_iter().flatten().collect()
    }
}

/// A word as libFuzzer reads it.
fn line(word: &str) -> String {
    let escaped = word.bytes().map(|byte| match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        other => format!("\\x{other:02X}"),
    });
    format!("\"{}\"\n", escaped.collect::<String>())
}

fn words_of_contracts() -> BTreeSet<String> {
    let mut words = BTreeSet::from([SERIALIZATION.to_owned(), ARRAYS.to_owned()]);
    Apis::four().iter().flat_map(kinds).for_each(|kind| of_kind(&kind, &mut words));
    words
}

fn of_kind(kind: &Kind, words: &mut BTreeSet<String>) {
    match kind.underlying() {
        Kind::Object(class) => {
            words.extend([kind.data_contract_name(), kind.xml_serializer_name(), class.namespace.to_owned()]);
            for member in &class.plan().members {
                words.insert(member.name.to_owned());
                of_kind(&member.kind, words);
            }
        }
        Kind::List(list) => {
            words.extend([kind.data_contract_name(), kind.xml_serializer_name()]);
            of_kind(&list.item, words);
        }
        Kind::Dictionary(of) => {
            words.insert(of.entry_name());
            of_enum(of.key, words);
            of_kind(&of.value, words);
        }
        Kind::Enum(of) => of_enum(of, words),
        _ => {}
    }
}

fn of_enum(of: &EnumType, words: &mut BTreeSet<String>) {
    words.insert(of.name.to_owned());
    words.extend(of.members.iter().map(|(name, _)| (*name).to_owned()));
}

fn words_of_templates() -> BTreeSet<String> {
    let apis = Apis::four();
    let templates = apis.iter().flat_map(|api| api.operations).flat_map(|operation| operation.action.templates);
    templates.flat_map(|template| template.split('/')).filter(|part| !part.contains('{')).map(str::to_owned).collect()
}

/// The names and texts of the demo document, which are those that mean something in one.
fn words_of_documents() -> BTreeSet<String> {
    let demo = include_str!("../../src/apis/demo.json");
    demo.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}
