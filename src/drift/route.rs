//! The operation that a request addresses, for grouping what differs.

use crate::apis::{Api, Apis, Operation};

/// An API with the method and template of one of its operations.
#[derive(Debug, Clone)]
pub struct Route {
    /// The API.
    pub api: &'static Api,
    /// Method and template; the method and `?` for a path that no operation has.
    pub name: String,
    /// The operation, where one has the path.
    pub operation: Option<&'static Operation>,
}

/// The route of a request; `None` for a path that belongs to no API.
#[must_use]
pub fn of(apis: &Apis, method: &str, path: &str) -> Option<Route> {
    let path = match path.strip_prefix("/w/").and_then(|rest| rest.split_once('/')) {
        Some((_, rest)) => format!("/{rest}"),
        None => path.to_owned(),
    };
    let (api, mount) = apis.owner_of(&path)?;
    let below = mount.below_directory(&path).trim_matches('/');
    let operations = api.operations.iter().filter(|operation| operation.action.method.eq_ignore_ascii_case(method));
    let templates =
        operations.flat_map(|operation| operation.action.templates.iter().map(move |template| (operation, template)));
    let fitting =
        templates.filter_map(|(operation, template)| Some((literals(template, below)?, operation, *template)));
    let found = fitting.max_by_key(|(literals, ..)| *literals);
    let template = found.map_or("?", |(_, _, template)| template);
    let operation = found.map(|(_, operation, _)| operation);
    Some(Route { api, name: format!("{} {template}", method.to_ascii_uppercase()), operation })
}

/// How many segments of a path a template has word for word, if it fits.
fn literals(template: &str, path: &str) -> Option<usize> {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    let mut literals = 0;
    loop {
        match (template.next(), path.next()) {
            (None, None) => return Some(literals),
            (Some(wanted), Some(sent)) if wanted.eq_ignore_ascii_case(sent) => literals += 1,
            (Some(wanted), Some(_)) if wanted.starts_with('{') => {}
            _ => return None,
        }
    }
}
