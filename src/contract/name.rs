//! The XML names the framework derives from CLR types: data-contract names with their namespace digest, array and
//! dictionary-entry names, and XmlSerializer's names (docs/spec/pbnb.md §4, docs/spec/admin-users.md §3).

use super::{ARRAYS, Collection, DictionaryType, Kind, ObjectType, SERIALIZATION, TypeName};
use md5::{Digest, Md5};

const XSD: &str = "http://www.w3.org/2001/XMLSchema";

impl Kind {
    /// The data-contract local name: of the root element, of list items, inside generic names.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn data_contract_name(&self) -> String {
        match self {
            Kind::Object(object) => object.plan().data_contract_name.clone(),
            Kind::Enum(enumeration) => enumeration.name.to_owned(),
            Kind::List(list) => format!("ArrayOf{}", list.item.data_contract_name()),
            Kind::Dictionary(dictionary) => {
                format!("ArrayOf{}", dictionary.entry_name())
            }
            Kind::Nullable(inner) => inner.data_contract_name(),
            Kind::Bool => "boolean".to_owned(),
            Kind::Int32 => "int".to_owned(),
            Kind::String => "string".to_owned(),
            Kind::Guid => "guid".to_owned(),
            Kind::DateTime => "dateTime".to_owned(),
        }
    }

    /// The data-contract namespace of the name above.
    #[must_use]
    pub(crate) fn data_contract_namespace(&self) -> &'static str {
        match self {
            Kind::Object(object) => object.namespace,
            Kind::Enum(enumeration) => enumeration.namespace,
            // A list of a built-in type lives in the Arrays namespace, any other in its item's.
            Kind::List(list) => match list.item.data_contract_namespace() {
                SERIALIZATION | XSD => ARRAYS,
                namespace => namespace,
            },
            Kind::Dictionary(_) => ARRAYS,
            Kind::Nullable(inner) => inner.data_contract_namespace(),
            Kind::Guid => SERIALIZATION,
            Kind::Bool | Kind::Int32 | Kind::String | Kind::DateTime => XSD,
        }
    }

    /// XmlSerializer's name: of the root element and of list items.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn xml_serializer_name(&self) -> String {
        match self {
            Kind::Object(object) => object.plan().xml_serializer_name.clone(),
            Kind::Enum(enumeration) => enumeration.name.to_owned(),
            Kind::List(list) => format!("ArrayOf{}", capitalised(&list.item.xml_serializer_name())),
            Kind::Nullable(inner) => inner.xml_serializer_name(),
            other => other.data_contract_name(),
        }
    }

    /// The full CLR name, as error texts print it.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn clr_name(&self) -> String {
        match self {
            Kind::Bool => "System.Boolean".to_owned(),
            Kind::Int32 => "System.Int32".to_owned(),
            Kind::String => "System.String".to_owned(),
            Kind::Guid => "System.Guid".to_owned(),
            Kind::DateTime => "System.DateTime".to_owned(),
            Kind::Enum(enumeration) => enumeration.clr_name.to_owned(),
            Kind::Object(object) => object.clr_name.to_owned(),
            Kind::List(list) => {
                let item = list.item.clr_name();
                match list.collection {
                    Collection::List => format!("System.Collections.Generic.List`1[{item}]"),
                    Collection::Enumerable => format!("System.Collections.Generic.IEnumerable`1[{item}]"),
                    Collection::Collection => format!("System.Collections.ObjectModel.Collection`1[{item}]"),
                    Collection::Array => format!("{item}[]"),
                }
            }
            Kind::Dictionary(dictionary) => {
                format!(
                    "System.Collections.Generic.Dictionary`2[{},{}]",
                    dictionary.key.clr_name,
                    dictionary.value.clr_name()
                )
            }
            Kind::Nullable(inner) => format!("System.Nullable`1[{}]", inner.clr_name()),
        }
    }

    /// The CLR name without namespace and type arguments, e.g. `Delta``1`.
    #[must_use]
    pub(crate) fn clr_short_name(&self) -> String {
        let full = self.clr_name();
        let open = full.split('[').next().unwrap_or_default();
        let short = open.rsplit(['.', '+']).next().unwrap_or_default().to_owned();
        if full.ends_with("[]") { format!("{short}[]") } else { short }
    }
}

impl DictionaryType {
    /// The entry element, e.g. `KeyValueOfUser.ClientAccessTypesguidNQ1t37UU`.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn entry_name(&self) -> String {
        let key = Kind::Enum(self.key);
        let names = format!("KeyValueOf{}{}", key.data_contract_name(), self.value.data_contract_name());
        let digest = digest_of(&[key.data_contract_namespace(), self.value.data_contract_namespace()]);
        names + &digest
    }
}

pub(super) fn data_contract_type_name(object: &ObjectType) -> String {
    match &object.name {
        TypeName::Plain(name) => (*name).to_owned(),
        TypeName::Generic(name, arguments) => {
            let names: String = arguments.iter().map(Kind::data_contract_name).collect();
            let namespaces: Vec<&str> = arguments.iter().map(Kind::data_contract_namespace).collect();
            format!("{name}Of{names}{}", digest_of(&namespaces))
        }
    }
}

pub(super) fn xml_serializer_type_name(object: &ObjectType) -> String {
    match &object.name {
        TypeName::Plain(name) => (*name).to_owned(),
        TypeName::Generic(name, arguments) => {
            let names: String = arguments.iter().map(argument_name).collect();
            format!("{name}Of{names}")
        }
    }
}

/// Inside a generic name XmlSerializer writes `ListOfUser` for a list, `CollectionOfUser` for a collection and
/// `ArrayOfUser` for an array.
fn argument_name(kind: &Kind) -> String {
    match kind {
        Kind::List(list) => {
            let prefix = match list.collection {
                Collection::Array => "ArrayOf",
                Collection::Collection => "CollectionOf",
                Collection::List | Collection::Enumerable => "ListOf",
            };
            prefix.to_owned() + &capitalised(&list.item.xml_serializer_name())
        }
        other => capitalised(&other.xml_serializer_name()),
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Empty when every argument is built in, else the digest.
fn digest_of(namespaces: &[&str]) -> String {
    let built_in = |ns: &&str| *ns == XSD || ns.starts_with(SERIALIZATION);
    if namespaces.iter().all(built_in) { String::new() } else { namespaces_digest(namespaces) }
}

/// The digest of a generic's argument namespaces: MD5 of `" n ns1 ns2"`, six bytes in a base64 fit for XML names.
#[must_use]
fn namespaces_digest(namespaces: &[&str]) -> String {
    let mut text = format!(" {}", namespaces.len());
    for namespace in namespaces {
        text.push(' ');
        text.push_str(namespace);
    }
    let hash = Md5::digest(text.as_bytes());
    let head: u64 = hash.iter().take(6).fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    (0..8).rev().map(|group| letter(head >> (group * 6) & 63)).collect()
}

fn letter(six_bits: u64) -> String {
    let byte = six_bits as u8;
    match byte {
        0..26 => char::from(b'A' + byte).to_string(),
        26..52 => char::from(b'a' + byte - 26).to_string(),
        52..62 => char::from(b'0' + byte - 52).to_string(),
        62 => "_P".to_owned(),
        _ => "_S".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_match_the_published_pages() {
        let models = "http://schemas.datacontract.org/2004/07/pbnb_models";
        assert_eq!(namespaces_digest(&[models]), "CA1DLPoZ");
        assert_eq!(namespaces_digest(&[models, SERIALIZATION]), "NQ1t37UU");
        assert_eq!(namespaces_digest(&[&format!("{models}.Reports")]), "icMOY6xO");
    }
}
