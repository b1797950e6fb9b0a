//! The state that the APIs of a server declare: their facets and lists, in the order of the table of APIs. Documents
//! and the store interpret it; a fifth API is one more part.

use super::{Document, ListRecords};
use crate::contract::{ApiList, FacetType, StoredKind, StoredMember};
use std::sync::Arc;

/// The state that one API declares.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The API's name in documents and control calls, e.g. `adminUsers`.
    pub api: &'static str,
    /// Its facet of a user.
    pub facet: &'static FacetType,
    /// The lists it owns.
    pub lists: &'static [&'static ApiList],
}

/// Every API's part. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Schema(Arc<[Part]>);

impl FromIterator<Part> for Schema {
    fn from_iter<I: IntoIterator<Item = Part>>(parts: I) -> Schema {
        Schema(parts.into_iter().collect())
    }
}

impl Schema {
    /// The parts, in the order of the table of APIs.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The facets, in order.
    pub fn facets(&self) -> impl Iterator<Item = &'static FacetType> {
        self.0.iter().map(|part| part.facet)
    }

    /// The lists, in order.
    pub fn lists(&self) -> impl Iterator<Item = &'static ApiList> {
        self.0.iter().flat_map(|part| part.lists.iter().copied())
    }

    /// The names of the members whose values are secrets, those of groups included.
    #[must_use]
    pub fn secret_names(&self) -> Vec<&'static str> {
        fn named(members: &'static [StoredMember]) -> Vec<&'static str> {
            let secret = members.iter().filter(|member| member.secret).map(|member| member.name);
            secret.chain(members.iter().flat_map(|member| nested(&member.kind))).collect()
        }
        fn nested(kind: &'static StoredKind) -> Vec<&'static str> {
            match kind {
                StoredKind::Group(members) => named(members),
                StoredKind::List(kind) | StoredKind::Map(_, kind) => nested(kind),
                _ => Vec::new(),
            }
        }
        let facets = self.facets().map(|facet| facet.members);
        facets.chain(self.lists().map(|list| list.members)).flat_map(named).collect()
    }

    /// An API's name by itself, compared exactly: the static text that tokens and clients hold.
    #[must_use]
    pub fn api(&self, name: &str) -> Option<&'static str> {
        self.api_names().find(|known| *known == name)
    }

    /// The names of the APIs, in order.
    pub fn api_names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|part| part.api)
    }

    /// A list by its path, e.g. `pbnb.accounts`.
    #[must_use]
    pub fn list(&self, path: &str) -> Option<&'static ApiList> {
        self.lists().find(|list| list.path == path)
    }

    /// An empty world.
    #[must_use]
    pub fn empty_document(&self) -> Document {
        let lists = self.lists().map(|list| ListRecords { list, items: Vec::new() }).collect();
        Document { clock: None, users: Vec::new(), lists, tokens: Vec::new(), clients: Vec::new() }
    }
}
