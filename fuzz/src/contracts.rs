//! Every contract of the four APIs, found in their tables of operations: the bodies they take, the forms they read by
//! themselves and the values they answer. A fifth API is fuzzed as soon as it is in `APIS`.

use std::collections::HashSet;
use usertwin::apis::operation::AnswerContent;
use usertwin::apis::{APIS, Api, Framework};
use usertwin::codec::EnumStyle;
use usertwin::contract::Kind;
use usertwin::frameworks::webapi::{Format, From};

/// What ASP.NET Core's applications read and write.
const CORE: &[Format] = &[Format::Json(EnumStyle::Names)];

/// A contract in a format that its API reads.
#[derive(Debug, Clone, Copy)]
pub struct Contract {
    /// The API.
    pub api: &'static Api,
    /// The format.
    pub format: Format,
    /// What is read.
    pub kind: Kind,
}

/// The formats of an API.
#[must_use]
pub fn formats(api: &Api) -> Vec<Format> {
    match api.framework {
        Framework::WebApi(formatters) => formatters.iter().map(|formatter| formatter.format).collect(),
        Framework::AspNetCore(_) => CORE.to_vec(),
    }
}

/// What an API reads and writes, each type once.
#[must_use]
pub fn kinds(api: &'static Api) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for operation in api.operations {
        let body = operation.action.parameters.iter().filter(|parameter| parameter.from == From::Body);
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
pub fn contracts(wanted: fn(Format) -> bool) -> Vec<Contract> {
    let mut found = Vec::new();
    for api in APIS {
        // A form is read with its own media type, whatever the application's formatters are.
        let form = api.operations.iter().filter_map(|operation| operation.form);
        found.extend(form.map(|class| Contract { api, format: Format::Form, kind: Kind::Object(class) }));
        for format in formats(api) {
            found.extend(kinds(api).into_iter().map(|kind| Contract { api, format, kind }));
        }
    }
    found.retain(|contract| wanted(contract.format));
    found
}

/// The contract that a byte chooses.
#[must_use]
pub fn chosen(contracts: &[Contract], byte: u8) -> Contract {
    contracts[usize::from(byte) % contracts.len()]
}

/// The format of a target that is named after it.
#[must_use]
pub fn wanted_by(target: &str) -> fn(Format) -> bool {
    match target {
        "json" => |format| matches!(format, Format::Json(_)),
        "data_contract" => |format| format == Format::DataContractXml,
        "xml_serializer" => |format| format == Format::XmlSerializerXml,
        "bson" => |format| format == Format::Bson,
        "form" => |format| format == Format::Form,
        other => panic!("no target reads {other}"),
    }
}
