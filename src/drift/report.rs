//! What a replay has found, as text for people, JSON, JUnit's XML for CI, or Markdown.

use super::cause::Cause;
use super::replay::Outcome;
use super::{Accepted, rules};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For CI servers.
    Junit,
    /// For pages and comments.
    Markdown,
}

/// How many letters of an example are shown.
const SHOWN: usize = 100;

/// An outcome with what was accepted of it.
#[derive(Debug)]
pub struct Report {
    outcome: Outcome,
    excused: BTreeSet<String>,
    stale: Vec<String>,
}

impl Report {
    /// The report on a day.
    #[must_use]
    pub fn new(outcome: Outcome, accepted: &Accepted, today: &str) -> Report {
        let (excused, stale) = accepted.judge(&outcome.causes, today);
        Report { outcome, excused, stale }
    }

    /// Whether anything was compared: a report about nothing is no good news.
    #[must_use]
    pub fn is_about_something(&self) -> bool {
        self.outcome.compared > 0
    }

    /// Whether something differs that nobody accepted, or an acceptance is out of date.
    #[must_use]
    pub fn shows_drift(&self) -> bool {
        !self.stale.is_empty() || self.outcome.causes.iter().any(|cause| !self.is_excused(cause))
    }

    fn is_excused(&self, cause: &Cause) -> bool {
        self.excused.contains(&cause.id)
    }

    /// The report in a form; colours are for terminals.
    #[must_use]
    pub fn in_format(&self, format: Format, colours: bool) -> String {
        match format {
            Format::Text => self.text(colours),
            Format::Json => format!("{:#}\n", self.json()),
            Format::Junit => self.junit(),
            Format::Markdown => self.markdown(),
        }
    }

    fn summary(&self) -> String {
        let Outcome { compared, same, causes, left_out, .. } = &self.outcome;
        let accepted = causes.iter().filter(|cause| self.is_excused(cause)).count();
        let (differ, causes) = (compared - same, causes.len());
        let left_out = left_out.len();
        format!(
            "{compared} exchanges compared: {same} the same, {differ} differ by {causes} causes ({accepted} accepted); {left_out} not compared"
        )
    }

    fn text(&self, colours: bool) -> String {
        let colour =
            |code: &str, text: &str| if colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() };
        let mut out = self.summary() + "\n";
        for (at, cause) in self.outcome.causes.iter().enumerate() {
            let accepted = if self.is_excused(cause) { " (accepted)" } else { "" };
            let (exchanges, routes) = (cause.exchanges.len(), cause.routes.len());
            let _ = writeln!(out, "\n{}. {}{accepted}", at + 1, colour("1", &line(&cause.id, 400)));
            let _ = writeln!(out, "   exchanges: {exchanges} ({}), routes: {routes}", numbers(cause));
            for route in &cause.routes {
                let _ = writeln!(out, "     {}", line(route, 200));
            }
            if let Some(setting) = &cause.setting {
                let _ = writeln!(out, "   explained by: usertwin serve {setting}");
            }
            let _ = writeln!(out, "   {} {}", colour("32", "there"), line(&cause.example.recorded, SHOWN));
            let _ = writeln!(out, "   {}  {}", colour("31", "here"), line(&cause.example.own, SHOWN));
        }
        for sentence in &self.stale {
            let _ = writeln!(out, "\nout of date: {}", line(sentence, 600));
        }
        if !self.outcome.left_out.is_empty() {
            out += "\nnot compared:\n";
        }
        for sentence in &self.outcome.left_out {
            let _ = writeln!(out, "  {}", line(sentence, 200));
        }
        out += "\nno difference, by rule:\n";
        rules().iter().for_each(|rule| out += &format!("  {rule}\n"));
        out
    }

    /// The report for programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let cause = |cause: &Cause| {
            json!({"cause": cause.id, "api": cause.api, "level": cause.example.level, "subject": cause.example.subject,
                   "kind": cause.example.kind, "exchanges": cause.exchanges, "routes": cause.routes,
                   "setting": cause.setting, "accepted": self.is_excused(cause),
                   "example": {"there": cause.example.recorded, "here": cause.example.own}})
        };
        let causes: Vec<Value> = self.outcome.causes.iter().map(cause).collect();
        json!({"compared": self.outcome.compared, "same": self.outcome.same, "drift": self.shows_drift(), "causes": causes,
               "outOfDate": self.stale, "notCompared": self.outcome.left_out, "routes": self.outcome.routes, "rules": rules()})
    }

    fn junit(&self) -> String {
        let Outcome { causes, .. } = &self.outcome;
        let failures = causes.iter().filter(|cause| !self.is_excused(cause)).count() + self.stale.len();
        let accepted = causes.len() + self.stale.len() - failures;
        let tests = 1 + causes.len() + self.stale.len();
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"usertwin drift\" tests=\"{tests}\" failures=\"{failures}\" \
             skipped=\"{accepted}\">\n  <testcase classname=\"drift\" name=\"{}\"/>\n",
            xml(&self.summary())
        );
        for cause in causes {
            let name = xml(&cause.id);
            let inside = match self.is_excused(cause) {
                true => "<skipped message=\"accepted\"/>".to_owned(),
                false => {
                    let setting =
                        cause.setting.as_ref().map(|setting| format!("\nexplained by {setting}")).unwrap_or_default();
                    let (there, here) = (line(&cause.example.recorded, 1000), line(&cause.example.own, 1000));
                    let text = format!("exchanges {}{setting}\nthere {there}\nhere  {here}", numbers(cause));
                    format!("<failure message=\"{name}\">{}</failure>", xml(&text))
                }
            };
            let _ = writeln!(out, "  <testcase classname=\"drift.{}\" name=\"{name}\">{inside}</testcase>", cause.api);
        }
        for sentence in &self.stale {
            let sentence = xml(sentence);
            let _ = writeln!(
                out,
                "  <testcase classname=\"drift\" name=\"{sentence}\"><failure message=\"out of date\"/></testcase>"
            );
        }
        out + "</testsuite>\n"
    }

    fn markdown(&self) -> String {
        let cell = |text: &str| line(text, SHOWN).replace('|', "\\|").replace('`', "'");
        let mut out = format!(
            "{}\n\n| cause | exchanges | there | here | explained by |\n|---|---|---|---|---|\n",
            self.summary()
        );
        for cause in &self.outcome.causes {
            let accepted = if self.is_excused(cause) { " (accepted)" } else { "" };
            let setting = cause.setting.as_ref().map(|setting| format!("`{setting}`")).unwrap_or_default();
            let (there, here) = (cell(&cause.example.recorded), cell(&cause.example.own));
            let id = cell(&line(&cause.id, 400));
            let _ = writeln!(out, "| {id}{accepted} | {} | `{there}` | `{here}` | {setting} |", cause.exchanges.len());
        }
        self.stale.iter().for_each(|sentence| out += &format!("\n- out of date: {}", line(sentence, 600)));
        out + "\n"
    }
}

/// The exchanges of a cause; the first ones of many.
fn numbers(cause: &Cause) -> String {
    let shown: Vec<String> = cause.exchanges.iter().take(8).map(|number| format!("#{number}")).collect();
    let more = if cause.exchanges.len() > shown.len() { " …" } else { "" };
    shown.join(" ") + more
}

/// A text in one line without control characters, cut where it is long: recordings come from elsewhere.
fn line(text: &str, length: usize) -> String {
    let shown: String =
        text.chars().take(length).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let more = if text.chars().nth(length).is_some() { "…" } else { "" };
    shown + more
}

fn xml(text: &str) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
