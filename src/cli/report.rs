//! What `usertwin exec` says when its command has ended: the requests of all worlds together, those that were dropped
//! included, with what is worth a look in front: advice, then failures, then the worlds that were changed.

use super::escape_terminal;
use crate::model::Diff;
use crate::pipeline::app::App;
use crate::pipeline::journal::Kept;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Lines about operations, and about worlds.
const MOST_LINES: usize = 20;
/// Worlds that a line about advice names.
const NAMED_WORLDS: usize = 3;

/// Requests with the same outcome: the API, the operation, the status.
type Outcome<'e> = (&'e str, &'e str, Option<u16>);

/// One code of advice.
#[derive(Default)]
struct Advised<'e> {
    count: usize,
    message: &'e str,
    worlds: BTreeSet<&'e str>,
}

/// A world's line, with how interesting it is.
struct World {
    interest: usize,
    line: String,
}

/// The report on everything that a server did.
pub(super) async fn of(app: &App) -> anyhow::Result<String> {
    let (mut worlds, mut journals) = (Vec::new(), Vec::new());
    let seed = app.store().seed().await?.users;
    for world in app.store().worlds().await? {
        let users = app.store().read(&world.name).await?.records()?;
        let diff = Diff::between(&seed, &users);
        let (added, changed, removed) = (diff.added.len(), diff.changed.len(), diff.removed.len());
        let line = format!(
            "world {}: {} users; {added} added, {changed} changed, {removed} removed since the seed",
            world.name,
            users.len()
        );
        worlds.push(World { interest: added + changed + removed, line });
        journals.push((world.name.to_string(), app.journal().kept(&world.name)));
    }
    for (world, kept) in app.journal().ended() {
        journals.push((world.to_string(), kept));
    }
    let mut text = String::new();
    requests(&journals, &mut text)?;
    worlds.sort_by_key(|world| Reverse(world.interest));
    let told = worlds.iter().filter(|world| world.interest > 0).take(MOST_LINES);
    for world in told.clone() {
        writeln!(text, "usertwin: {}", world.line)?;
    }
    match worlds.len() - told.count() {
        0 => {}
        1 if worlds.len() == 1 => writeln!(text, "usertwin: one world, as the seed")?,
        rest => {
            let changed = worlds.iter().filter(|world| world.interest > 0).count().saturating_sub(MOST_LINES);
            let unchanged = rest - changed;
            let counted = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
            let parts = [counted(changed, "more changed worlds"), counted(unchanged, "worlds as the seed")];
            writeln!(text, "usertwin: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))?;
        }
    }
    Ok(text)
}

/// A total, a line for each code of advice, and one for each operation and outcome, failures first.
fn requests(journals: &[(String, Kept)], text: &mut String) -> std::fmt::Result {
    let mut asked: BTreeMap<Outcome<'_>, usize> = BTreeMap::new();
    let mut advised: BTreeMap<&str, Advised<'_>> = BTreeMap::new();
    let (mut all, mut advice, mut dropped) = (0_usize, 0_usize, 0);
    for (world, kept) in journals {
        dropped += kept.dropped;
        for entry in &kept.entries {
            all += 1;
            let (api, operation) = (entry.api.unwrap_or("no API"), entry.operation.unwrap_or("no operation"));
            *asked.entry((api, operation, entry.status)).or_default() += 1;
            for note in &entry.advice {
                let known = advised.entry(note.code.as_str()).or_default();
                known.count += 1;
                known.message = &note.message;
                known.worlds.insert(world);
                advice += 1;
            }
        }
    }
    let worlds = journals.iter().filter(|(_, kept)| !kept.entries.is_empty()).count();
    writeln!(text, "usertwin: {all} requests in {worlds} worlds; advice given {advice} times")?;
    let mut advised: Vec<_> = advised.into_iter().collect();
    advised.sort_by_key(|(_, known)| Reverse(known.count));
    for (code, known) in advised {
        let named: Vec<&str> = known.worlds.iter().take(NAMED_WORLDS).copied().collect();
        let more = known.worlds.len().saturating_sub(NAMED_WORLDS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let (count, message) = (known.count, escape_terminal(known.message));
        writeln!(text, "usertwin:   {count} x advice {code} in {}{more}: {message}", named.join(", "))?;
    }
    let mut asked: Vec<_> = asked.into_iter().collect();
    asked.sort_by_key(|((_, _, status), count)| (severity(*status), Reverse(*count)));
    for ((api, operation, status), count) in asked.iter().take(MOST_LINES) {
        let status = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        writeln!(text, "usertwin:   {count} x {api} {operation}: {status}")?;
    }
    if let Some(more) = asked.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
        writeln!(text, "usertwin:   and {more} more kinds of request")?;
    }
    if dropped > 0 {
        writeln!(text, "usertwin:   {dropped} earlier requests are dropped from the journal")?;
    }
    Ok(())
}

/// How far behind a status stands: what failed comes first.
fn severity(status: Option<u16>) -> u8 {
    match status {
        Some(500..) => 0,
        None => 1,
        Some(400..) => 2,
        Some(_) => 3,
    }
}
