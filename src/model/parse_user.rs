//! From text to [`User`]: members and facets, what they refer to, and what no two users may share.

use std::collections::{HashMap, HashSet};

use md5::{Digest, Md5};
use uuid::Uuid;

use super::members::{Members, Problems};
use super::names::{ACCESS_TYPE, AUTH, PREFERENCES, STATUS, number_of};
use super::path::Path;
use super::tree::Node;
use super::{AdminUsersFacet, DEFAULT_DATE, Document, ExpointsFacet, ExpointsType, Membership, PbnbFacet};
use super::{ResellerFacet, User, folded};

/// What users may refer to. The first account, tenant or language of a list is the default of users that name none
/// (chosen).
pub(super) struct Known {
    pbnb_accounts: HashSet<i32>,
    first_pbnb_account: Option<i32>,
    pbnb_roles: HashSet<i32>,
    tenants: HashSet<Uuid>,
    first_tenant: Option<Uuid>,
    expoints_roles: HashSet<Uuid>,
    admin_accounts: HashSet<Uuid>,
    first_admin_account: Option<Uuid>,
    first_language: Option<Uuid>,
}

impl Known {
    pub(super) fn of(document: &Document) -> Known {
        Known {
            pbnb_accounts: document.pbnb_accounts.iter().map(|account| account.id).collect(),
            first_pbnb_account: document.pbnb_accounts.first().map(|account| account.id),
            pbnb_roles: document.pbnb_roles.iter().map(|role| role.id).collect(),
            tenants: document.reseller_accounts.iter().map(|account| account.id).collect(),
            first_tenant: document.reseller_accounts.first().map(|account| account.id),
            expoints_roles: document.expoints_roles.iter().map(|role| role.id).collect(),
            admin_accounts: document.admin_accounts.iter().map(|account| account.id).collect(),
            first_admin_account: document.admin_accounts.first().map(|account| account.id),
            first_language: document.admin_languages.first().map(|language| language.id),
        }
    }
}

/// Users while they are read.
pub(super) struct Users {
    known: Known,
    users: Vec<User>,
    usernames: HashMap<String, usize>,
    ids: HashMap<Uuid, usize>,
    pbnb_keys: HashMap<(i32, i32), usize>,
    /// Places in `users` of those whose `pbnb.userId` was left out.
    unnumbered: Vec<usize>,
}

impl Users {
    pub(super) fn new(known: Known) -> Users {
        Users {
            known,
            users: Vec::new(),
            usernames: HashMap::new(),
            ids: HashMap::new(),
            pbnb_keys: HashMap::new(),
            unnumbered: Vec::new(),
        }
    }

    /// The users, those without a number in their PBNB account getting the next one, in order (chosen).
    pub(super) fn finish(mut self) -> Vec<User> {
        let mut largest: HashMap<i32, i32> = HashMap::new();
        for (account, number) in self.pbnb_keys.keys() {
            let known = largest.entry(*account).or_default();
            *known = (*known).max(*number);
        }
        for at in self.unnumbered {
            if let Some(facet) = self.users.get_mut(at).and_then(|user| user.pbnb.as_mut()) {
                let next = largest.entry(facet.account_id).or_default();
                *next = next.saturating_add(1);
                facet.user_id = *next;
            }
        }
        self.users
    }

    /// Reads one user; a user with problems is kept as far as it could be read.
    pub(super) fn read(&mut self, problems: &mut Problems, path: &Path<'_>, node: &Node) {
        let Some(mut members) = Members::of(path, node, problems) else { return };
        let id = members.take("id", Problems::guid);
        let mut user = User::new(Uuid::nil(), DEFAULT_DATE);
        user.username = members.nullable("username", Problems::text);
        user.email = members.nullable("email", Problems::text);
        user.display_name = members.nullable("displayName", Problems::text);
        user.password = members.nullable("password", Problems::text);
        let enabled = members.take("enabled", Problems::flag);
        user.created_at = members.take("createdAt", Problems::date).unwrap_or(DEFAULT_DATE);
        user.modified_at = members.take("modifiedAt", Problems::date).unwrap_or(user.created_at);
        user.id = id.unwrap_or_else(|| derived_id(&user, self.users.len()));
        user.enabled = enabled.unwrap_or(true);

        let (id, id_given) = (user.id, id.is_some());
        if let Some(pbnb) = members.nullable("pbnb", |problems, path, node| self.pbnb(problems, path, node, id)) {
            user.pbnb = Some(pbnb.facet);
            if let Some(status) = pbnb.status {
                if enabled.is_some_and(|enabled| enabled != (status == 0)) {
                    let name = STATUS.get(usize::try_from(status).unwrap_or(0)).copied().unwrap_or_default();
                    let message = format!("The status {name} contradicts the user's `enabled`; leave one of them out.");
                    members.problems.add(
                        &Path::Member(&Path::Member(path, "pbnb"), "status"),
                        pbnb.status_line,
                        message,
                    );
                }
                user.set_status(status);
            }
        }
        let known = &self.known;
        user.reseller = members.nullable("reseller", |problems, path, node| reseller(known, problems, path, node));
        user.expoints = members.nullable("expoints", |problems, path, node| expoints(known, problems, path, node));
        user.admin_users = members.nullable("adminUsers", |problems, path, node| admin(known, problems, path, node));

        let named = user.pbnb.is_some() || user.expoints.is_some() || user.admin_users.is_some();
        if user.username.as_ref().is_none_or(|name| name.trim().is_empty()) && named {
            members.wrong("username", "A user of PBNB, Expoints or Admin users needs a username.");
        }
        if let Some(name) = &user.username
            && let Some(first) = self.usernames.insert(folded(name), self.users.len())
        {
            members.wrong("username", format!("The username is that of users[{first}]; case makes no difference."));
        }
        // A derived id is the same only where the username is, which has been told.
        if let Some(first) = self.ids.insert(user.id, self.users.len()).filter(|_| id_given) {
            members.wrong("id", format!("The id is that of users[{first}]."));
        }
        members.finish();
        self.users.push(user);
    }

    fn pbnb(&mut self, problems: &mut Problems, path: &Path<'_>, node: &Node, id: Uuid) -> Option<ReadPbnb> {
        let mut members = Members::of(path, node, problems)?;
        let account = members.take("accountId", Problems::int);
        refer(&mut members, "accountId", account.as_ref(), &self.known.pbnb_accounts, "account", "pbnb.accounts");
        let account = or_first(&mut members, "accountId", account, self.known.first_pbnb_account, "pbnb.accounts");
        let user_id = members.take("userId", Problems::int);
        let status = members.take("status", |p, path, node| p.one_of(path, node, STATUS, |n| number_of(STATUS, n)));
        let facet = PbnbFacet {
            account_id: account.unwrap_or_default(),
            user_id: user_id.unwrap_or_default(),
            deleted: false,
            auth: members.take("auth", |p, path, node| p.number_of(path, node, AUTH)).unwrap_or(0),
            max_denials: zero_unless_null(&mut members, "maxDenials"),
            reset_period: zero_unless_null(&mut members, "resetPeriod"),
            private_username: members.nullable("privateUsername", Problems::text),
            access_types: access_types(&mut members),
            voucher_id: members.take("voucherId", Problems::int).unwrap_or(0),
            resource_ids: members.nullable("resourceIds", resources).unwrap_or_default(),
            provisioning_id: members.take("provisioningId", Problems::guid).unwrap_or(id),
            role_id: members.nullable("roleId", Problems::int),
        };
        refer(&mut members, "roleId", facet.role_id.as_ref(), &self.known.pbnb_roles, "role", "pbnb.roles");
        match user_id {
            Some(number) => {
                if let Some(first) = self.pbnb_keys.insert((facet.account_id, number), self.users.len()) {
                    let account = facet.account_id;
                    members.wrong("userId", format!("The number is that of users[{first}] in PBNB account {account}."));
                }
            }
            None => self.unnumbered.push(self.users.len()),
        }
        let status_line = members.line_of("status");
        members.finish();
        Some(ReadPbnb { facet, status, status_line })
    }
}

struct ReadPbnb {
    facet: PbnbFacet,
    status: Option<i32>,
    status_line: usize,
}

/// An id for a user that has none in the document: always the same for the same username, so that the ids of a seed
/// do not change from run to run (chosen).
fn derived_id(user: &User, place: usize) -> Uuid {
    let of = match (&user.username, &user.email) {
        (Some(name), _) => format!("username {}", folded(name)),
        (None, Some(email)) => format!("email {email}"),
        (None, None) => format!("place {place}"),
    };
    uuid::Builder::from_md5_bytes(Md5::digest(of.as_bytes()).into()).into_uuid()
}

/// Notes a reference to something no list holds.
fn refer<T: std::hash::Hash + Eq + std::fmt::Display>(
    members: &mut Members<'_, '_>,
    name: &'static str,
    id: Option<&T>,
    known: &HashSet<T>,
    what: &str,
    list: &str,
) {
    if let Some(id) = id.filter(|id| !known.contains(id)) {
        members.wrong(name, format!("No {what} {id} is listed in {list}."));
    }
}

/// The id that was given, else the first of its list; a problem when there is neither.
fn or_first<T>(
    members: &mut Members<'_, '_>,
    name: &'static str,
    given: Option<T>,
    first: Option<T>,
    list: &str,
) -> Option<T> {
    let found = given.or(first);
    if found.is_none() && members.node(name).is_none() {
        members.wrong(name, format!("The member is required, because {list} lists nothing to take by default."));
    }
    found
}

fn zero_unless_null(members: &mut Members<'_, '_>, name: &'static str) -> Option<i32> {
    if members.node(name).is_none() { Some(0) } else { members.nullable(name, Problems::int) }
}

fn access_types(members: &mut Members<'_, '_>) -> Option<Vec<i32>> {
    if members.node("accessTypes").is_none() {
        return Some(Vec::new());
    }
    members.nullable("accessTypes", |problems, path, node| {
        let mut numbers = Vec::new();
        for (index, item) in problems.items(path, node).iter().enumerate() {
            numbers.extend(problems.number_of(&Path::Item(path, index), item, ACCESS_TYPE));
        }
        Some(numbers)
    })
}

fn resources(problems: &mut Problems, path: &Path<'_>, node: &Node) -> Option<Vec<(i32, Uuid)>> {
    let mut resources = Vec::new();
    for (name, line, value) in problems.members(path, node)? {
        let place = Path::Member(path, name);
        // A number without a name stands as itself, as in accessTypes.
        let unnamed = || name.parse().ok().filter(|number| super::names::name_of(ACCESS_TYPE, *number).is_none());
        let number = number_of(ACCESS_TYPE, name).or_else(unnamed);
        if number.is_none() {
            problems.add(&place, *line, format!("{name:?} is none of {}.", ACCESS_TYPE.join(", ")));
        }
        if let (Some(number), Some(id)) = (number, problems.guid(&place, value)) {
            resources.push((number, id));
        }
    }
    Some(resources)
}

fn reseller(known: &Known, problems: &mut Problems, path: &Path<'_>, node: &Node) -> Option<ResellerFacet> {
    let mut members = Members::of(path, node, problems)?;
    let primary = members.take("primaryTenant", Problems::guid);
    refer(&mut members, "primaryTenant", primary.as_ref(), &known.tenants, "account", "reseller.accounts");
    let (mut memberships, mut seen) = (Vec::<Membership>::new(), HashSet::new());
    members.each("memberships", |problems, path, node| {
        let Some(mut members) = Members::of(path, node, problems) else { return };
        let tenant = members.required("tenant", Problems::guid);
        refer(&mut members, "tenant", tenant.as_ref(), &known.tenants, "account", "reseller.accounts");
        let mut roles = Vec::new();
        members.each("roles", |problems, path, node| roles.extend(problems.text(path, node)));
        if let Some(tenant) = tenant {
            if !seen.insert(tenant) {
                members.wrong("tenant", "The user has another membership in the same tenant.");
            }
            memberships.push(Membership { tenant, roles });
        }
        members.finish();
    });
    let first = memberships.first().map(|membership| membership.tenant).or(known.first_tenant);
    let primary = or_first(&mut members, "primaryTenant", primary, first, "reseller.accounts");
    members.finish();
    Some(ResellerFacet { primary_tenant: primary.unwrap_or_default(), memberships })
}

fn expoints(known: &Known, problems: &mut Problems, path: &Path<'_>, node: &Node) -> Option<ExpointsFacet> {
    let mut members = Members::of(path, node, problems)?;
    let names = [ExpointsType::Internal.name(), ExpointsType::External.name()];
    let exact = |name: &str| ExpointsType::of(name).filter(|kind| kind.name() == name);
    let kind = members.take("type", |problems, path, node| problems.one_of(path, node, &names, exact));
    let has_single_active_role = members.take("hasSingleActiveRole", Problems::flag).unwrap_or(false);
    let mut roles = Vec::new();
    members.each("roles", |problems, path, node| {
        let Some(role) = problems.guid(path, node) else { return };
        if !known.expoints_roles.contains(&role) {
            problems.add(path, node.line, format!("No role {role} is listed in expoints.roles."));
        }
        roles.push(role);
    });
    members.finish();
    Some(ExpointsFacet { kind: kind.unwrap_or(ExpointsType::Internal), has_single_active_role, roles })
}

fn admin(known: &Known, problems: &mut Problems, path: &Path<'_>, node: &Node) -> Option<AdminUsersFacet> {
    let mut members = Members::of(path, node, problems)?;
    let account = members.take("accountId", Problems::guid);
    refer(&mut members, "accountId", account.as_ref(), &known.admin_accounts, "account", "adminUsers.accounts");
    let account = or_first(&mut members, "accountId", account, known.first_admin_account, "adminUsers.accounts");
    let admin_user = members.take("adminUser", Problems::flag).unwrap_or(false);
    let agreement_date = members.nullable("agreementDate", Problems::date);
    let decline_date = members.nullable("declineDate", Problems::date);
    let dpa_version = members.nullable("dpaVersion", Problems::text);
    // Any language will do: clients may send one that no list holds, and an export of that has to be importable.
    let language = members.take("languageId", Problems::guid);
    let language = or_first(&mut members, "languageId", language, known.first_language, "adminUsers.languages");
    let facet = AdminUsersFacet {
        account_id: account.unwrap_or_default(),
        admin_user,
        agreement_date,
        decline_date,
        dpa_version,
        language_id: language.unwrap_or_default(),
        mobile_phone: members.nullable("mobilePhone", Problems::text),
        pin: members.nullable("pin", Problems::text),
        preferences: members.take("preferences", |p, path, node| p.number_of(path, node, PREFERENCES)).unwrap_or(0),
        privacy_policy_version: members.nullable("privacyPolicyVersion", Problems::text),
        sso_enabled: members.take("ssoEnabled", Problems::flag).unwrap_or(false),
        time_zone: match members.node("timeZone") {
            None => Some("UTC".into()),
            Some(_) => members.nullable("timeZone", Problems::text),
        },
        super_user: members.take("superUser", Problems::flag).unwrap_or(false),
        locked: members.take("locked", Problems::flag).unwrap_or(false),
    };
    members.finish();
    Some(facet)
}
