//! Reads a `curl` command line as a shell and curl would, as far as README uses them: quotes, a backslash at the end of
//! a line, and the options for method, headers and data.

/// A request that curl would send.
#[derive(Debug, PartialEq)]
pub struct Request {
    pub method: String,
    /// Without scheme and host.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    /// The bytes that curl sends for it. Its `Accept` matters: without one, the answer takes the request's format.
    pub fn bytes(&self) -> Vec<u8> {
        let Request { method, path, headers, body } = self;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
            head += "Accept: */*\r\n";
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        format!("{head}\r\n{body}").into_bytes()
    }
}

/// The request of a command line; anything README must not use is a panic that names it.
pub fn curl(line: &str) -> Request {
    let mut words = words(line).into_iter();
    assert_eq!(words.next().as_deref(), Some("curl"));
    let (mut method, mut url, mut headers, mut body) = (None, None, Vec::new(), None);
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_else(|| panic!("{word} without a value"));
        match word.as_str() {
            "-s" => {}
            "-X" => method = Some(value()),
            "-H" => {
                let header = value();
                let (name, value) = header.split_once(": ").unwrap();
                headers.push((name.to_owned(), value.to_owned()));
            }
            "-d" => body = Some(value()),
            option if option.starts_with('-') => panic!("curl {option} is not understood here"),
            _ => url = Some(word),
        }
    }
    let url = url.expect("a URL");
    let path = url.strip_prefix("http://127.0.0.1:8080").unwrap_or_else(|| panic!("{url}: not the default address"));
    let typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if body.is_some() && !typed {
        headers.push(("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    }
    let default = if body.is_some() { "POST" } else { "GET" };
    let method = method.unwrap_or_else(|| default.to_owned());
    Request { method, path: path.to_owned(), headers, body: body.unwrap_or_default() }
}

/// The words of a command line.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, '\\') => match characters.next() {
                Some('\n') | None => {}
                Some(escaped) => word.get_or_insert_default().push(escaped),
            },
            (None, space) if space.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    assert_eq!(quote, None, "an open quote in {line}");
    words.extend(word);
    words
}

#[test]
fn a_command_line_is_read_as_a_shell_reads_it() {
    let request = curl("curl -s -X PUT http://127.0.0.1:8080/a?b=c \\\n  -H 'A: b c' -d 'x=\"1\"'\n");
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let form = header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(
        request,
        Request {
            method: "PUT".to_owned(),
            path: "/a?b=c".to_owned(),
            headers: vec![header("A", "b c"), form],
            body: "x=\"1\"".to_owned(),
        }
    );
}
