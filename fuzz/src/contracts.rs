//! Every contract of the four APIs, found in their tables of operations: the bodies they take, the forms they read by
//! themselves and the values they answer. A fifth API is fuzzed as soon as it is in `Apis::four`.

use std::collections::HashSet;
use usertwin::apis::operation::AnswerContent;
use usertwin::apis::{Api, Apis, Framework};
use usertwin::codec::view::Layout;
use usertwin::codec::{BSON, Codec, DATA_CONTRACT_XML, FORM, JSON_ENUM_NAMES, XML_SERIALIZER_XML};
use usertwin::contract::Kind;
use usertwin::frameworks::webapi::BindFrom;

/// What ASP.NET Core's applications read and write.
const CORE: &[&Codec] = &[&JSON_ENUM_NAMES];

/// A contract in a format that its API reads.
#[derive(Debug, Clone, Copy)]
pub struct Contract {
    /// The API.
    pub api: &'static Api,
    /// The format.
    pub codec: &'static Codec,
    /// What is read.
    pub kind: Kind,
}

/// The formats of an API.
#[must_use]
pub fn codecs(api: &Api) -> Vec<&'static Codec> {
    match api.framework {
        Framework::WebApi(formatters) => formatters.iter().map(|formatter| formatter.codec).collect(),
        Framework::AspNetCore(_) => CORE.to_vec(),
    }
}

/// What an API reads and writes, each type once.
#[must_use]
pub fn kinds(api: &'static Api) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for operation in api.operations {
        let body = operation.action.parameters.iter().filter(|parameter| parameter.from == BindFrom::Body);
        kinds.extend(body.map(|parameter| parameter.kind));
        kinds.extend(operation.form.map(Kind::Object));
        kinds.extend(operation.answers.iter().filter_map(|answer| match answer.content {
            AnswerContent::Value(kind) => Some(kind),
            AnswerContent::Empty | AnswerContent::HttpError => None,
        }));
    }
    let mut seen = HashSet::new();
    kinds.retain(|kind| seen.insert(kind.clr_name()));
    kinds
}

/// Every contract in the formats that are wanted.
#[must_use]
pub fn contracts(wanted: fn(&Codec) -> bool) -> Vec<Contract> {
    let mut found = Vec::new();
    for api in &Apis::four() {
        // A form is read with its own media type, whatever the application's formatters are.
        let form = api.operations.iter().filter_map(|operation| operation.form);
        found.extend(form.map(|class| Contract { api, codec: &FORM, kind: Kind::Object(class) }));
        for codec in codecs(api) {
            found.extend(kinds(api).into_iter().map(|kind| Contract { api, codec, kind }));
        }
    }
    found.retain(|contract| wanted(contract.codec));
    found
}

/// The contract that a byte chooses.
#[must_use]
pub fn chosen(contracts: &[Contract], byte: u8) -> Contract {
    contracts[usize::from(byte) % contracts.len()]
}

/// The format of a target that is named after it.
#[must_use]
pub fn wanted_by(target: &str) -> fn(&Codec) -> bool {
    match target {
        "json" => |codec| matches!(codec.view().layout, Layout::Tree) && codec.view().binary.is_none(),
        "data_contract" => |codec| *codec == DATA_CONTRACT_XML,
        "xml_serializer" => |codec| *codec == XML_SERIALIZER_XML,
        "bson" => |codec| *codec == BSON,
        "form" => |codec| *codec == FORM,
        other => panic!("no target reads {other}"),
    }
}
