//! Lists: items are read one by one; a bad item is reported under its index and left out.

use super::Thrown;
use super::deserializer::Deserializer;
use super::object::needs;
use super::token::Token;
use crate::contract::{Collection, Kind, ListType, Value};

/// What reading one item came to.
enum Step {
    Item,
    Closed,
    TextEnded,
}

impl Deserializer<'_> {
    /// The array at hand, of whatever kind.
    pub(super) fn take_list(
        &mut self,
        kind: &Kind,
        place: &mut Value,
        keep: bool,
        id: Option<String>,
    ) -> Result<(), Thrown> {
        let Kind::List(list) = kind.underlying() else { return Err(self.refuse_array(kind)) };
        if let Value::List(items) = place
            && keep
        {
            return self.fill_list(list, items, id);
        }
        if id.is_some() && list.collection == Collection::Array {
            let text = format!(
                "Cannot preserve reference to array or readonly list, or list created from a non-default constructor: {}.",
                kind.clr_name()
            );
            return Err(self.reader.exception(&text));
        }
        let mut items = Vec::new();
        self.fill_list(list, &mut items, id)?;
        *place = Value::List(items);
        Ok(())
    }

    fn fill_list(&mut self, list: &'static ListType, items: &mut Vec<Value>, id: Option<String>) -> Result<(), Thrown> {
        self.name_reference(id.as_deref(), Kind::List(list))?;
        let depth = self.reader.depth();
        let mut failed_at = None;
        loop {
            match self.read_item(&list.item, items) {
                Ok(Step::Item) => {}
                Ok(Step::Closed) => break,
                Ok(Step::TextEnded) => {
                    self.record_end("array");
                    break;
                }
                Err(thrown) => {
                    let index = self.reader.index_at(depth);
                    self.recover(thrown, depth + 1)?;
                    // Two errors at one index mean that nothing was passed in between.
                    if failed_at == Some(index) {
                        return Err(self.reader.exception("Infinite loop detected from error handling."));
                    }
                    failed_at = Some(index);
                }
            }
        }
        self.fill_reference(id, || Value::List(items.clone()));
        Ok(())
    }

    fn read_item(&mut self, kind: &Kind, items: &mut Vec<Value>) -> Result<Step, Thrown> {
        if !self.read_for(kind)? {
            return Ok(Step::TextEnded);
        }
        match self.reader.token {
            Token::EndArray => return Ok(Step::Closed),
            Token::Comment => {}
            _ => {
                self.count_item()?;
                self.setting = None;
                let mut value = Value::Null;
                self.take_value(kind, &mut value, false)?;
                items.push(value);
            }
        }
        Ok(Step::Item)
    }

    fn refuse_array(&mut self, kind: &Kind) -> Thrown {
        let (name, needs) = (kind.clr_name(), needs(kind));
        self.reader.exception(&format!(
            "Cannot deserialize the current JSON array (e.g. [1,2,3]) into type '{name}' because the type requires a \
             {needs} to deserialize correctly.\r\nTo fix this error either change the JSON to a {needs} or change the \
             deserialized type to an array or a type that implements a collection interface (e.g. ICollection, IList) \
             like List<T> that can be deserialized from a JSON array. JsonArrayAttribute can also be added to the type \
             to force it to deserialize from a JSON array.\r\n"
        ))
    }
}
