//! The arguments of an operation: one declaration gives the struct that the endpoint receives and the parameter table
//! that routing, binding and the documents read, so the two cannot disagree about a name, a kind or an order.

use crate::contract::{Contracted, Kind, Value};
use crate::frameworks::webapi::{BindFrom, Parameter};

/// A type that an argument can have.
pub trait Argument: Sized {
    /// The kind that binding converts to.
    const BOUND: Kind;

    /// From the bound value, which is of [`Argument::BOUND`].
    fn from_bound(value: Value) -> Self;
}

impl<T: Contracted> Argument for T {
    const BOUND: Kind = T::KIND;

    fn from_bound(value: Value) -> T {
        T::from_value(value)
    }
}

/// Where an argument comes from, under which name, and a sentence for the documents; its kind is that of the field it
/// is declared for.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    name: &'static str,
    from: BindFrom,
    doc: &'static str,
    example: Option<&'static str>,
}

/// An argument in the path or the query, which the operation cannot be addressed without.
#[must_use]
pub const fn required(name: &'static str, doc: &'static str) -> Source {
    Source { name, from: BindFrom::Uri, doc, example: None }
}

/// An argument in the query; left out, it has its CLR default.
#[must_use]
pub const fn optional(name: &'static str, doc: &'static str) -> Source {
    Source { name, from: BindFrom::OptionalUri, doc, example: None }
}

/// The body. The name shows in error texts only.
#[must_use]
pub const fn body(name: &'static str, doc: &'static str) -> Source {
    Source { name, from: BindFrom::Body, doc, example: None }
}

impl Source {
    /// With an example that the demo seed accepts, for the documents; of a body as JSON, whatever its media type.
    #[must_use]
    pub const fn example(self, example: &'static str) -> Source {
        Source { example: Some(example), ..self }
    }

    /// The parameter of an argument of type `T`.
    #[must_use]
    pub const fn parameter<T: Argument>(self) -> Parameter {
        Parameter { name: self.name, kind: T::BOUND, from: self.from, doc: self.doc, example: self.example }
    }
}

/// The next bound value as an argument. Binding gives one value per parameter, in the order of the table.
pub fn next<T: Argument>(values: &mut impl Iterator<Item = Value>) -> T {
    T::from_bound(values.next().unwrap_or_default())
}

/// Declares the arguments of an operation: the struct, its parameter table and the way from the bound values.
///
/// ```text
/// arguments! {
///     /// The arguments of the operation.
///     struct Arguments {
///         account: i32 = ACCOUNT,
///         page: i32 = optional("pageNumber", "The page, counted from 0."),
///     }
/// }
/// ```
///
/// A type is an [`Argument`], the expression behind it a [`Source`]. `Arguments::PARAMETERS` is the table;
/// `Arguments::from(values)` takes what was bound by it.
#[macro_export]
macro_rules! arguments {
    (
        $(#[doc = $doc:literal])*
        $visibility:vis struct $type:ident {
            $($(#[doc = $field_doc:literal])* $field:ident : $field_type:ty = $source:expr),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug)]
        $visibility struct $type {
            $($(#[doc = $field_doc])* $field: $field_type,)*
        }

        impl $type {
            /// The parameters, in the order of the fields.
            const PARAMETERS: &'static [$crate::__macros::Parameter] =
                &[$($source.parameter::<$field_type>()),*];
        }

        impl std::convert::From<Vec<$crate::__macros::Value>> for $type {
            fn from(values: Vec<$crate::__macros::Value>) -> Self {
                let mut values = values.into_iter();
                Self { $($field: $crate::__macros::next(&mut values),)* }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::arguments! {
        /// Arguments of every source.
        struct Arguments {
            id: i32 = required("id", "A number."),
            all: bool = optional("all", "A flag."),
            name: Option<String> = body("name", "A text."),
        }
    }

    #[test]
    fn the_table_says_what_the_struct_declares() {
        let table = Arguments::PARAMETERS.iter().map(|parameter| (parameter.name, parameter.from, parameter.doc));
        let expected = [
            ("id", BindFrom::Uri, "A number."),
            ("all", BindFrom::OptionalUri, "A flag."),
            ("name", BindFrom::Body, "A text."),
        ];
        assert_eq!(table.collect::<Vec<_>>(), expected);
        let kinds: Vec<String> = Arguments::PARAMETERS.iter().map(|parameter| parameter.kind.clr_name()).collect();
        assert_eq!(kinds, ["System.Int32", "System.Boolean", "System.String"]);
    }

    #[test]
    fn values_become_fields_in_the_order_of_the_table() {
        let arguments = Arguments::from(vec![Value::Int(7), Value::Bool(true), Value::Text("ada".to_owned())]);
        assert_eq!((arguments.id, arguments.all, arguments.name.as_deref()), (7, true, Some("ada")));
    }
}
