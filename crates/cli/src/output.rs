//! Tables for people, JSON for programs.

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;
use std::io::{self, Write};

/// Where a command writes its result.
pub struct Output<'a> {
    to: &'a mut dyn Write,
    json: bool,
    terminal: bool,
}

impl<'a> Output<'a> {
    /// `terminal`: tables are made to fit the terminal of this program.
    pub fn new(to: &'a mut dyn Write, json: bool, terminal: bool) -> Self {
        Self { to, json, terminal }
    }

    /// One JSON document, or the text that `text` makes.
    pub fn show(&mut self, value: &impl Serialize, text: impl FnOnce(Layout) -> String) -> io::Result<()> {
        if self.json {
            serde_json::to_writer_pretty(&mut *self.to, value)?;
        } else {
            let text = text(Layout { terminal: self.terminal });
            self.to.write_all(text.trim_end().as_bytes())?;
        }
        self.to.write_all(b"\n")?;
        self.to.flush()
    }
}

/// How tables are laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    terminal: bool,
}

impl Layout {
    /// Aligned columns: fitted to the terminal, or as wide as they need to be when they go elsewhere.
    pub fn table<const N: usize>(
        self,
        header: Option<[&str; N]>,
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        if !self.terminal {
            table.force_no_tty();
        }
        if let Some(header) = header {
            table.set_header(header);
        }
        for row in rows {
            table.add_row(row);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }
}
