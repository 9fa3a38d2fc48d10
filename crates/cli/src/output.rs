//! Tables for people; JSON and CSV for programs.

pub use crate::{
    layout::{Cell, Layout},
    screen::Screen,
};
use anstream::{AutoStream, stream::RawStream};
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::{
    cell::Cell as Taken,
    io::{self, BufWriter, Write},
};

/// Bytes that are written at once of a result that is written as it is made.
const CHUNK: usize = 64 * 1024;

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Table,
    Brief,
    Json,
    Csv,
}

/// One line of a result.
pub trait Record: Serialize {
    /// Headers of the table.
    fn header() -> Vec<&'static str>;

    /// Names of the columns of the CSV, which are those of the JSON.
    fn columns() -> Vec<&'static str>;

    /// One line of the table.
    fn cells(&self) -> Vec<Cell>;

    /// One line of the brief form.
    fn brief(&self) -> Vec<Cell>;
}

impl<R: Record> Record for &R {
    fn header() -> Vec<&'static str> {
        R::header()
    }

    fn columns() -> Vec<&'static str> {
        R::columns()
    }

    fn cells(&self) -> Vec<Cell> {
        R::cells(self)
    }

    fn brief(&self) -> Vec<Cell> {
        R::brief(self)
    }
}

/// A list that is made while it is written, once.
struct Once<I>(Taken<Option<I>>);

impl<I: IntoIterator<Item: Serialize>> Serialize for Once<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().into_iter().flatten())
    }
}

/// What to write to. A terminal gets everything: colors are not made for a screen without them, and the other escapes,
/// those that clear the screen, are for terminals with and without colors. Elsewhere the escapes that a name may have are
/// taken out. JSON has none, for a control character is written as its number there: it need not be searched for them,
/// which takes as long as writing it.
pub fn stream<S: RawStream>(to: S, format: Format, screen: Screen) -> AutoStream<S> {
    let whole = format == Format::Json || screen.terminal || screen.color;
    if whole { AutoStream::always(to) } else { AutoStream::never(to) }
}

/// Where a command writes its result.
pub struct Output<'a> {
    to: &'a mut dyn Write,
    pub format: Format,
    pub screen: Screen,
}

impl<'a> Output<'a> {
    pub fn new(to: &'a mut dyn Write, format: Format, screen: Screen) -> Self {
        // Colors were decided on: NO_COLOR counts unless the command line says otherwise.
        if screen.color {
            crossterm::style::force_color_output(true);
        }
        Self { to, format, screen }
    }

    /// A list in the form that was asked for. For programs each line is written as it is made, and then forgotten;
    /// columns are as wide as the longest line wants them, so all lines have to be there first.
    pub fn records<R: Record>(&mut self, records: impl IntoIterator<Item = R>) -> io::Result<()> {
        match self.format {
            Format::Table => self.text(&table_of(records, self.layout())),
            Format::Brief => {
                let lines: Vec<_> = records.into_iter().map(|record| record.brief()).collect();
                if lines.is_empty() { Ok(()) } else { self.text(&self.layout().cells(None, lines)) }
            }
            Format::Json => self.json(&Once(Taken::new(Some(records)))),
            Format::Csv => self.csv_lines(records, true),
        }
    }

    /// One JSON document, or the text that `text` makes. What is no list has no CSV.
    pub fn show(&mut self, value: &impl Serialize, text: impl FnOnce(Layout) -> String) -> io::Result<()> {
        if self.format == Format::Json { self.json(value) } else { self.text(&text(self.layout())) }
    }

    /// One JSON document on a line of its own.
    pub fn json_line(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut *self.to, value)?;
        self.end_line()
    }

    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.to.write_all(text.trim_end().as_bytes())?;
        self.end_line()
    }

    /// Bytes as they are.
    pub fn raw(&mut self) -> &mut dyn Write {
        self.to
    }

    pub fn layout(&self) -> Layout {
        Layout::of(self.screen)
    }

    fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        // In large pieces: the serializer writes each token by itself, and standard output passes every line on at once.
        let mut chunks = BufWriter::with_capacity(CHUNK, &mut *self.to);
        serde_json::to_writer_pretty(&mut chunks, value)?;
        chunks.flush()?;
        drop(chunks);
        self.end_line()
    }

    fn end_line(&mut self) -> io::Result<()> {
        self.to.write_all(b"\n")?;
        self.to.flush()
    }

    /// Lines of CSV, with or without the names of the columns before them.
    pub fn csv_lines<R: Record>(&mut self, records: impl IntoIterator<Item = R>, header: bool) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(&mut *self.to);
        let columns = R::columns();
        if header {
            writer.write_record(&columns)?;
        }
        for record in records {
            let value = serde_json::to_value(record)?;
            writer.write_record(columns.iter().map(|column| value.get(column).map_or_else(String::new, field)))?;
        }
        writer.flush()
    }
}

/// A list as a table.
pub fn table_of<R: Record>(records: impl IntoIterator<Item = R>, layout: Layout) -> String {
    layout.cells(Some(&R::header()), records.into_iter().map(|record| record.cells()))
}

/// A JSON value as one field: lists separated by spaces. A name without a value, such as `router` of `ip -j neigh`,
/// says that something is so.
pub fn field(value: &Value) -> String {
    match value {
        Value::Null => "true".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(field).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_terminal_gets_the_escapes_of_a_name() {
        let name = "\u{1b}[31mlan0";
        let shown = |format, terminal| {
            let screen = Screen { terminal, ..Screen::default() };
            let mut to = stream(Vec::new(), format, screen);
            Output::new(&mut to, format, screen).show(&name, |_| name.to_owned()).unwrap();
            String::from_utf8(to.into_inner()).unwrap()
        };
        for terminal in [false, true] {
            assert_eq!(shown(Format::Json, terminal), "\"\\u001b[31mlan0\"\n");
        }
        assert_eq!([shown(Format::Table, false), shown(Format::Table, true)], ["lan0\n", "\u{1b}[31mlan0\n"]);
    }
}
