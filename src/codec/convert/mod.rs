//! Conversions from text that several readers share, each with .NET's own leniency.

pub mod date;
pub mod enums;
pub mod guid;
pub mod number;
pub mod ordinal;
