//! A journal entry as a curl command: pasted into a shell, it passes the words of the request to curl and does nothing else.

use crate::support::folder::Folder;
use crate::twin::{Call, Twin};
use std::path::Path;
use std::process::Command;

/// The words that a shell passes to curl, and what curl reads from its standard input.
fn words(command: &str, folder: &Path) -> (Vec<String>, Vec<u8>) {
    let script =
        format!("curl() {{ for word in \"$@\"; do printf '%s\\0' \"$word\"; done >words; cat >input; }}\n{command}");
    let ran = Command::new("sh").arg("-c").arg(script).current_dir(folder).stdin(std::process::Stdio::null()).output();
    let ran = ran.unwrap();
    assert!(ran.status.success() && ran.stdout.is_empty() && ran.stderr.is_empty(), "{ran:?}");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    // A header is bytes; as in the journal, each is shown as a letter of Latin-1 where it is not UTF-8.
    let text = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    let words = read("words").split(|byte| *byte == 0).map(text).collect::<Vec<_>>();
    (words[..words.len() - 1].to_vec(), read("input"))
}

#[tokio::test]
async fn a_curl_command_is_harmless_in_a_shell_and_on_a_terminal() {
    let folder = Folder::new("curl");
    let twin = Twin::demo().await;
    let hostile = "'; touch pwned; echo '$(touch pwned)`touch pwned`\"; touch pwned; \"&& touch pwned | touch pwned > pwned !! \\";
    let path = "/v1/core/';touch%20pwned;'$(touch$IFS;pwned)&touch|{a,b}[1-3]/../x";
    for (body, kind) in [
        (format!("{hostile}\n@/etc/passwd"), "text/plain"),
        (format!("@/etc/passwd\r\n\t{hostile}\r\n"), "text/plain"),
        ("-K/etc/passwd".to_owned(), "application/json"),
        (format!("\u{1b}[31m\u{0}{hostile}"), "application/json"),
        (format!("\u{9b}31m{hostile}\u{7f}"), "application/json"),
    ] {
        let call = Call::anonymous("-o'$`pwned`", path)
            .header("x-first", hostile)
            .header("x-second", "tab\there")
            .header("x-none", "")
            .body(kind, body.clone());
        twin.send(call).await;
        let command = twin.send(Call::new("GET", "/_usertwin/worlds/main/requests/latest/curl")).await;
        let steering = command.text().chars().filter(|letter| letter.is_control() && !"\n\t".contains(*letter));
        assert_eq!(steering.count(), 0, "{:?}", command.text());
        let (words, input) = words(command.text(), folder.path());
        let mut expected =
            vec!["-i", "-X", "-o'$`pwned`", "-g", "--path-as-is"].into_iter().map(str::to_owned).collect::<Vec<_>>();
        expected.push(format!("http://localhost{path}"));
        for header in [
            format!("x-first: {hostile}"),
            "x-second: tab\there".to_owned(),
            "x-none;".to_owned(),
            format!("content-type: {kind}"),
        ] {
            expected.extend(["-H".to_owned(), header]);
        }
        let binary = body.chars().any(|letter| letter.is_control() && !"\r\n\t".contains(letter));
        match binary {
            true => expected.extend(["--data-binary".to_owned(), "@-".to_owned()]),
            false => expected.extend(["--data-raw".to_owned(), body.clone()]),
        }
        assert_eq!(words, expected, "{}", command.text());
        assert_eq!(String::from_utf8(input).unwrap(), if binary { body } else { String::new() });
        assert!(!folder.file("pwned").exists(), "{}", command.text());
    }
    // Bytes beyond ASCII in an address and in a header.
    let call = Call::anonymous("GET", "/v1/\u{9b}31m\u{e9}").header("x-bytes", "\u{9b}31m");
    twin.send(call).await;
    let command = twin.send(Call::new("GET", "/_usertwin/worlds/main/requests/latest/curl")).await;
    assert!(command.text().is_ascii(), "{:?}", command.text());
    let (words, _) = words(command.text(), folder.path());
    assert_eq!(words[3], "http://localhost/v1/%C2%9B31m%C3%A9");
    assert_eq!(words[5], "x-bytes: \u{9b}31m");
}
