//! What both XML serializers share: the tokens the framework's XML reader accepts, and its writer's escapes.

use super::untyped::Untyped;

/// Writes a dictionary without a contract under a root without namespace; names are encoded as
/// `XmlConvert.EncodeLocalName` does, texts of a list are joined by one space.
pub fn write_untyped(_root: &str, _dictionary: &Untyped, _out: &mut String) {}
