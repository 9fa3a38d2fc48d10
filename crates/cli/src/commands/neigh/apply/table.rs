//! Files as `neigh show --json` and `--csv` write them, and as `ip -j neigh` does.

use super::entry::Entry;
use crate::{error::InputError, select::InterfaceSelector, values::ScopedAddress};
use netioctl_client::{InterfaceKey, PhysicalAddress};
use serde::{Deserialize, Deserializer, de::Error};
use std::{fmt::Display, str::FromStr};

/// A value that is read from its text.
struct Text<T>(T);

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map(Self).map_err(|problem| D::Error::custom(format!("{text:?}: {problem}")))
    }
}

/// A list in JSON, words with blanks between them in CSV.
#[derive(Deserialize)]
#[serde(untagged)]
enum States {
    List(Vec<String>),
    Word(String),
    Number(i64),
}

impl States {
    fn into_text(self) -> String {
        match self {
            Self::List(states) => states.join(" "),
            Self::Word(state) => state,
            Self::Number(state) => state.to_string(),
        }
    }
}

/// What is used of a row; there may be more.
#[derive(Deserialize)]
struct Row {
    dst: Text<ScopedAddress>,
    lladdr: Option<Text<PhysicalAddress>>,
    state: Option<States>,
    dev: Option<Text<InterfaceSelector>>,
    luid: Option<Text<InterfaceSelector>>,
    ifindex: Option<u32>,
}

impl Row {
    fn into_entry(self) -> Entry {
        let luid = self.luid.and_then(|Text(selector)| match selector {
            InterfaceSelector::Key(InterfaceKey::Luid(luid)) => Some(luid),
            _ => None,
        });
        Entry {
            address: self.dst.0,
            lladdr: self.lladdr.map(|text| text.0),
            state: self.state.map(States::into_text),
            dev: self.dev.map(|text| text.0),
            luid,
            ifindex: self.ifindex,
        }
    }
}

pub fn json(text: &str, file: &str) -> Result<Vec<Entry>, InputError> {
    let rows: Vec<Row> = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let problem = error.to_string();
        // The place is said before.
        let problem = problem.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&problem).to_owned();
        InputError::Wrong { file: file.to_owned(), line: line as u64, column: column as u64, problem }
    })?;
    Ok(rows.into_iter().map(Row::into_entry).collect())
}

pub fn csv(text: &str, file: &str) -> Result<Vec<Entry>, InputError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| damaged(&error, file))?.clone();
    let entry = |record: csv::StringRecord| {
        let row: Result<Row, _> = record.deserialize(Some(&headers));
        row.map(Row::into_entry).map_err(|error| wrong(&error, &record, &headers, file))
    };
    reader.records().map(|record| entry(record.map_err(|error| damaged(&error, file))?)).collect()
}

/// A value is wrong: the column is that of the table.
fn wrong(error: &csv::Error, record: &csv::StringRecord, headers: &csv::StringRecord, file: &str) -> InputError {
    let line = record.position().map_or(1, csv::Position::line);
    let (field, problem) = match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => (err.field(), err.kind().to_string()),
        _ => (None, error.to_string()),
    };
    let named = |field: &str| problem.starts_with(&format!("{field:?}: "));
    let place = field.and_then(|field| usize::try_from(field).ok()).or_else(|| record.iter().position(named));
    let name = place.and_then(|place| headers.get(place)).map(|name| format!("{name}: ")).unwrap_or_default();
    let column = place.unwrap_or_default() as u64 + 1;
    InputError::Wrong { file: file.to_owned(), line, column, problem: name + &problem }
}

/// The line is no line of a table.
fn damaged(error: &csv::Error, file: &str) -> InputError {
    let line = error.position().map_or(1, csv::Position::line);
    let (column, problem) = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            (*len, format!("{len} fields, where {expected_len} are due"))
        }
        _ => (1, error.to_string()),
    };
    InputError::Wrong { file: file.to_owned(), line, column, problem }
}
