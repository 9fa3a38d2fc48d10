//! Aligned columns that fit the terminal.

use crate::screen::Screen;
use comfy_table::{Cell as TableCell, Color, ColumnConstraint, ContentArrangement, Row, Table, Width, presets};
use unicode_width::UnicodeWidthStr;

/// Columns that are left out where the terminal is too narrow, the least important one first.
const DISPENSABLE: [&str; 7] = ["LUID", "INDEX", "METRIC", "MTU", "FROM", "TYPE", "SPEED"];

/// Spaces between two columns.
const GAP: u16 = 2;

/// One field of a table.
#[derive(Clone, Debug)]
pub struct Cell {
    text: String,
    color: Option<Color>,
}

impl Cell {
    /// With a color, where the screen has colors.
    pub fn colored(text: impl Into<String>, color: Color) -> Self {
        Self { text: text.into(), color: Some(color) }
    }

    /// Columns of the terminal that the longest word takes.
    fn longest_word(&self) -> usize {
        self.text.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0)
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), color: None }
    }
}

/// How tables are laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    color: bool,
    /// Columns of the terminal, if it is one.
    width: Option<u16>,
}

impl Layout {
    pub fn of(screen: Screen) -> Self {
        Self { color: screen.color, width: screen.size().map(|(width, _)| width) }
    }

    /// Aligned columns: as wide as they need to be, unless the terminal is narrower. Then columns are left out, and the
    /// last one continues on the next line, but only between words. No value is ever cut: rather is a line too long.
    pub fn cells(self, header: Option<&[&str]>, rows: impl IntoIterator<Item = Vec<Cell>>) -> String {
        let header = header.unwrap_or_default();
        let rows: Vec<_> = rows.into_iter().collect();
        let mut table = self.table(header, &rows);
        if let Some(width) = self.width {
            fit(&mut table, header, &rows, width);
        }
        table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }

    /// Two columns, names and values.
    pub fn pairs(self, rows: impl IntoIterator<Item = [String; 2]>) -> String {
        self.cells(None, rows.into_iter().map(|row| row.map(Cell::from).to_vec()))
    }

    fn table(self, header: &[&str], rows: &[Vec<Cell>]) -> Table {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled).force_no_tty();
        if self.color {
            table.enforce_styling();
        }
        if !header.is_empty() {
            table.set_header(header.iter().copied());
        }
        for row in rows {
            table.add_row(Row::from(row.iter().map(|cell| self.cell(cell)).collect::<Vec<_>>()));
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, GAP));
        }
        table
    }

    fn cell(self, cell: &Cell) -> TableCell {
        let shown = TableCell::new(&cell.text);
        match cell.color {
            Some(color) if self.color => shown.fg(color),
            _ => shown,
        }
    }
}

/// Leaves out what can be spared until the table has this width, if it ever has.
fn fit(table: &mut Table, header: &[&str], rows: &[Vec<Cell>], width: u16) {
    let mut widths: Vec<_> = table.column_max_content_widths().into_iter().map(Some).collect();
    let is_empty = |place: usize| rows.iter().all(|row| row.get(place).is_none_or(|cell| cell.text.is_empty()));
    if let (Some(last), Some(&"")) = (widths.len().checked_sub(1).filter(|last| is_empty(*last)), header.last()) {
        widths[last] = None;
    }
    for name in DISPENSABLE {
        if total(&widths) <= width {
            return;
        }
        let Some(place) = header.iter().position(|column| *column == name) else { continue };
        widths[place] = None;
        if let Some(column) = table.column_mut(place) {
            column.set_constraint(ColumnConstraint::Hidden);
        }
    }
    if total(&widths) > width {
        wrap_last(table, header, rows, &widths, width);
    }
}

/// The width of the columns that are shown.
fn total(widths: &[Option<u16>]) -> u16 {
    let gaps = widths.iter().flatten().map(|width| width.saturating_add(GAP));
    gaps.fold(0, u16::saturating_add).saturating_sub(GAP)
}

/// Lets the last column continue on the next line; the others keep their width.
fn wrap_last(table: &mut Table, header: &[&str], rows: &[Vec<Cell>], widths: &[Option<u16>], width: u16) {
    let Some(last) = widths.iter().rposition(Option::is_some) else { return };
    let words = rows.iter().filter_map(|row| row.get(last)).map(Cell::longest_word);
    let word = words.chain(header.get(last).map(|name| name.width())).max().unwrap_or(0);
    let word = u16::try_from(word).unwrap_or(u16::MAX);
    let others = total(&widths[..last]).saturating_add(if last == 0 { 0 } else { GAP });
    let left = width.saturating_sub(others).max(word);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    for (place, width) in widths.iter().enumerate() {
        let Some(width) = width else { continue };
        let width = if place == last { left } else { *width };
        if let Some(column) = table.column_mut(place) {
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width.saturating_add(GAP))));
        }
    }
}
