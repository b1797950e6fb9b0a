//! The attributes that DataContractSerializer looks at: `i:nil`, `i:type` and the references of the serialization
//! namespace. Every other attribute is passed over (oracle: xm-unk-attr).

use super::read::ContractReader;
use crate::codec::xml::content::Content;
use crate::codec::xml::fault::Fault;
use crate::codec::xml::reader::Reader;
use crate::codec::xml::scalar;
use crate::codec::xml::tag::SCHEMA_INSTANCE;
use crate::contract::{Kind, SERIALIZATION, Value};
use chrono::NaiveDate;

/// What the attributes of an element say.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// `i:nil`.
    pub nil: bool,
    /// `i:type` as name and namespace.
    pub type_name: Option<(String, Option<String>)>,
    /// `z:Id`.
    pub id: Option<String>,
    /// `z:Ref`.
    pub reference: Option<String>,
}

impl Attributes {
    /// The attributes of the current element.
    pub fn of(xml: &Reader<'_>) -> Result<Attributes, Fault> {
        if !xml.has_attributes() {
            return Ok(Attributes::default());
        }
        let mut found = Attributes::default();
        if let Some(id) = xml.attribute("Id", SERIALIZATION)? {
            if id.is_empty() {
                return Err(Fault::serializer("Invalid Id ''. Must not be null or empty."));
            }
            found.id = Some(id);
        }
        if let Some(reference) = xml.attribute("Ref", SERIALIZATION)? {
            if reference.is_empty() {
                return Err(Fault::serializer("Invalid Ref ''. Must not be null or empty."));
            }
            found.reference = Some(reference);
        }
        if let Some(nil) = xml.attribute("nil", SCHEMA_INSTANCE)? {
            let content = Content { text: nil.into(), ill_formed: false };
            found.nil = scalar::parse(&Kind::Bool, content, NaiveDate::default())? == Value::Bool(true);
        }
        if let Some(name) = xml.attribute("type", SCHEMA_INSTANCE)?.filter(|name| !name.is_empty()) {
            let (prefix, local) = name.split_once(':').unwrap_or(("", &name));
            found.type_name = Some((local.to_owned(), xml.namespace_of(prefix)));
        }
        Ok(found)
    }
}

impl ContractReader<'_> {
    /// An `i:type` has to name the expected contract: none of the models has a derived type that is known.
    pub(super) fn check_type(&self, kind: &Kind, attributes: &Attributes) -> Result<(), Fault> {
        let Some((name, namespace)) = &attributes.type_name else { return Ok(()) };
        let namespace = namespace.as_deref().unwrap_or_default();
        if *name == kind.data_contract_name() && namespace == kind.data_contract_namespace() {
            return Ok(());
        }
        let (_, element, element_namespace) = self.current();
        Err(self.located(&format!(
            "Element '{element_namespace}:{element}' contains data of the '{namespace}:{name}' data contract. The \
             deserializer has no knowledge of any type that maps to this contract. Add the type corresponding to \
             '{name}' to the list of known types - for example, by using the KnownTypeAttribute attribute or by adding \
             it to the list of known types passed to DataContractSerializer."
        )))
    }
}
