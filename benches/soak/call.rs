//! A request, written as a sentence.

/// A request.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Call {
    /// A request with the token that is always good.
    pub fn new(method: &'static str, path: impl Into<String>) -> Call {
        Call::anonymous(method, path).with("Authorization", "Bearer good")
    }

    /// A request without a token.
    pub fn anonymous(method: &'static str, path: impl Into<String>) -> Call {
        Call { method, path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// The same with a header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Call {
        self.headers.push((name, value.into()));
        self
    }

    /// The same with a body.
    pub fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Call {
        self.body = body.into();
        self.with("Content-Type", media_type)
    }

    /// The same with a body in JSON.
    pub fn json(self, body: impl Into<Vec<u8>>) -> Call {
        self.body("application/json", body)
    }

    /// The same with a form.
    pub fn form(self, body: impl Into<Vec<u8>>) -> Call {
        self.body("application/x-www-form-urlencoded", body)
    }
}
