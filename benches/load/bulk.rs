//! Batches of 100,000 Expoints users with two roles each, every one of them changed: how long from the first byte sent
//! to the answer, and how far the server's memory rises meanwhile, measured in sizes of the body.

use super::Bench;
use super::report::Target;
use crate::harness::support::client::Client;
use crate::harness::support::process::ServerProcess;
use crate::harness::{batch, world};
use std::time::Instant;

impl Bench {
    pub fn bulk(&mut self) {
        let users = if self.quick { 10_000 } else { 100_000 };
        println!("\nBatches of {users} Expoints users");
        let created = batch::json(users, world::ROLES, "example.com");
        let changed = batch::json(users, world::ROLES, "example.org");
        self.batch("JSON", &created, &changed, 1.5);
        self.batch("XML", &created, &batch::xml(users, world::ROLES, "example.org"), 3.0);
    }

    fn batch(&mut self, format: &str, created: &str, changed: &str, most: f64) {
        let server = ServerProcess::usertwin(self.pinned, &["--seed", &self.seed(1)]).unwrap();
        let mut client = Client::connect(server.address).unwrap();
        let mut timed = |method, media_type, body: &str| {
            let headers = [("Authorization", "Bearer good"), ("Content-Type", media_type)];
            let start = Instant::now();
            let answer = client.send(method, batch::PATH, &headers, body.as_bytes()).unwrap();
            assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
            start.elapsed().as_secs_f64()
        };
        let posted = timed("POST", "application/json", created);
        server.forget_peak();
        let before = server.megabytes("VmHWM");
        let media_type = format!("application/{}", format.to_lowercase());
        let put = timed("PUT", &media_type, changed);
        let rise = server.megabytes("VmHWM").zip(before).map(|(peak, before)| peak - before);
        let size = changed.len() as f64 / f64::from(1 << 20);
        Bench::taken(&mut client);

        let key = format!("bulk_put_{}", format.to_lowercase());
        if format == "JSON" {
            self.report.single("bulk_post_json_s", "POST JSON", Some(posted), "s", None);
        }
        let what = format!("PUT {format}, {size:.1} MB");
        let target = Some(Target::AtMost(most)).filter(|_| !self.quick);
        self.report.single(&format!("{key}_s"), &what, Some(put), "s", target);
        self.report.single(&format!("{key}_before_mb"), "  resident memory before it", before, "MB", None);
        let sizes = rise.map(|rise| rise / size);
        let what = format!("PUT {format}: rise of memory to its peak, of the body");
        let target = Some(Target::AtMost(4.0)).filter(|_| !self.quick);
        self.report.single(&format!("{key}_peak_of_body"), &what, sizes, "x", target);
    }

    /// A batch that was answered but not taken would make a good figure.
    fn taken(client: &mut Client) {
        let page = "/_usertwin/worlds/main/users?search=user9999@example.org&limit=1";
        let answer = client.send("GET", page, &[], &[]).unwrap();
        assert!(String::from_utf8_lossy(&answer.body).contains("user9999@example.org"), "{answer:?}");
    }
}
