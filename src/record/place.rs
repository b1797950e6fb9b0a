//! Where a value stands in a message, and what that says of it: whether it is a secret, a person's, or neither.

use crate::pipeline::journal::SecretNames;

/// What a value is by the name of its member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// A password, a token, a code.
    Secret,
    /// A name, an e-mail address, a phone number of somebody.
    Personal,
    /// Neither, as far as its name says.
    Other,
}

/// Parts of names of members that hold what is personal. chosen: names of accounts, customers and groups count, because
/// they name people and firms; those of roles and languages do not.
const PERSONAL: [&str; 21] = [
    "mail",
    "phone",
    "mobile",
    "username",
    "firstname",
    "lastname",
    "middlename",
    "surname",
    "displayname",
    "fullname",
    "givenname",
    "familyname",
    "nickname",
    "loginname",
    "companyname",
    "contactnumber",
    "contactname",
    "address",
    "street",
    "birth",
    "fax",
];

/// Whole names of such members.
const PERSONAL_WHOLE: [&str; 6] = ["login", "upn", "user", "search", "contact", "preferred_username"];

/// What a `name` belongs to, where it is nobody's.
const OF_NOBODY: [&str; 8] = ["role", "language", "permission", "resource", "scope", "timezone", "country", "logo"];

/// The nature of a value by the names on the way to it, its own last; `about` is the route in lower case, and `signs_in`
/// whether that is one for signing in.
pub(super) fn nature(secrets: &SecretNames, names: &[String], about: &str, signs_in: bool) -> Nature {
    let parts = || names.iter().flat_map(|name| name.split(['.', '[', ']', ':'])).filter(|part| !part.is_empty());
    // The code of a sign-in is a secret, that of an error is not.
    let is_code = |part: &str| part.eq_ignore_ascii_case("code");
    if parts().any(|part| secrets.hides(part) && (signs_in || !is_code(part))) {
        return Nature::Secret;
    }
    let own: Vec<String> = parts().map(|part| part.to_ascii_lowercase().replace(['_', '-'], "")).collect();
    // Items of a list have names that say nothing: numbers, and `string` in XML.
    let says_something = |part: &&String| {
        !matches!(part.as_str(), "string" | "value") && !part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let Some(last) = own.iter().rfind(says_something) else { return Nature::Other };
    if signs_in && (last == "data" || last.ends_with("token")) && names.len() <= 2 {
        return Nature::Secret;
    }
    let named_for_nobody =
        || OF_NOBODY.iter().any(|word| about.contains(word) || own.iter().any(|part| part.contains(word)));
    if PERSONAL.iter().any(|word| last.contains(word))
        || PERSONAL_WHOLE.contains(&last.as_str())
        || (matches!(last.as_str(), "name" | "groupname" | "accountname" | "customername") && !named_for_nobody())
    {
        return Nature::Personal;
    }
    Nature::Other
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apis::Apis;

    #[test]
    fn names_say_what_is_secret_and_what_is_personal() {
        let secrets = SecretNames::of(&Apis::four().schema());
        let seen = |path: &str, about: &str, signs_in| {
            let names: Vec<String> = path.split('/').map(str::to_owned).collect();
            nature(&secrets, &names, about, signs_in)
        };
        for (path, about, signs_in, expected) in [
            ("Data/PasswordInfo/Password", "", false, Nature::Secret),
            ("access_token", "", true, Nature::Secret),
            ("Data", "accountlogin", true, Nature::Secret),
            ("Data/Username", "", false, Nature::Personal),
            ("ResponseData/Detail/MobilePhone", "", false, Nature::Personal),
            ("data/name", "get v1.0/accounts", false, Nature::Personal),
            ("Roles/Name", "get v3/user", false, Nature::Other),
            ("Name", "get v3/role", false, Nature::Other),
            ("ErrorCode", "", false, Nature::Other),
            ("code", "", false, Nature::Other),
            ("user[Email]", "", false, Nature::Personal),
        ] {
            assert_eq!(seen(path, about, signs_in), expected, "{path}");
        }
    }
}
