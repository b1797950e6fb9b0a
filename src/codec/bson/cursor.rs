//! The raw reads of Json.NET's `BsonReader`: bytes off the front, counted against the innermost document. Lengths inside
//! the bytes only move counters, so one that lies neither allocates nor reaches outside the body; the counters wrap
//! as unchecked .NET integers do.

use super::token::Fault;

/// A document or array with its declared length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document {
    pub(super) array: bool,
    pub(super) length: i32,
    /// Bytes counted so far, the length's own four included.
    pub(super) position: i32,
}

/// Why reading a token stopped.
pub(super) enum Stop {
    /// The bytes came to an end, which .NET reports as "no more tokens".
    End,
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault)
    }
}

/// What is left of the body, and the documents that are open.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    /// Open documents, the innermost last.
    documents: Vec<Document>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Cursor<'a> {
        Cursor { bytes, documents: Vec::new() }
    }

    /// Lets the bytes end here.
    pub(super) fn end(&mut self) {
        self.bytes = &[];
    }

    /// Opens a document and reads its length.
    pub(super) fn open(&mut self, array: bool) -> Result<(), Stop> {
        self.documents.push(Document { array, length: 0, position: 0 });
        let length = self.read_int32()?;
        if let Some(document) = self.documents.last_mut() {
            document.length = length;
        }
        Ok(())
    }

    /// Closes the innermost document, whose declared length counts for the one around.
    pub(super) fn close(&mut self) {
        if let Some(document) = self.documents.pop() {
            self.advance(document.length);
        }
    }

    /// The innermost document.
    pub(super) fn document(&self) -> Option<Document> {
        self.documents.last().copied()
    }

    /// quirk: at the end of the body it gives what is there, without an error.
    pub(super) fn read_bytes(&mut self, count: i32) -> Result<Vec<u8>, Stop> {
        self.advance(count);
        let count = usize::try_from(count).map_err(|_| negative_count())?;
        let (data, rest) = self.bytes.split_at(count.min(self.bytes.len()));
        self.bytes = rest;
        Ok(data.to_vec())
    }

    /// Text behind its length, which counts the zero byte at the end; that byte may be any.
    pub(super) fn read_length_string(&mut self) -> Result<String, Stop> {
        let length = self.read_int32()?;
        self.advance(length);
        let count = length.wrapping_sub(1);
        let text = if count == 0 {
            String::new()
        } else {
            let count = usize::try_from(count).map_err(|_| negative_count())?;
            let Some((text, rest)) = self.bytes.split_at_checked(count) else {
                self.bytes = &[];
                return Err(Stop::End);
            };
            self.bytes = rest;
            String::from_utf8_lossy(text).into_owned()
        };
        self.take::<1>()?;
        Ok(text)
    }

    /// Text up to a zero byte.
    pub(super) fn read_c_string(&mut self) -> Result<String, Stop> {
        let end = self.bytes.iter().position(|byte| *byte == 0);
        let Some((text, rest)) = end.and_then(|end| self.bytes.split_at_checked(end)) else {
            self.bytes = &[];
            return Err(Stop::End);
        };
        self.bytes = rest;
        self.advance(i32::try_from(text.len()).unwrap_or(i32::MAX));
        let text = String::from_utf8_lossy(text).into_owned();
        self.read_byte()?;
        Ok(text)
    }

    pub(super) fn read_byte(&mut self) -> Result<u8, Stop> {
        self.read_fixed::<1>().map(|[byte]| byte)
    }

    pub(super) fn read_int32(&mut self) -> Result<i32, Stop> {
        self.read_fixed().map(i32::from_le_bytes)
    }

    pub(super) fn read_fixed<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        self.advance(i32::try_from(N).unwrap_or(i32::MAX));
        self.take()
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let Some((head, rest)) = self.bytes.split_first_chunk() else {
            self.bytes = &[];
            return Err(Stop::End);
        };
        self.bytes = rest;
        Ok(*head)
    }

    /// Counts bytes against the innermost document's length.
    pub(super) fn advance(&mut self, count: i32) {
        if let Some(document) = self.documents.last_mut() {
            document.position = document.position.wrapping_add(count);
        }
    }
}

fn negative_count() -> Fault {
    Fault("Non-negative number required.\r\nParameter name: count".to_owned())
}
