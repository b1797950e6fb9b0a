//! The addresses at which an API answers: its mounts, as the framework compares them. A mount only decides which API
//! answers; the API's own framework then routes among its operations.

use super::{Api, Mount};

/// Stands for any one segment at the front of a mount's prefix.
const ANY: &str = "/*";

impl Api {
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
