//! The purposes of a sign-in: the three scopes that the vendor documents.

const OPENID: u32 = 1;
const OFFLINE_ACCESS: u32 = 2;
const ONBOARDING: u32 = 4;
const NAMES: [(&str, u32); 3] = [("openid", OPENID), ("offline_access", OFFLINE_ACCESS), (API_SCOPE, ONBOARDING)];

/// The scope of the API itself.
pub const API_SCOPE: &str = "onboarding";

/// A set of scopes, not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope(u32);

impl Scope {
    /// From the parameter; none stands for all three (chosen, where the server would refuse: the vendor's page gives
    /// every client the same scopes). `None` for a scope that does not exist.
    pub fn parse(text: Option<&str>) -> Option<Scope> {
        let mut set = 0;
        for name in text.unwrap_or_default().split(' ').filter(|name| !name.is_empty()) {
            set |= NAMES.iter().find(|(known, _)| *known == name)?.1;
        }
        Some(Scope(if set == 0 { OPENID | OFFLINE_ACCESS | ONBOARDING } else { set }))
    }

    /// The names, in the order in which the vendor's page has them.
    pub fn text(self) -> String {
        let names: Vec<&str> = NAMES.iter().filter(|(_, bit)| self.0 & bit != 0).map(|(name, _)| *name).collect();
        names.join(" ")
    }

    /// Whether an id token is part of it.
    pub fn identifies(self) -> bool {
        self.0 & OPENID != 0
    }

    /// Whether the API is part of it.
    pub fn reaches_the_api(self) -> bool {
        self.0 & ONBOARDING != 0
    }

    /// Whether a refresh token is part of it.
    pub fn refreshes(self) -> bool {
        self.0 & OFFLINE_ACCESS != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_those_of_the_vendors_page() {
        let all = "openid offline_access onboarding";
        assert_eq!(Scope::parse(None).map(Scope::text).as_deref(), Some(all));
        assert_eq!(Scope::parse(Some("onboarding  openid")).map(Scope::text).as_deref(), Some("openid onboarding"));
        assert_eq!(Scope::parse(Some("openid profile")), None);
        assert_eq!(Scope::parse(Some("OPENID")), None);
    }
}
