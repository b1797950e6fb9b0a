//! One client among several. It lives in a world of its own, so that it knows every expected answer, and goes to
//! the world `main`, where all of them read and change the same users, now and then. Every unexpected answer is
//! counted and reported.

use super::call::Call;
use crate::harness::random::Random;
use crate::harness::support::client::{Answer, Client};
use crate::harness::workload::Workload;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many users a world starts with. The first one keeps its name and password: it signs in.
pub const USERS: u32 = 100;

/// The password of every user that the seed brings.
pub const PASSWORD: &str = "Engine1842";

/// What all visitors have seen.
#[derive(Default)]
pub struct Tally {
    pub requests: AtomicU64,
    pub worlds: AtomicU64,
    pub unexpected: AtomicU64,
    turns: AtomicU64,
}

impl Tally {
    /// Counts something unexpected, and prints the first of them at once.
    pub fn unexpected(&self, what: &str) {
        if self.unexpected.fetch_add(1, Ordering::Relaxed) < 20 {
            println!("UNEXPECTED after {} requests: {what}", self.requests.load(Ordering::Relaxed));
        }
    }
}

/// A client.
pub struct Visitor<'run> {
    pub address: SocketAddr,
    pub world: String,
    pub random: Random,
    tally: &'run Tally,
    client: Option<Client>,
    request: Vec<u8>,
}

impl<'run> Visitor<'run> {
    pub fn new(address: SocketAddr, number: u64, tally: &'run Tally) -> Visitor<'run> {
        let random = Random(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Visitor { address, world: String::new(), random, tally, client: None, request: Vec::new() }
    }

    /// A world's life: it begins as a copy of `main`, sees some hundred deeds, and is dropped.
    pub fn live(&mut self, name: String, mut goes_on: impl FnMut() -> bool) {
        self.world = name;
        self.tally.worlds.fetch_add(1, Ordering::Relaxed);
        self.own("POST", "", &format!(r#"{{"name":"{}","from":"main"}}"#, self.world), 201);
        for _ in 0..200 + self.random.below(200) {
            if !goes_on() {
                break;
            }
            self.act();
        }
        self.own("DELETE", &format!("/{}", self.world), "", 204);
    }

    /// A number that no visitor has had.
    pub fn turn(&mut self) -> u64 {
        self.tally.turns.fetch_add(1, Ordering::Relaxed)
    }

    /// One of some choices.
    pub fn of<Choice: Copy>(&mut self, choices: &[Choice]) -> Choice {
        choices[self.random.below(choices.len() as u32) as usize]
    }

    /// A user that has no other purpose.
    pub fn anybody(&mut self) -> u32 {
        2 + self.random.below(USERS - 1)
    }

    /// Sends a request to an API in the visitor's world, which has to be answered with a status and this text.
    pub fn api(&mut self, mut call: Call, status: u16, text: &str) -> Answer {
        call.path = format!("/w/{}{}", self.world, call.path);
        self.send(call, status, text)
    }

    /// Sends a control call about worlds; `rest` is what follows `/_usertwin/worlds`.
    pub fn own(&mut self, method: &'static str, rest: &str, body: &str, status: u16) -> Answer {
        let call = Call::anonymous(method, format!("/_usertwin/worlds{rest}"));
        self.send(if body.is_empty() { call } else { call.json(body) }, status, "")
    }

    /// The same about the visitor's world.
    pub fn here(&mut self, method: &'static str, rest: &str, body: &str, status: u16) -> Answer {
        self.own(method, &format!("/{}{rest}", self.world), body, status)
    }

    /// Sends a request that has to be answered with a status and this text.
    pub fn send(&mut self, call: Call, status: u16, text: &str) -> Answer {
        match self.exchange(&call) {
            Ok(answer) => {
                let body = String::from_utf8_lossy(&answer.body);
                if answer.status != status || !body.contains(text) {
                    let body: String = body.chars().take(300).collect();
                    let Call { method, path, headers, .. } = &call;
                    let was = answer.status;
                    self.wrong(format!("{method} {path} {headers:?}: {was}, not {status} with {text:?}: {body}"));
                }
                answer
            }
            Err(error) => {
                self.wrong(format!("{} {}: {error}", call.method, call.path));
                Answer { status: 0, headers: Vec::new(), body: Vec::new() }
            }
        }
    }

    /// Sends a request to an API whose answer must not arrive in full.
    pub fn cut(&mut self, mut call: Call) {
        call.path = format!("/w/{}{}", self.world, call.path);
        if let Ok(answer) = self.exchange(&call) {
            self.wrong(format!("{} {}: {}, not a connection that is cut", call.method, call.path, answer.status));
        }
    }

    /// Reads and changes where all visitors do.
    pub fn in_the_shared_world(&mut self) {
        for _ in 0..5 {
            let workload = self.of(&[Workload::Mixed, Workload::PatchReseller]);
            // Not the first user: copies of this world sign in as that.
            let (user, turn) = (self.anybody(), self.turn());
            let mut request = std::mem::take(&mut self.request);
            workload.write(&mut request, user, turn);
            match self.connected(|client| client.exchange(&request)) {
                Ok(answer) if answer.status == 200 && workload.is_done(&answer.body) => {}
                other => self.wrong(format!("{workload:?} in main: {other:?}")),
            }
            self.request = request;
        }
    }

    /// Counts something unexpected.
    pub fn wrong(&self, what: String) {
        self.tally.unexpected(&what);
    }

    fn exchange(&mut self, call: &Call) -> std::io::Result<Answer> {
        let headers: Vec<(&str, &str)> = call.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.connected(|client| client.send(call.method, &call.path, &headers, &call.body))
    }

    /// A connection is kept until something goes wrong with it.
    fn connected<Output>(
        &mut self,
        exchange: impl FnOnce(&mut Client) -> std::io::Result<Output>,
    ) -> std::io::Result<Output> {
        self.tally.requests.fetch_add(1, Ordering::Relaxed);
        let mut client = match self.client.take() {
            Some(client) => client,
            None => Client::connect(self.address)?,
        };
        let output = exchange(&mut client)?;
        self.client = Some(client);
        Ok(output)
    }
}
