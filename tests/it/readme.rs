//! README and the pages it leads to are correct: flags and commands are those of the command line, routes and formats
//! those of the tables in the code, and every request that a page shows is sent to a server with the demo seed and has to
//! be answered with the bytes it shows. Only the members that hold the time of the request, or an identifier made for
//! it, are masked.

use crate::shell;
use crate::support::client::Client;
use crate::support::process::usertwin;
use crate::twin::{demo_seed, schema};
use clap::{Args, Command, FromArgMatches};
use std::collections::BTreeSet;
use usertwin::apis::{Apis, Framework};
use usertwin::config::Config;
use usertwin::model::ids::Ids;
use usertwin::pipeline::app::App;
use usertwin::store::{Limits, Store};

const README: &str = include_str!("../../README.md");
const OPERATIONS: &str = include_str!("../../docs/operations.md");
const COMMAND_LINE: &str = include_str!("../../docs/command-line.md");
const WORLDS: &str = include_str!("../../docs/worlds.md");
const CONTROL_API: &str = include_str!("../../docs/control-api.md");
/// How members start that hold the time of the request or an identifier made for it.
const MADE: [&str; 4] = ["\"timestamp\":\"", "\"DateModified\":\"", "{\"id\":\"", "\"latest\":[\""];

/// A fenced block: the language after the fence, and the text.
struct Block {
    language: &'static str,
    text: &'static str,
}

fn blocks(page: &'static str) -> Vec<Block> {
    // Every second piece between fences is inside one.
    let inside = page.split("```").skip(1).step_by(2);
    inside.map(|piece| piece.split_once('\n').map(|(language, text)| Block { language, text }).unwrap()).collect()
}

/// The rows of a page's tables whose first cell satisfies a test; cells are trimmed.
fn rows(page: &str, first_cell: impl Fn(&str) -> bool) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        let line = line.replace("\\|", "\u{1}");
        let cells = line.trim_matches('|').split('|').map(|cell| cell.trim().replace('\u{1}', "|"));
        cells.collect::<Vec<_>>()
    };
    let tables = page.lines().filter(|line| line.starts_with('|'));
    tables.map(cells).filter(|row| first_cell(&row[0])).collect()
}

/// What stands between backticks in a cell.
fn code(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_table_of_flags_is_the_command_line() {
    let command = Config::augment_args(Command::new("serve"));
    let real: BTreeSet<String> = command
        .get_arguments()
        .map(|argument| {
            let name = argument.get_long().unwrap();
            let variable = argument.get_env().unwrap().to_str().unwrap();
            assert_eq!(variable, format!("USERTWIN_{}", name.to_uppercase().replace('-', "_")));
            let takes_value = argument.get_action().takes_values();
            let value = argument.get_value_names().filter(|_| takes_value).map(|names| format!(" {}", names[0]));
            let defaults = argument.get_default_values();
            let default = defaults.first().filter(|_| takes_value).map(|text| format!("`{}`", text.to_str().unwrap()));
            format!("`--{name}{}` {}", value.unwrap_or_default(), default.unwrap_or_else(|| "off".to_owned()))
        })
        .collect();
    let documented = rows(COMMAND_LINE, |cell| cell.starts_with("`--"));
    let documented: BTreeSet<String> = documented.iter().map(|row| format!("{} {}", row[0], row[1])).collect();
    assert_eq!(documented, real);
}

#[test]
fn the_table_of_commands_is_the_command_line() {
    let top = help(&["--help"]);
    let listed = top.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let listed = listed.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    let real: BTreeSet<&str> = listed.collect();
    let documented = rows(COMMAND_LINE, |cell| cell.starts_with("`usertwin "));
    let commands: Vec<&str> = documented.iter().map(|row| code(&row[0])[0]).collect();
    let name_of = |command: &'_ str| command.split(' ').nth(1).unwrap().to_owned();
    let names: BTreeSet<String> = commands.iter().map(|command| name_of(command)).collect();
    assert_eq!(names.iter().map(String::as_str).collect::<BTreeSet<_>>(), real);
    for command in commands {
        let name = name_of(command);
        if name == "serve" {
            continue; // Its flags have a table of their own.
        }
        let flags = |text: &str| {
            let words = text.split(|c: char| c.is_whitespace() || "[],`".contains(c));
            words.filter(|word| word.starts_with("--") && *word != "--help").map(str::to_owned).collect::<BTreeSet<_>>()
        };
        let options = |name: &str| {
            let help = help(&[name, "--help"]);
            flags(&help.lines().filter(|line| line.trim_start().starts_with('-')).collect::<String>())
        };
        if name == "exec" {
            let mut taken = options("serve");
            taken.insert("--world".to_owned());
            assert_eq!(options(&name), taken, "exec takes the flags of serve, and a world");
            continue;
        }
        assert_eq!(flags(command), options(&name), "flags of {name}");
    }
}

fn help(arguments: &[&str]) -> String {
    let output = usertwin().args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_table_of_operations_is_what_the_apis_answer() {
    let real: BTreeSet<String> = Apis::four()
        .iter()
        .flat_map(|api| api.operations.iter().map(move |operation| (api, operation)))
        .map(|(api, operation)| {
            let (action, from) = (operation.action, Apis::four().source_of(api, operation));
            format!("{} {} {} {from}", api.title, action.method, api.paths(action.templates[0])[0])
        })
        .collect();
    let titles: Vec<&str> = Apis::four().iter().map(|api| api.title).collect();
    let documented = rows(OPERATIONS, |cell| titles.contains(&cell));
    let verbs = ["GET ", "PUT ", "POST ", "PATCH ", "DELETE "];
    let documented = documented
        .iter()
        .filter(|row| verbs.iter().any(|verb| row[1].strip_prefix('`').is_some_and(|rest| rest.starts_with(verb))));
    let documented = documented.map(|row| format!("{} {} {}", row[0], row[1].trim_matches('`'), row[3]));
    assert_eq!(documented.collect::<BTreeSet<_>>(), real);
}

#[test]
fn the_table_of_formats_is_what_the_apis_read_and_write() {
    for api in &Apis::four() {
        let row =
            rows(OPERATIONS, |cell| cell == api.title).into_iter().find(|row| row[1].starts_with("`application/json`"));
        let row = row.unwrap_or_else(|| panic!("no formats of {}", api.title));
        let Framework::WebApi(formatters) = api.framework else { continue };
        let types = |writes: bool| {
            let fits = formatters.iter().filter(|formatter| !writes || formatter.codec.writer().is_some());
            fits.flat_map(|formatter| formatter.media_types).copied().collect::<Vec<_>>()
        };
        assert_eq!(code(&row[1]), types(false), "requests of {}", api.title);
        assert_eq!(code(&row[2]), types(true), "answers of {}", api.title);
    }
}

#[test]
fn the_state_document_is_valid() {
    let document = blocks(WORLDS).into_iter().find(|block| block.text.starts_with("{\n  \"users\"")).unwrap();
    let document = usertwin::Apis::four().schema().parse(document.text).unwrap();
    assert_eq!(document.users.len(), 1);
}

#[test]
fn every_request_is_answered_as_shown() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for page in [README, OPERATIONS, CONTROL_API] {
        // A reader of one page has not sent the requests of another.
        let address = runtime.block_on(serve_demo_seed());
        let blocks = blocks(page);
        let (mut shown_apis, mut requests) = (BTreeSet::new(), 0);
        for (at, block) in blocks.iter().enumerate() {
            if block.language != "sh" || !block.text.starts_with("curl ") {
                continue;
            }
            let shown = blocks.get(at + 1).filter(|next| ["json", "xml"].contains(&next.language));
            let shown = shown.unwrap_or_else(|| panic!("no answer is shown for {}", block.text));
            let request = shell::curl(block.text);
            let answer = Client::connect(address).unwrap().exchange(&request.bytes()).unwrap();
            let (status, body) = (answer.status, answer.text());
            assert!(!body.is_empty(), "{status}: {}", block.text);
            assert_eq!(masked(body), masked(shown.text.trim_end_matches('\n')), "{status}: {}", block.text);
            shown_apis.extend(Apis::four().owner_of(&request.path).map(|(api, _)| api.name));
            requests += 1;
        }
        assert!(requests > 0, "{}", page.lines().next().unwrap());
        if page == OPERATIONS {
            assert_eq!(shown_apis.len(), Apis::four().iter().count(), "a request for each API");
        }
    }
}

#[test]
fn the_table_of_apis_counts_their_operations_and_where_they_are_known_from() {
    for api in &Apis::four() {
        let row = rows(README, |cell| cell == api.title);
        assert_eq!(row.len(), 1, "{}", api.title);
        let words = ["seed", "public-doc", "framework", "recorded", "chosen"];
        let of = |word: &str| api.operations.iter().filter(|operation| operation.provenance.word() == word).count();
        let counted = words.iter().map(|word| (of(word), word)).filter(|(count, _)| *count > 0);
        let counted = counted.map(|(count, word)| format!("{count} `{word}`")).collect::<Vec<_>>().join(", ");
        assert_eq!(row[0][2..4], [api.operations.len().to_string(), counted], "{}", api.title);
        for path in code(&row[0][1]) {
            let mut templates = api.operations.iter().flat_map(|operation| operation.action.templates);
            assert!(templates.any(|template| api.paths(template)[0].starts_with(path)), "{} at {path}", api.title);
        }
    }
}

#[test]
fn readme_leads_to_every_page() {
    let pages = ["docs", "kits"].into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|entry| {
        let path = entry.unwrap().path();
        if path.parent().unwrap().ends_with("kits") { path.join("README.md") } else { path }
    });
    let pages = pages.filter(|path| path.extension().is_some_and(|kind| kind == "md") && path.exists());
    let mut count = 0;
    for page in pages {
        let link = format!("]({})", page.to_str().unwrap().replace('\\', "/"));
        assert!(README.contains(&link), "nothing leads to {}", page.display());
        count += 1;
    }
    assert!(count > 20, "only {count} pages were found");
}

/// A server with the demo seed and the settings of `usertwin serve` without a flag, on a free port.
async fn serve_demo_seed() -> std::net::SocketAddr {
    // Variables of the environment must not change what a server without settings answers.
    let command = Config::augment_args(Command::new("serve")).mut_args(|argument| argument.env(None));
    let matches = command.get_matches_from(["serve"]);
    let config = Config::from_arg_matches(&matches).unwrap();
    let store = Store::open("sqlite::memory:", &schema(), &demo_seed(), Limits::from(&config)).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = App::new(Apis::four(), config, store, Ids::random());
    tokio::spawn(usertwin::serve(listener, app, std::future::pending()));
    address
}

/// A body with its times and identifiers taken out.
fn masked(body: &str) -> String {
    let mut masked = body.to_owned();
    for start in MADE {
        if let Some((before, rest)) = masked.split_once(start) {
            let after = rest.split_once('"').unwrap().1;
            masked = format!("{before}{start}\"{after}");
        }
    }
    masked
}
