//! Dates in all the forms that .NET reads, told apart by table.

use super::{parse_invariant, parse_json_text, parse_json_token, parse_round_trip};
use chrono::NaiveDate;
