//! Advice: what the real service does silently, as a code and a sentence (docs/spec/control.md §5). docs/advice.md
//! explains each code. The list of one reading is bounded: advice on a hundred members is enough, and a body of nothing
//! else stays cheap.

use serde::{Serialize, Serializer};
use std::fmt;

/// Something the real service does without reporting it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The kind of advice.
    pub code: Advice,
    /// A sentence that names the member.
    pub message: String,
}

macro_rules! advice {
    ($($(#[$about:meta])* $variant:ident = $code:literal,)*) => {
        /// Everything that formats and frameworks do silently; codes are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Advice {$(
            $(#[$about])*
            $variant,
        )*
            /// A code of one API, which declares it in its own folder.
            OfApi(&'static str),
        }

        impl Advice {
            /// Every code but those of single APIs.
            #[cfg(feature = "testing")]
            pub const ALL: &[Advice] = &[$(Advice::$variant),*];

            /// The code, e.g. `xml.member-out-of-order`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {$(
                    Advice::$variant => $code,
                )*
                    Advice::OfApi(code) => code,
                }
            }
        }
    };
}

advice! {
    /// A JSON member that the contract does not have is ignored.
    JsonUnknownMember = "json.unknown-member",
    /// A JSON member comes more than once; the last value counts.
    JsonDuplicateMember = "json.duplicate-member",
    /// The text is not JSON by the standard, and is read all the same.
    JsonLenientSyntax = "json.lenient-syntax",
    /// An element after one that it belongs before is dropped.
    XmlMemberOutOfOrder = "xml.member-out-of-order",
    /// An element comes more than once; the first one counts.
    XmlDuplicateMember = "xml.duplicate-member",
    /// An element that is not a member is ignored.
    XmlUnknownMember = "xml.unknown-member",
    /// A BSON element that the contract does not have is skipped.
    BsonUnknownMember = "bson.unknown-member",
    /// A form field that belongs to no member is ignored.
    FormUnknownField = "form.unknown-field",
    /// A charset that is not supported was named; UTF-8 is used.
    CharsetIgnored = "charset.ignored",
    /// A patch document has text behind its array, which is never read.
    PatchTrailingText = "patch.trailing-text",
    /// An operation of a patch has no `op`; it counts as `add`.
    PatchMissingOp = "patch.missing-op",
    /// An `op` is not one of the standard's six names as they are spelt there, and is read all the same.
    PatchOpCase = "patch.op-case",
    /// A path of a patch does not begin with a slash, as the standard wants.
    PatchPathWithoutSlash = "patch.path-without-slash",
    /// The body is compressed; nothing decompresses it.
    BodyCompressed = "body.compressed",
    /// A browser's question whether it may send a request from another origin is refused.
    CorsPreflightRefused = "cors.preflight-refused",
    /// A preference is not understood and ignored.
    PreferUnknown = "prefer.unknown",
    /// A query parameter that the operation does not take is ignored.
    QueryUnknownParameter = "query.unknown-parameter",
    /// `Accept` matched no format; another one was sent.
    NegotiationFallback = "negotiation.fallback",
    /// A user that only other APIs showed became a user of this one too.
    UserAttached = "user.attached",
    /// A name is refused because of a user that this API does not show.
    UserNameHeldElsewhere = "user.name-held-elsewhere",
    /// An e-mail address was not cleared, because another API of the user needs one.
    UserEmailKept = "user.email-kept",
    /// A request came back before `Retry-After` had passed.
    ClientRetriedTooEarly = "client.retried-too-early",
    /// A request has no token, which no page of the vendor demands.
    AuthTokenMissing = "auth.token-missing",
    /// `Authorisation`, the British spelling, was sent where `Authorization` is read.
    AuthHeaderMisspelt = "auth.header-misspelt",
    /// The token is neither listed nor issued for this API in this world.
    AuthTokenUnknown = "auth.token-unknown",
    /// The token belongs to a user that is disabled, deleted or has another password by now.
    AuthUserGone = "auth.user-gone",
    /// The token reaches another account than the one that is addressed.
    AuthOtherAccount = "auth.other-account",
    /// The token was issued without the scope that the API asks for.
    AuthScopeMissing = "auth.scope-missing",
    /// The user of the token has no role that allows the call.
    AuthRoleMissing = "auth.role-missing",
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Advice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// chosen: how many notes of one reading are kept.
const LIMIT: usize = 100;

/// Notes of one reading.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<Note>);

impl Notes {
    /// Adds a note while there is room; the sentence is only made then.
    pub(super) fn add(&mut self, code: Advice, message: impl FnOnce() -> String) {
        if !self.is_full() {
            self.0.push(Note { code, message: message() });
        }
    }

    /// Whether no further note is kept.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= LIMIT
    }

    /// The notes, in the order in which they were added.
    pub(super) fn into_vec(self) -> Vec<Note> {
        self.0
    }
}
