//! The addresses at which an API answers: its mounts as the framework compares them, and as routes of an axum router. A
//! route only decides which API answers; the API's own framework then routes among its operations.

use super::{Api, Mount};
use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use std::collections::BTreeSet;
use std::convert::Infallible;
use tower::Service;

/// Stands for any one segment at the front of a mount's prefix.
const ANY: &str = "/*";

impl Api {
    /// Adds the API's routes to a router, each answered by `service`: every mount that is the address of an operation, and
    /// everything below those that lead to operations. Paths keep their prefixes. A router of its own to merge would box each
    /// route twice, and routes to paths without an operation, which the fallback answers alike, would be half of the table.
    ///
    /// Where a mount begins with any segment, it also has a route for each of `segments`, those that mounts of the whole
    /// table begin with: axum prefers a literal segment to a parameter, but the longest mount owns a path.
    pub(crate) fn add_routes<S>(&self, mut router: Router, segments: &BTreeSet<&str>, service: &S) -> Router
    where
        S: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        S::Response: IntoResponse,
        S::Future: Send + 'static,
    {
        for mount in self.mounts {
            let literal = segments.iter().copied().filter(|_| mount.first_segment().is_none());
            let (at, below) = self.operations_of(mount);
            for path in literal.chain(["{tenant}"]).map(|segment| mount.route(segment)) {
                if at {
                    router = router.route_service(&path, service.clone());
                }
                if below {
                    router = router.route_service(&format!("{path}/{{*rest}}"), service.clone());
                }
            }
        }
        router
    }

    /// Whether a mount is the address of an operation, and whether others are below it.
    fn operations_of(&self, mount: &Mount) -> (bool, bool) {
        let templates = self.operations.iter().flat_map(|operation| operation.action.templates);
        let length = |path: &str| path.split('/').count();
        let lengths: Vec<usize> = templates
            .map(|template| format!("/{template}"))
            .filter(|path| starts_with_segments(path, "", mount.prefix))
            .map(|path| length(&path))
            .collect();
        let own = length(mount.prefix);
        (lengths.contains(&own), lengths.iter().any(|length| *length > own))
    }

    /// The literal segments that its mounts begin with.
    pub(crate) fn first_segments(&self) -> impl Iterator<Item = &'static str> {
        self.mounts.iter().filter_map(Mount::first_segment)
    }

    /// The longest mount that owns a path, compared without case and by whole segments; further slashes in front of
    /// the path do not count.
    #[must_use]
    pub(crate) fn mount_of(&self, path: &str) -> Option<&'static Mount> {
        let path = without_doubled_slashes(path);
        self.mounts.iter().filter(|mount| mount.owns(path)).max_by_key(|mount| mount.length())
    }

    /// Every address of a template, the documented one first.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn paths(&self, template: &str) -> Vec<String> {
        self.directories(template).iter().map(|directory| format!("{directory}/{template}")).collect()
    }

    /// The virtual directories in which a template is found, the documented one first.
    #[must_use]
    pub(crate) fn directories(&self, template: &str) -> Vec<&'static str> {
        let fits = |mount: &&Mount| starts_with_segments(&format!("/{template}"), "", mount.prefix);
        let mut directories: Vec<&str> = self.mounts.iter().filter(fits).map(|mount| mount.directory).collect();
        directories.dedup();
        directories
    }
}

impl Mount {
    /// How many bytes of a path it matches; the longest mount owns a path.
    #[must_use]
    pub(crate) fn length(&self) -> usize {
        self.directory.len() + self.prefix.len()
    }

    /// Whether a path that begins with one slash belongs to the mount.
    #[must_use]
    pub(super) fn owns(&self, path: &str) -> bool {
        starts_with_segments(path, self.directory, self.prefix)
    }

    /// The part of an owned path below the virtual directory, as the framework routes it. The framework of a root
    /// application sees further slashes in front.
    #[must_use]
    #[cfg_attr(feature = "testing", visibility::make(pub))]
    pub(crate) fn below_directory<'p>(&self, path: &'p str) -> &'p str {
        if self.directory.is_empty() {
            return path;
        }
        without_doubled_slashes(path).get(self.directory.len()..).unwrap_or_default()
    }

    /// The first segment of its paths; `None` when that may be any.
    #[must_use]
    pub(crate) fn first_segment(&self) -> Option<&'static str> {
        let path = if self.directory.is_empty() { self.prefix } else { self.directory };
        path.split('/').nth(1).filter(|segment| *segment != "*")
    }

    /// The mount as a path of an axum router, `segment` in the place of any one.
    fn route(&self, segment: &str) -> String {
        let prefix = match self.prefix.strip_prefix(ANY) {
            Some(rest) => format!("/{segment}{rest}"),
            None => self.prefix.to_owned(),
        };
        format!("{}{prefix}", self.directory)
    }
}

/// A path that begins with one slash.
pub(super) fn without_doubled_slashes(path: &str) -> &str {
    if !path.starts_with("//") {
        return path;
    }
    let rest = path.trim_start_matches('/');
    path.get((path.len() - rest.len()).saturating_sub(1)..).unwrap_or(path)
}

/// Whether a path starts with a directory and the whole segments of a prefix, compared without case.
#[inline]
fn starts_with_segments(path: &str, directory: &str, prefix: &str) -> bool {
    let Some(rest) = after(path, directory) else { return false };
    let Some(behind) = prefix.strip_prefix(ANY) else { return after(rest, prefix).is_some() };
    let Some(rest) = rest.strip_prefix('/') else { return false };
    let any = rest.bytes().position(|byte| byte == b'/').unwrap_or(rest.len());
    any > 0 && rest.get(any..).is_some_and(|rest| after(rest, behind).is_some())
}

/// The rest of a path after the whole segments `head` at its front.
#[inline]
fn after<'p>(path: &'p str, head: &str) -> Option<&'p str> {
    let (own, rest) = path.split_at_checked(head.len())?;
    ((rest.is_empty() || rest.starts_with('/')) && own.eq_ignore_ascii_case(head)).then_some(rest)
}
