//! A fifth API in one file: the agents of an imagined help desk, in JSON and XML, over the store that the four APIs
//! share. It brings its wire types, what it stores of a user, a list of its own, four operations and its refusals;
//! worlds, state documents, journal, faults, OpenAPI documents, pages, metrics and the whole command line come with
//! [`usertwin::run`]. `docs/fifth-api.md` goes through it.
//!
//! ```text
//! cargo run --example fifth_api -- serve
//! ```

use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use std::process::ExitCode;
use usertwin::extend::*;
use usertwin::{Apis, arguments, contract, facet, list};
use uuid::Uuid;

/// The namespace of the wire types in XML.
const MODELS: &str = "http://schemas.datacontract.org/2004/07/HelpDesk.Models";

contract! {
    /// Somebody who answers questions.
    pub struct Agent: "HelpDesk.Models.Agent" as TypeName::Plain("Agent"), in MODELS, {
        /// The login name, by which an agent is addressed.
        username: Option<String> = "Username" { required: true },
        /// The e-mail address.
        email: Option<String> = "Email" { rules: &[Rule::EmailAddress] },
        /// The team; the first one when it is left out.
        team_id: Option<Uuid> = "TeamId",
        /// How hard the questions may be, 1 to 3.
        level: i32 = "Level" { rules: &[Rule::DocumentedOnly(r#"{"minimum":1,"maximum":3}"#)] },
        /// The code that the agent's pager asks for. Answers never contain it.
        pager_code: Option<String> = "PagerCode",
    }
}

facet! {
    /// What the help desk knows of a user.
    pub struct HelpDeskFacet of "helpDesk", in team_id, needs username {
        /// The agent's team.
        team_id: Uuid = "teamId" {
            refers: &["helpDesk.teams"],
            default: DefaultValue::FirstOf("helpDesk.teams"),
        },
        /// How hard the questions may be.
        level: i32 = "level" { default: DefaultValue::Value(|| Value::Int(1)) },
        /// The code that the agent's pager asks for.
        pager_code: Option<String> = "pagerCode" { secret: true },
    }
}

list! {
    /// A team of agents.
    pub struct Team in "helpDesk"."teams", each "team", id id: Uuid {
        /// Its id.
        id: Uuid = "id" { default: DefaultValue::Required },
        /// Its name.
        name: String = "name",
    }
}

/// A user as the help desk knows it.
type HelpDeskUser = UserWith<HelpDeskFacet>;

/// The API.
static HELP_DESK: Api = Api {
    name: "helpDesk",
    document: "help-desk",
    title: "Help desk",
    description: "The agents of a help desk and their teams.",
    mounts: &[Mount { directory: "", prefix: "/helpdesk" }],
    framework: Framework::WebApi(&[
        Formatter { codec: &JSON_ENUM_NAMES, media_types: &["application/json", "text/json"] },
        Formatter { codec: &DATA_CONTRACT_XML, media_types: &["application/xml", "text/xml"] },
    ]),
    facet: HelpDeskFacet::TYPE,
    lists: &[Team::TYPE],
    advice: &[LEVEL_LOWERED],
    transport: TokenTransport { documented: true, header: None, scope: None },
    address_of_user: |_, user| {
        let shown = user.facet::<HelpDeskFacet>().and(user.shared.username.as_deref());
        Ok(shown.map(|name| format!("/helpdesk/v1/agents/{name}")))
    },
    operations: &[LIST, GET, CREATE, DELETE],
    permits: everything,
    denied,
    server_error: |error, _| Reply::error(error.status(), HttpError::message(error.sentence())),
};

fn main() -> ExitCode {
    usertwin::run(Apis::four().with(&HELP_DESK))
}

/// A level above the highest is stored as the highest, without a word to the client.
const LEVEL_LOWERED: Advice = Advice::OfApi("helpDesk.level-lowered");

/// The highest level.
const HIGHEST: i32 = 3;

const NAME: Source = required("name", "The agent's username.");

const NO_AGENT: Documented = Documented::error(404, "There is no such agent.", Provenance::Chosen);

arguments! {
    struct OfTeam {
        team: Option<Uuid> = optional("team", "Only agents of this team."),
    }
}

const LIST: Operation = Operation {
    id: "listAgents",
    action: Action { method: "GET", templates: &["helpdesk/v1/agents"], parameters: OfTeam::PARAMETERS },
    summary: "List agents",
    description: "Every agent, or those of one team, in the order in which they came.",
    answers: &[Documented::ok::<Option<Vec<Agent>>>("The agents.", Provenance::Chosen)],
    grows_with_world: true,
    run: |call, values| Box::pin(list(call, values.into())),
    ..Operation::NEW
};

async fn list(call: Call, OfTeam { team }: OfTeam) -> Outcome {
    let mut transaction = call.read().await?;
    let agents = match team {
        Some(team) => transaction.members::<HelpDeskFacet>(team, Page::All)?,
        None => transaction.all::<HelpDeskFacet>()?,
    };
    Ok(Reply::ok(Some(agents.into_iter().map(|stored| shown(stored.user)).collect::<Vec<_>>())))
}

arguments! {
    struct OfAgent {
        name: Option<String> = NAME,
    }
}

const GET: Operation = Operation {
    id: "getAgent",
    action: Action { method: "GET", templates: &["helpdesk/v1/agents/{name}"], parameters: OfAgent::PARAMETERS },
    summary: "Get an agent",
    description: "One agent by username.",
    answers: &[Documented::ok::<Agent>("The agent.", Provenance::Chosen), NO_AGENT],
    run: |call, values| Box::pin(get(call, values.into())),
    ..Operation::NEW
};

async fn get(call: Call, arguments: OfAgent) -> Outcome {
    let mut transaction = call.read().await?;
    Ok(Reply::ok(shown(find(&mut transaction, arguments)?)))
}

arguments! {
    struct NewAgent {
        agent: Option<Agent> = body("agent", "The new agent."),
    }
}

const CREATE: Operation = Operation {
    id: "createAgent",
    action: Action { method: "POST", templates: &["helpdesk/v1/agents"], parameters: NewAgent::PARAMETERS },
    summary: "Add an agent",
    description: "Adds an agent to a team. A level above the highest is lowered to it.",
    answers: &[
        Documented::value::<Agent>(201, "The new agent.", Provenance::Chosen),
        Documented::error(400, "The agent is invalid, or there is no such team.", Provenance::Chosen),
        Documented::error(409, "Another user has the username.", Provenance::Chosen),
    ],
    run: |call, values| Box::pin(create(call, values.into())),
    ..Operation::NEW
};

async fn create(call: Call, NewAgent { agent }: NewAgent) -> Outcome {
    let Some(agent) = agent else { return Err(invalid("agent", "The agent is required.")) };
    if agent.level < 1 {
        return Err(invalid("agent.Level", "The level is at least 1."));
    }
    let mut transaction = call.write().await?;
    let teams = transaction.items::<Team>(Page::All)?;
    let Some(team) = teams.iter().find(|team| agent.team_id.is_none_or(|id| team.id == id)) else {
        return Err(invalid("agent.TeamId", "The team does not exist."));
    };
    let id = call.new_id();
    let username = agent.username.unwrap_or_default();
    if transaction.username_taken(&username, id)? {
        let taken = HttpError::message(format!("The username '{username}' is taken."));
        return Err(Reply::error(StatusCode::CONFLICT, taken).into());
    }
    if agent.level > HIGHEST {
        call.advise(LEVEL_LOWERED, format!("Level {} became {HIGHEST}, the highest.", agent.level));
    }
    let level = agent.level.min(HIGHEST);
    let shared = User { username: Some(username), email: agent.email, ..User::new(id, transaction.now()) };
    let facet = HelpDeskFacet { team_id: team.id, level, pager_code: agent.pager_code };
    let user = HelpDeskUser { shared, facet };
    transaction.insert(&user)?;
    transaction.commit_together().await?;
    Ok(Reply { status: StatusCode::CREATED, ..Reply::ok(shown(user)) })
}

const DELETE: Operation = Operation {
    id: "deleteAgent",
    action: Action { method: "DELETE", templates: &["helpdesk/v1/agents/{name}"], parameters: OfAgent::PARAMETERS },
    summary: "Remove an agent",
    description: "The user is no agent any more; other APIs that know the user keep it.",
    answers: &[Documented::empty(204, "The agent is gone.", Provenance::Chosen), NO_AGENT],
    run: |call, values| Box::pin(delete(call, values.into())),
    ..Operation::NEW
};

async fn delete(call: Call, arguments: OfAgent) -> Outcome {
    let mut transaction = call.write().await?;
    let agent = find(&mut transaction, arguments)?;
    transaction.remove_facet(agent.shared.id, HelpDeskFacet::TYPE)?;
    transaction.commit_together().await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// The agent that a path names.
fn find(transaction: &mut Transaction, OfAgent { name }: OfAgent) -> Result<HelpDeskUser, Refusal> {
    let found = transaction.find_by_username::<HelpDeskFacet>(&name.unwrap_or_default())?;
    let missing = || Reply::error(StatusCode::NOT_FOUND, HttpError::message("There is no such agent."));
    found.map(|stored| stored.user).ok_or_else(|| missing().into())
}

/// An agent as answers show it.
fn shown(HelpDeskUser { shared, facet }: HelpDeskUser) -> Agent {
    let User { username, email, .. } = shared;
    Agent { username, email, team_id: Some(facet.team_id), level: facet.level, pager_code: None }
}

/// A 400 in the shape of the framework's own.
fn invalid(key: &str, message: &str) -> Refusal {
    let mut problems = ModelState::default();
    problems.add(key, ModelError { message: message.to_owned(), exception: false });
    Reply::error(StatusCode::BAD_REQUEST, HttpError::invalid(&problems, false)).into()
}

fn denied(denial: &Denial, _now: DateTime) -> Reply {
    let error = HttpError::message("Authorization has been denied for this request.");
    match denial {
        Denial::Forbidden => Reply::error(StatusCode::FORBIDDEN, error),
        _ => Reply::error(StatusCode::UNAUTHORIZED, error).header(WWW_AUTHENTICATE, "Bearer"),
    }
}
