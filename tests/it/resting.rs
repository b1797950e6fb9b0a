//! Worlds in files that rest: there may be many more worlds than descriptors, and closing a file loses nothing.

use crate::store::{everywhere, name, with_users};
use crate::support::client::{Answer, Client};
use crate::support::folder::Folder;
use crate::support::process::{ServerProcess, database};
use crate::twin::schema;
use usertwin::store::{Keep, Limits, Store};

const USER: &str = "/v1/core/Accounts/2/users/1";

fn send(client: &mut Client, method: &str, path: &str, body: &str) -> Answer {
    let headers = [("Authorization", "Bearer good"), ("Content-Type", "application/json")];
    client.send(method, path, &headers, body.as_bytes()).unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn more_worlds_than_descriptors_are_made_and_read_again_with_their_own_data() {
    let folder = Folder::new("many-worlds");
    let flags = [&database(&folder.file("twin.db")), "--log=error"];
    let server = ServerProcess::from_script("ulimit -n 256; exec \"$@\"", &flags).unwrap();
    let mut client = Client::connect(server.address).unwrap();
    let worlds = 320;
    for world in 0..worlds {
        let body = format!(r#"{{"Username":"user-{world}"}}"#);
        let answer = send(&mut client, "PATCH", &format!("/w/w{world}{USER}"), &body);
        assert_eq!(answer.status, 200, "world {world}: {}", answer.text());
    }
    for world in 0..worlds {
        let answer = send(&mut client, "GET", &format!("/w/w{world}{USER}"), "");
        let own = format!(r#""Username":"user-{world}""#);
        assert!(answer.status == 200 && answer.text().contains(&own), "world {world}: {}", answer.text());
    }
    let list = send(&mut client, "GET", "/_usertwin/worlds", "");
    assert!(!list.text().contains(r#""users":null"#) && list.text().matches(r#""name""#).count() == worlds + 1);
    assert_eq!(send(&mut client, "GET", "/_usertwin/health/ready", "").status, 200);
    let open = std::fs::read_dir(format!("/proc/{}/fd", server.id())).unwrap().count();
    assert!(open < 128, "{open} descriptors are open");
}

#[test]
fn tokens_faults_clock_and_journal_of_a_world_survive_the_closing_of_its_file() {
    let folder = Folder::new("survive");
    let flags = [&database(&folder.file("twin.db")), "--log=error"];
    let server = ServerProcess::from_script("ulimit -n 64; exec \"$@\"", &flags).unwrap();
    let mut client = Client::connect(server.address).unwrap();
    let frozen = r#"{"now":"2031-02-03T04:05:06Z","frozen":true}"#;
    assert_eq!(send(&mut client, "PUT", "/_usertwin/worlds/kept/clock", frozen).status, 200);
    let fault = r#"{"match":{"method":"DELETE"},"effect":{"status":503}}"#;
    assert_eq!(send(&mut client, "POST", "/_usertwin/worlds/kept/faults", fault).status, 201);
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let grant = "client_id=app&client_secret=secret&scope=api%3A%2F%2Fx%2F.default&grant_type=client_credentials";
    let issued = client.send("POST", "/w/kept/t/oauth2/v2.0/token", &form, grant.as_bytes()).unwrap();
    let issued: serde_json::Value = serde_json::from_slice(&issued.body).unwrap();
    let token = issued["access_token"].as_str().unwrap().to_owned();
    for world in 0..40 {
        assert_eq!(send(&mut client, "GET", &format!("/w/w{world}{USER}"), "").status, 200);
    }
    let held: Vec<_> = std::fs::read_dir(format!("/proc/{}/fd", server.id())).into_iter().flatten().flatten().collect();
    let open = held.iter().filter_map(|entry| std::fs::read_link(entry.path()).ok());
    // The first world that was made is in the file after that of the seed.
    assert!(!open.into_iter().any(|path| path.ends_with("twin.db.worlds/2.db")), "the world is still open");
    assert!(send(&mut client, "GET", "/_usertwin/worlds/kept/clock", "").text().contains("2031-02-03"));
    assert_eq!(send(&mut client, "DELETE", &format!("/w/kept{USER}"), "").status, 503);
    let requests = send(&mut client, "GET", "/_usertwin/worlds/kept/requests", "");
    assert_eq!(requests.text().matches(r#""world":"kept""#).count(), 2, "{}", requests.text());
    let authorization = format!("Bearer {token}");
    let path = "/w/kept/external/api/v3/user";
    let answer = client.send("GET", path, &[("Authorization", &authorization)], &[]).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_that_race_for_few_open_files_find_their_own_worlds() {
    let folder = Folder::new("race");
    let url = format!("sqlite:{}", folder.file("twin.db").display());
    let limits = Limits { open: 4, ..Limits::default() };
    let store = Store::open(&url, &schema(), &with_users(vec![]), limits).await.unwrap();
    let mut tasks = Vec::new();
    for task in 0..16 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            let world = name(&format!("w{task}"));
            for number in 1..12 {
                let mut transaction = store.write(&world).await.unwrap();
                transaction.insert_all(&[everywhere(number)]).unwrap();
                transaction.commit().unwrap();
                if number == 6 {
                    store.fork(&world, &name(&format!("fork{task}")), Keep::Always).await.unwrap();
                }
                let count = store.read(&world).await.unwrap().records().unwrap().len();
                assert_eq!(count, number as usize, "{world}");
            }
            store.reset(&world, Some(&name(&format!("fork{task}")))).await.unwrap();
            assert_eq!(store.read(&world).await.unwrap().records().unwrap().len(), 6, "{world}");
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let worlds = store.worlds().await.unwrap();
    assert!(worlds.len() == 32 && worlds.iter().all(|world| world.users == Some(6)), "{worlds:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn too_few_descriptors_are_a_sentence_and_not_a_server_that_never_answers() {
    for command in [["serve", "--listen=127.0.0.1:0"].as_slice(), &["exec", "--", "true"]] {
        for descriptors in [10, 24, 63] {
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", &format!("ulimit -n {descriptors}; exec \"$@\""), "sh"]);
            let output = shell.arg(crate::support::process::USERTWIN).args(command).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!((output.status.code(), said.lines().count(), &*output.stdout), (Some(2), 1, &[][..]), "{said}");
            assert!(said.contains(&format!("{descriptors} open files")) && said.contains("ulimit -n"), "{said}");
        }
    }
}
