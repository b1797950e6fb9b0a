//! The grammar as a state machine: which token may follow which, and where a date or a time is complete. Numbers are
//! told apart by what surrounds them, so a state names the numbers, months and years met since the last complete part,
//! in their order, and the separator that followed the last one.

/// A token with the separator after it, which is what the grammar decides by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// The end of the text.
    End,
    /// One or two digits, and what follows them.
    Number(After),
    /// The name of a month, and what follows it.
    Month(After),
    /// Three to eight digits, and what follows them.
    Year(After),
    /// A number before the sign for year, month or day.
    DateSuffix,
    /// A number before the sign for hour, minute or second.
    TimeSuffix,
    Weekday,
    /// `GMT` or `Z`.
    Zone,
    Era,
}

/// The separator after a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    End,
    /// Blanks, or anything that is no separator.
    Space,
    /// `/` or `-`.
    Date,
    /// `:`.
    Time,
    /// `AM` or `PM`.
    Half,
}

/// What was met so far; a trailing `Date` or `Time` is the separator after the last number or name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Begin,
    Number,
    NumberNumber,
    NumberDate,
    /// Two numbers of which the first was followed by a separator of dates.
    DatedNumbers,
    NumberNumberDate,
    Month,
    MonthNumber,
    NumberMonth,
    MonthNumberDate,
    NumberDateSuffix,
    Year,
    YearNumber,
    YearNumberDate,
    YearMonth,
    YearMonthDate,
    DateSuffix,
    TimeSuffix,
    NumberTime,
    NumberNumberTime,
}

/// A complete part, by what it was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    NumberNumber,
    NumberNumberNumber,
    MonthNumber,
    NumberMonth,
    MonthNumberNumber,
    YearNumberNumber,
    NumberNumberYear,
    YearMonthNumber,
    YearNumber,
    YearMonth,
    /// Numbers with suffixes, which are stored already.
    Suffixed,
    SuffixedNumber,
    NumberSuffixed,
    NumberNumberSuffixed,
    Hour,
    HourMinute,
    HourMinuteSecond,
}

/// The result of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    State(State),
    /// A part is complete, and the next token begins another.
    Part(Part),
}

/// The state after a token; `None` where the token cannot follow.
pub(super) fn next(state: State, token: Token) -> Option<Next> {
    use After::{Date, Half, Space, Time};
    use Token::{DateSuffix, Era, Month, Number, TimeSuffix, Weekday, Year, Zone};
    let (to, part) = (|state| Some(Next::State(state)), |part| Some(Next::Part(part)));
    match (state, token) {
        (State::Begin, Token::End | Weekday | Zone | Era) => to(State::Begin),
        (State::Begin, Number(Half)) => part(Part::Hour),
        (State::Begin, Number(Space)) => to(State::Number),
        (State::Begin, Number(Date)) => to(State::NumberDate),
        (State::Begin, Number(Time)) => to(State::NumberTime),
        (State::Begin, Month(Space | Date)) => to(State::Month),
        (State::Begin, Year(Space | Date)) => to(State::Year),
        (State::Begin, DateSuffix) => to(State::DateSuffix),
        (State::Begin, TimeSuffix) => to(State::TimeSuffix),

        (State::Number, Number(After::End)) => part(Part::NumberNumber),
        (State::Number, Number(Space)) => to(State::NumberNumber),
        (State::Number, Number(Date)) => to(State::NumberNumberDate),
        (State::Number, Month(After::End)) => part(Part::NumberMonth),
        (State::Number, Month(Space)) => to(State::NumberMonth),
        (State::Number, Month(Date)) => to(State::MonthNumberDate),
        (State::Number, Year(After::End)) => part(Part::YearNumber),
        (State::Number, Year(Space)) => to(State::YearNumber),
        (State::Number, Year(Date)) => to(State::YearNumberDate),
        (State::Number, DateSuffix) => to(State::NumberDateSuffix),
        (State::Number, Weekday | Zone | Era) => to(State::Number),

        (State::NumberDate, Number(After::End)) => part(Part::NumberNumber),
        (State::NumberDate, Number(Space)) => to(State::DatedNumbers),
        (State::NumberDate, Number(Date)) => to(State::NumberNumberDate),
        (State::NumberDate, Month(After::End)) => part(Part::NumberMonth),
        (State::NumberDate, Month(Space)) => to(State::MonthNumber),
        (State::NumberDate, Month(Date)) => to(State::MonthNumberDate),
        (State::NumberDate, Year(After::End)) => part(Part::YearNumber),
        (State::NumberDate, Year(Space)) => to(State::YearNumber),
        (State::NumberDate, Year(Date)) => to(State::YearNumberDate),
        (State::NumberDate, Weekday | Era) => to(State::NumberDate),

        (State::NumberNumber | State::DatedNumbers, Token::End) => part(Part::NumberNumber),
        (State::NumberNumber | State::DatedNumbers, Number(After::End | Space)) => part(Part::NumberNumberNumber),
        (State::NumberNumber | State::DatedNumbers, Number(Half)) => part(Part::Hour),
        (State::NumberNumber | State::DatedNumbers, Number(Time)) => to(State::NumberTime),
        (State::NumberNumber | State::DatedNumbers, Month(After::End | Space)) => part(Part::MonthNumberNumber),
        (State::NumberNumber | State::DatedNumbers, Year(After::End | Space)) => part(Part::NumberNumberYear),
        (State::NumberNumber | State::DatedNumbers, TimeSuffix) => to(State::TimeSuffix),
        (State::NumberNumber | State::DatedNumbers, Weekday | Era) => to(state),
        (State::NumberNumber, Zone) => to(State::NumberNumber),
        (State::DatedNumbers, DateSuffix) => part(Part::Suffixed),

        (State::NumberNumberDate, Number(After::End | Half | Space)) => part(Part::NumberNumberNumber),
        (State::NumberNumberDate, Month(After::End | Space)) => part(Part::MonthNumberNumber),
        (State::NumberNumberDate, Year(After::End | Space)) => part(Part::NumberNumberYear),
        (State::NumberNumberDate, DateSuffix) => part(Part::Suffixed),
        (State::NumberNumberDate, Weekday | Era) => to(State::NumberNumberDate),

        (State::Month, Number(After::End)) => part(Part::MonthNumber),
        (State::Month, Number(Space)) => to(State::MonthNumber),
        (State::Month, Number(Date)) => to(State::MonthNumberDate),
        (State::Month, Year(After::End)) => part(Part::YearMonth),
        (State::Month, Year(Space)) => to(State::YearMonth),
        (State::Month, Year(Date)) => to(State::YearMonthDate),
        (State::Month, Weekday | Era) => to(State::Month),

        (State::MonthNumber, Token::End) => part(Part::MonthNumber),
        (State::NumberMonth, Token::End) => part(Part::NumberMonth),
        (State::MonthNumber | State::NumberMonth, Number(After::End | Half | Space)) => part(Part::MonthNumberNumber),
        (State::MonthNumber | State::NumberMonth, Number(Time)) => to(State::NumberTime),
        (State::MonthNumber | State::NumberMonth, Year(After::End | Space)) => part(Part::YearMonthNumber),
        (State::MonthNumber | State::NumberMonth, DateSuffix) => part(Part::Suffixed),
        (State::MonthNumber | State::NumberMonth, TimeSuffix) => to(State::TimeSuffix),
        (State::MonthNumber | State::NumberMonth, Weekday | Era) => to(state),

        (State::MonthNumberDate, Number(After::End | Space)) => part(Part::MonthNumberNumber),
        (State::MonthNumberDate, Year(After::End | Space)) => part(Part::YearMonthNumber),
        (State::MonthNumberDate, Weekday | Era) => to(State::MonthNumberDate),

        (State::NumberDateSuffix, Token::End) => part(Part::NumberSuffixed),
        (State::NumberDateSuffix, Number(After::End | Half | Space)) => part(Part::NumberNumberSuffixed),
        (State::NumberDateSuffix, Number(Time)) => to(State::NumberTime),
        (State::NumberDateSuffix, TimeSuffix) => to(State::TimeSuffix),
        (State::NumberDateSuffix, DateSuffix | Weekday | Era) => to(State::NumberDateSuffix),

        (State::Year, Number(After::End)) => part(Part::YearNumber),
        (State::Year, Number(Space)) => to(State::YearNumber),
        (State::Year, Number(Date)) => to(State::YearNumberDate),
        (State::Year, Month(After::End)) => part(Part::YearMonth),
        (State::Year, Month(Space) | DateSuffix) => to(State::YearMonth),
        (State::Year, Month(Date)) => to(State::YearMonthDate),
        (State::Year, Weekday | Era) => to(State::Year),

        (State::YearNumber | State::YearNumberDate, Token::End) => part(Part::YearNumber),
        (State::YearNumber | State::YearNumberDate, Number(After::End | Half | Space)) => part(Part::YearNumberNumber),
        (State::YearNumber | State::YearNumberDate, Month(After::End | Space)) => part(Part::YearMonthNumber),
        (State::YearNumber | State::YearNumberDate, Weekday | Era) => to(State::YearNumber),

        (State::YearMonth | State::YearMonthDate, Token::End) => part(Part::YearMonth),
        (State::YearMonth | State::YearMonthDate, Number(After::End | Half | Space)) => part(Part::YearMonthNumber),
        (State::YearMonth | State::YearMonthDate, Weekday | Era) => to(State::YearMonth),

        (State::DateSuffix, Token::End) => part(Part::Suffixed),
        (State::DateSuffix, Number(After::End)) => part(Part::SuffixedNumber),
        (State::DateSuffix, Number(Half)) => part(Part::Hour),
        (State::DateSuffix, Number(Space | Time)) => to(State::NumberTime),
        (State::DateSuffix, TimeSuffix) => to(State::TimeSuffix),
        (State::DateSuffix, DateSuffix | Weekday | Era) => to(State::DateSuffix),

        (State::TimeSuffix, Token::End | Number(After::End | Half)) => part(Part::Suffixed),
        (State::TimeSuffix, Number(Space)) => to(State::NumberTime),
        (State::TimeSuffix, Number(Date)) => to(State::NumberDate),
        (State::TimeSuffix, DateSuffix) => to(State::DateSuffix),
        (State::TimeSuffix, TimeSuffix | Weekday | Zone | Era) => to(State::TimeSuffix),

        (State::NumberTime, Number(After::End | Half | Space)) => part(Part::HourMinute),
        (State::NumberTime, Number(Time)) => to(State::NumberNumberTime),
        (State::NumberTime, Month(After::End)) => part(Part::NumberMonth),
        (State::NumberTime, Month(Space)) => to(State::NumberMonth),
        (State::NumberTime, TimeSuffix) => to(State::TimeSuffix),
        (State::NumberTime, Zone | Era) => to(State::NumberTime),

        (State::NumberNumberTime, Number(After::End | Half | Space)) => part(Part::HourMinuteSecond),
        (State::NumberNumberTime, TimeSuffix) => to(State::TimeSuffix),
        (State::NumberNumberTime, Weekday | Zone | Era) => to(State::NumberNumberTime),
        _ => None,
    }
}
