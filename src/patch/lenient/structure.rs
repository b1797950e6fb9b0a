//! Lists and objects: what may stand between their values.

use super::{Fault, Json, MAX_DEPTH, Node, Reader};
use std::collections::HashMap;

impl Reader<'_> {
    /// A value at a depth; `depth` containers are open around it.
    pub(super) fn value(&mut self, depth: usize) -> Result<Node, Fault> {
        self.skip_blanks_and_comments()?;
        match self.peek() {
            Some('[') => self.list(depth + 1),
            Some('{') => self.object(depth + 1),
            // quirk: nothing before a comma is a value, and the comma stays for whoever reads on.
            Some(',') => Ok(Node { json: Json::Null, end: self.at }),
            _ => {
                let json = self.scalar()?;
                Ok(Node { json, end: self.at })
            }
        }
    }

    fn open(&mut self, depth: usize) -> Result<usize, Fault> {
        if depth > MAX_DEPTH {
            return self.fault(format!("The reader's MaxDepth of {MAX_DEPTH} has been exceeded."));
        }
        self.next();
        Ok(self.at)
    }

    fn list(&mut self, depth: usize) -> Result<Node, Fault> {
        let end = self.open(depth)?;
        let mut items = Vec::new();
        loop {
            self.skip_blanks_and_comments()?;
            if self.eat(']') {
                break;
            }
            items.push(self.value(depth)?);
            if self.ends(']')? {
                break;
            }
        }
        Ok(Node { json: Json::List(items), end })
    }

    fn object(&mut self, depth: usize) -> Result<Node, Fault> {
        let end = self.open(depth)?;
        let mut members: Vec<(String, Node)> = Vec::new();
        let mut known = HashMap::new();
        loop {
            self.skip_blanks_and_comments()?;
            if self.eat('}') {
                break;
            }
            let name = self.name()?;
            // No comment may stand between a name and its colon.
            self.skip_blanks();
            if !self.eat(':') {
                return self.fault("Invalid character after parsing property name.");
            }
            let node = self.value(depth)?;
            let place = *known.entry(name.clone()).or_insert(members.len());
            match members.get_mut(place) {
                Some(member) => member.1 = node,
                None => members.push((name, node)),
            }
            if self.ends('}')? {
                break;
            }
        }
        Ok(Node { json: Json::Object(members), end })
    }

    /// After a value: whether the container ends, or else a comma has been taken.
    fn ends(&mut self, bracket: char) -> Result<bool, Fault> {
        self.skip_blanks_and_comments()?;
        if self.eat(bracket) {
            return Ok(true);
        }
        if self.eat(',') {
            return Ok(false);
        }
        self.fault("After parsing a value an unexpected character was encountered.")
    }

    /// A property name: quoted either way, or a run of letters, digits, `_` and `$`.
    fn name(&mut self) -> Result<String, Fault> {
        if let Some(quote @ ('"' | '\'')) = self.peek() {
            return self.text(quote);
        }
        let from = self.at;
        while self.peek().is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$')) {
            self.next();
        }
        match self.text.get(from..self.at) {
            Some(name) if !name.is_empty() => Ok(name.to_owned()),
            _ => self.fault("Invalid property identifier character."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Json, Node, Start, read};

    /// A compact picture of a value.
    fn picture(json: &Json) -> String {
        let joined = |items: Vec<String>| items.join(",");
        match json {
            Json::List(items) => format!("[{}]", joined(items.iter().map(|item| picture(&item.json)).collect())),
            Json::Object(members) => {
                let member = |(name, node): &(String, Node)| format!("{name}={}", picture(&node.json));
                format!("{{{}}}", joined(members.iter().map(member).collect()))
            }
            Json::Null => "null".to_owned(),
            Json::Text(text) => text.clone(),
            Json::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        }
    }

    fn read_list(text: &str) -> String {
        match read(text) {
            Start::Array(Some(items)) => picture(&Json::List(items)),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn commas_comments_and_quotes_are_lenient() {
        assert_eq!(read_list("//x\n[ /*a*/ {'a' :'b', c:1, $_9:[1,],}, // end\n]tail"), "[{a=b,c=1,$_9=[1]}]");
        assert_eq!(read_list("[,1,,2,{a:,b:1}]"), "[null,1,null,2,{a=null,b=1}]");
    }

    #[test]
    fn last_value_of_a_name_takes_the_first_place() {
        assert_eq!(read_list("[{a:1,b:2,a:3}]"), "[{a=3,b=2}]");
    }

    #[test]
    fn structure_that_even_this_reader_refuses() {
        for text in
            ["[", "[1", "[1 2]", "[{]", "[{,}]", "[{a}]", "[{a:}]", "[{a/**/:1}]", "[/*]", "[}", "[{a-b:1}]", "["]
        {
            assert_eq!(read(text), Start::Array(None), "{text}");
        }
    }
}
