//! Kill after kill on one database: 64 clients write in every way, the server is killed, and
//! after its restart it holds every acknowledged change and no half of any.

mod seed;
mod writer;

use crate::support::client::Client;
use crate::support::folder::Folder;
use crate::support::process::{ServerProcess, database};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::Duration;
use writer::{Kind, Place, Writer};

const ROUNDS: usize = 50;
const BATCHES: usize = 8;

/// Batches come first, so that the seed's batches are theirs.
const WRITERS: [(Kind, usize); 7] = [
    (Kind::Batch, BATCHES),
    (Kind::Reseller, 20),
    (Kind::Pbnb, 16),
    (Kind::AdminUsers, 10),
    (Kind::ComeAndGo, 5),
    (Kind::Worlds, 4),
    (Kind::Copies, 1),
];

/// The state of a server.
struct Found {
    /// The marker's display name in each world.
    worlds: BTreeMap<String, String>,
    /// The documents of `main` and its copies.
    documents: BTreeMap<String, Value>,
    members: HashMap<String, Value>,
    usernames: HashMap<String, String>,
}

fn get(client: &mut Client, path: &str) -> String {
    let headers = [("Authorization", "Bearer good"), ("Accept", "application/json")];
    let answer = client.send("GET", path, &headers, &[]).unwrap();
    let text = String::from_utf8(answer.body).unwrap();
    assert_eq!(answer.status, 200, "{path}: {text}");
    text
}

impl Found {
    fn at(address: SocketAddr) -> Found {
        let mut client = Client::connect(address).unwrap();
        let list: Value = serde_json::from_str(&get(&mut client, "/_usertwin/worlds")).unwrap();
        let (mut worlds, mut documents) = (BTreeMap::new(), BTreeMap::new());
        for world in list["worlds"].as_array().unwrap() {
            let name = text(&world["name"]);
            if name.starts_with("main") {
                let state = get(&mut client, &format!("/_usertwin/worlds/{name}/state"));
                documents.insert(name.clone(), serde_json::from_str(&state).unwrap());
            }
            let marker = get(&mut client, &format!("/_usertwin/worlds/{name}/users/{}", seed::MARKER));
            let marker: Value = serde_json::from_str(&marker).unwrap();
            worlds.insert(name, text(&marker["displayName"]));
        }
        let users = users(&documents["main"]);
        let members = users.map(|user| (text(&user["id"]), user.clone())).collect::<HashMap<_, _>>();
        let usernames = members.values().map(|user| text(&user["username"])).map(|name| (name.clone(), name)).collect();
        let found = Found { worlds, documents, members, usernames };
        found.is_what_the_apis_show(&mut client);
        found
    }

    fn value(&self, place: &Place) -> Option<String> {
        match place {
            Place::Member(id, member) => Some(text(&self.members[id][*member])),
            Place::Username(name) => self.usernames.get(name).cloned(),
            Place::World(name) => self.worlds.get(name).cloned(),
        }
    }

    /// A batch stands in a world as a whole, also in copies, which were taken while batches were written.
    fn has_whole_batches(&self) {
        for (world, document) in &self.documents {
            let emails: HashMap<_, _> = users(document).map(|user| (text(&user["id"]), text(&user["email"]))).collect();
            for writer in 0..BATCHES {
                let batch: Vec<_> = (1..=seed::BATCH).map(|number| &emails[&seed::id(writer, number)]).collect();
                assert!(batch.iter().all(|email| *email == batch[0]), "half a batch in {world}: {batch:?}");
            }
        }
    }

    fn is_what_the_apis_show(&self, client: &mut Client) {
        let lists = [
            ("pbnb", "/v1/core/Accounts/2/users", "username"),
            ("reseller", &format!("/api/v1.0/accounts/{}/users", seed::TENANT), "displayName"),
            ("adminUsers", "/api/v1/admin/users", "displayName"),
            ("expoints", "/external/api/v3/user", "username"),
        ];
        for (facet, path, member) in lists {
            let list = get(client, path);
            for user in self.members.values().filter(|user| user[facet].is_object()) {
                assert!(list.contains(&user[member].to_string()), "{path} lacks {user}");
            }
        }
    }
}

fn users(document: &Value) -> impl Iterator<Item = &Value> {
    document["users"].as_array().unwrap().iter()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Lets every writer write; kills the server a while after each had its first acknowledgement.
fn interrupted(mut server: ServerProcess, writers: &mut [Writer], after: Duration) {
    std::thread::scope(|threads| {
        let (reported, received) = mpsc::channel();
        let count = writers.len();
        for writer in writers {
            let (reported, address) = (reported.clone(), server.address);
            threads.spawn(move || writer.write(address, &reported));
        }
        for _ in 0..count {
            received.recv_timeout(Duration::from_secs(30)).unwrap().unwrap();
        }
        // The kill has to come at another moment of the work in every round, which only time can choose.
        std::thread::sleep(after);
        assert!(server.runs(), "{}", server.log());
        drop(server);
        drop(reported);
        received.iter().for_each(Result::unwrap);
    });
}

#[test]
fn fifty_kills_during_sixty_four_way_writes_lose_no_acknowledged_change_and_leave_no_half_batch() {
    let folder = Folder::new("crash");
    let (file, seed) = (folder.file("twin.db"), folder.file("seed.json"));
    let kinds: Vec<Kind> = WRITERS.iter().flat_map(|(kind, count)| std::iter::repeat_n(*kind, *count)).collect();
    assert_eq!(kinds.len(), 64);
    std::fs::write(&seed, seed::document(kinds.len()).to_string()).unwrap();
    let flags = [&database(&file), &format!("--seed={}", seed.display()), "--log=error"];
    let mut writers: Vec<Writer> = kinds.into_iter().enumerate().map(|(n, kind)| Writer::new(n, kind)).collect();
    let (mut unanswered, mut applied) = (0, 0);
    for round in 0..=ROUNDS {
        let server = ServerProcess::start(&flags).unwrap();
        let found = Found::at(server.address);
        found.has_whole_batches();
        unanswered += writers.iter().filter(|writer| !writer.asked.is_empty()).count();
        for writer in &mut writers {
            match writer.check(|place| found.value(place)) {
                Ok(took_effect) => applied += usize::from(took_effect),
                Err(wrong) => panic!("after {round} kills: {wrong}"),
            }
        }
        let listed = folder.file("twin.db.worlds").read_dir().unwrap().flatten();
        let files = listed.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "db")).count();
        assert_eq!(files, found.worlds.len() + 1, "a file for each world and the seed, after {round} kills");
        if round < ROUNDS {
            // From 20 to 150 ms, every length once in a while.
            interrupted(server, &mut writers, Duration::from_millis(20 + (round as u64 * 37) % 131));
        }
    }
    let acknowledged: usize = writers.iter().map(|writer| writer.acknowledged).sum();
    println!(
        "{ROUNDS} kills, {acknowledged} acknowledged writes, {unanswered} unanswered ones of which {applied} took effect"
    );
    // Kills that interrupt no write would prove nothing.
    assert!(unanswered >= ROUNDS, "{unanswered}");
}
