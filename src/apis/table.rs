//! The table of APIs as a value. Everything that differs between two programs with other APIs reads it: routes, the
//! variables of `exec`, OpenAPI documents, filters.

use super::evidence::Evidence;
use super::routes::without_doubled_slashes;
use super::{Api, Mount, Operation, admin_users, expoints, pbnb, reseller};
use crate::model::{Document, Part, Problem, Schema};
use crate::store::Seed;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// The APIs that a server stands in for, in their order; clones are cheap.
#[derive(Debug, Clone)]
pub struct Apis {
    list: Arc<[&'static Api]>,
    /// Every mount with its API, the longest first.
    mounts: Arc<[(&'static Api, &'static Mount)]>,
    evidence: Evidence,
}

impl Apis {
    /// The four APIs of this crate.
    #[must_use]
    pub fn four() -> Apis {
        Apis::of(Arc::new([&pbnb::API, &reseller::API, &expoints::API, &admin_users::API]), Evidence::built_in())
    }

    fn of(list: Arc<[&'static Api]>, evidence: Evidence) -> Apis {
        let mounts = list.iter().flat_map(|api| api.mounts.iter().map(|mount| (*api, mount)));
        let mut mounts: Vec<_> = mounts.collect();
        mounts.sort_by_key(|(_, mount)| Reverse(mount.length()));
        Apis { list, mounts: mounts.into(), evidence }
    }

    /// The table with a further API at its end.
    #[must_use]
    pub fn with(&self, api: &'static Api) -> Apis {
        Apis::of(self.iter().chain([api]).collect(), self.evidence.clone())
    }

    /// The table with other evidence.
    #[must_use]
    pub(crate) fn with_evidence(self, evidence: Evidence) -> Apis {
        Apis { evidence, ..self }
    }

    /// What was recorded of the real services.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Where an operation comes from: its provenance, and what was recorded of it.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn source_of(&self, api: &Api, operation: &Operation) -> String {
        let word = operation.provenance.word();
        match self.evidence.of(api.name, operation.id) {
            Some(recorded) => format!("{word}, recorded {} {}", recorded.date, recorded.exchanges),
            None => word.to_owned(),
        }
    }

    /// Every API.
    pub fn iter(&self) -> impl Iterator<Item = &'static Api> + '_ {
        self.list.iter().copied()
    }

    /// The API whose name this is.
    #[must_use]
    pub(crate) fn named(&self, name: &str) -> Option<&'static Api> {
        self.iter().find(|api| api.name == name)
    }

    /// The state that the APIs declare.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn schema(&self) -> Schema {
        self.iter().map(|api| Part { api: api.name, facet: api.facet, lists: api.lists }).collect()
    }

    /// The demo seed, which a fresh server starts from: users of the four APIs, or nothing for a table without them.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn demo_seed(&self) -> Document {
        let schema = self.schema();
        schema.parse(include_str!("demo.json")).unwrap_or_else(|_| schema.empty_document())
    }

    /// What the setting `--seed` names: a file, `demo` or `empty`.
    ///
    /// # Errors
    /// A sentence about a file that cannot be read.
    pub(crate) fn seed(&self, seed: &str) -> Result<Seed<'static>, String> {
        match seed {
            "demo" => Ok(Seed::Document(Cow::Owned(self.demo_seed()))),
            "empty" => Ok(Seed::Document(Cow::Owned(self.schema().empty_document()))),
            file => {
                let text = document_text(Path::new(file));
                text.map(Seed::Text).map_err(|sentence| format!("--seed {sentence}, `demo` or `empty`"))
            }
        }
    }

    /// The same as a document.
    ///
    /// # Errors
    /// A sentence about the file that is not one.
    pub(crate) fn seed_document(&self, seed: &str) -> Result<Document, String> {
        match self.seed(seed)? {
            Seed::Document(document) => Ok(document.into_owned()),
            Seed::Text(text) => self.schema().parse(&text).map_err(|problems| seed_refused(seed, &problems)),
        }
    }

    /// Checks the state document in a file: the number of its users, or its problems.
    ///
    /// # Errors
    /// A sentence about a file that cannot be read.
    pub(crate) fn check_document(&self, file: &Path) -> Result<Result<usize, Vec<Problem>>, String> {
        document_text(file).map(|text| self.schema().check(&text))
    }

    /// The API whose OpenAPI document has this name.
    #[must_use]
    pub(crate) fn documented_as(&self, document: &str) -> Option<&'static Api> {
        self.iter().find(|api| api.document == document)
    }

    /// The API that owns a path and the mount it came through: the longest one, as `/api/v1.0` is the Reseller's and any
    /// other `/api` the Admin users'.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn owner_of(&self, path: &str) -> Option<(&'static Api, &'static Mount)> {
        let path = without_doubled_slashes(path);
        self.mounts.iter().find(|(_, mount)| mount.owns(path)).copied()
    }

    /// A path at which two mounts of the table are, so that one of them would never be asked.
    #[must_use]
    pub(crate) fn doubled_mount(&self) -> Option<String> {
        let mut known = BTreeSet::new();
        let mut paths = self.mounts.iter().map(|(_, mount)| format!("{}{}", mount.directory, mount.prefix));
        paths.find(|path| !known.insert(path.clone()))
    }

    /// The names of the OpenAPI documents as a sentence lists them, the control API's last.
    #[must_use]
    pub(crate) fn document_list(&self, suffix: &str) -> String {
        let names: Vec<String> = self.iter().map(|api| format!("{}{suffix}", api.document)).collect();
        format!("{} and control{suffix}", names.join(", "))
    }
}

fn document_text(file: &Path) -> Result<String, String> {
    let unreadable = |error| format!("{}: {error}; give a readable state document", file.display());
    std::fs::read_to_string(file).map_err(unreadable)
}

/// A sentence about a seed that has problems.
pub(crate) fn seed_refused(file: &str, problems: &[Problem]) -> String {
    let first = problems.first().map(ToString::to_string).unwrap_or_default();
    match problems.len() {
        1 => format!("--seed {file}:{first}"),
        all => format!("--seed {file}:{first} `usertwin check {file}` lists all {all} problems."),
    }
}

impl Default for Apis {
    fn default() -> Apis {
        Apis::four()
    }
}

impl<'a> IntoIterator for &'a Apis {
    type Item = &'static Api;
    type IntoIter = std::iter::Copied<std::slice::Iter<'a, &'static Api>>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_mount_owns_a_path() {
        for (path, owner, below) in [
            ("/pbnb/v1/core/x", "pbnb", "/v1/core/x"),
            ("/V1/CORE/x", "pbnb", "/V1/CORE/x"),
            ("/v1/oauth2/v2.0/token", "expoints", "/v1/oauth2/v2.0/token"),
            ("/api/v1.0/accounts", "reseller", "/v1.0/accounts"),
            ("/v1.0/accounts", "reseller", "/v1.0/accounts"),
            ("/external/api/v3/user", "expoints", "/external/api/v3/user"),
            ("/api/v1/admin/users", "adminUsers", "/api/v1/admin/users"),
        ] {
            let (api, mount) = Apis::four().owner_of(path).unwrap();
            assert_eq!((api.name, mount.below_directory(path)), (owner, below), "{path}");
        }
        assert!(Apis::four().owner_of("/v1.1/x").is_none());
    }

    #[test]
    fn doubled_slashes_in_front_are_left_to_the_framework_of_a_root_application() {
        for (path, below) in [("//v1/core/x", "//v1/core/x"), ("///pbnb/v1/core/x", "/v1/core/x")] {
            let (api, mount) = Apis::four().owner_of(path).unwrap();
            assert_eq!((api.name, mount.below_directory(path)), ("pbnb", below), "{path}");
        }
    }
}
