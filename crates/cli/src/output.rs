//! Tables for people; JSON and CSV for programs.

pub use crate::{
    layout::{Cell, Layout},
    screen::Screen,
};
use serde::Serialize;
use serde_json::Value;
use std::io::{self, Write};

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

    /// A list in the form that was asked for.
    pub fn records<R: Record>(&mut self, records: &[R]) -> io::Result<()> {
        match self.format {
            Format::Table => self.text(&table_of(records, self.layout())),
            Format::Brief if records.is_empty() => Ok(()),
            Format::Brief => self.text(&self.layout().cells(None, records.iter().map(Record::brief))),
            Format::Json => self.json(&records),
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
        // In one piece: the serializer writes each token by itself, and standard output passes every line on at once.
        self.to.write_all(&serde_json::to_vec_pretty(value)?)?;
        self.end_line()
    }

    fn end_line(&mut self) -> io::Result<()> {
        self.to.write_all(b"\n")?;
        self.to.flush()
    }

    /// Lines of CSV, with or without the names of the columns before them.
    pub fn csv_lines<R: Record>(&mut self, records: &[R], header: bool) -> io::Result<()> {
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
pub fn table_of<R: Record>(records: &[R], layout: Layout) -> String {
    layout.cells(Some(&R::header()), records.iter().map(Record::cells))
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
