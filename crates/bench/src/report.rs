//! The results as aligned tables.

use comfy_table::{CellAlignment, Table, presets};
use std::time::Duration;

/// An operation, and what it took with each size.
pub struct Operation {
    pub name: &'static str,
    pub times: Vec<(u32, Duration)>,
}

/// The most memory of a process that reads a table.
pub struct Peak {
    pub rows: u32,
    pub bytes: u64,
}

/// Times, per row too, and how they grew from the size before.
pub fn times(operations: &[Operation]) -> String {
    let mut table = table(&["OPERATION", "ROWS", "TIME", "PER ROW", "GROWTH"]);
    for operation in operations {
        let mut before = None;
        for &(rows, time) in &operation.times {
            let name = if before.is_none() { operation.name } else { "" };
            let grown = growth(before, (rows, time.as_secs_f64()));
            let per_row = format!("{:.1} µs", time.as_secs_f64() * 1e6 / f64::from(rows));
            let time_text = format!("{:.1} ms", time.as_secs_f64() * 1e3);
            table.add_row([name.to_owned(), rows.to_string(), time_text, per_row, grown]);
            before = Some((rows, time.as_secs_f64()));
        }
    }
    lines(&table)
}

/// Peaks; what an empty table takes is the process itself, and not counted to the rows.
pub fn memory(peaks: &[Peak]) -> String {
    let mut table = table(&["PEAK MEMORY", "ROWS", "FOR THE ROWS", "PER ROW", "GROWTH"]);
    let empty = peaks.first().map_or(0, |peak| peak.bytes);
    let mut before = None;
    for peak in peaks {
        let over = number(peak.bytes.saturating_sub(empty));
        let kibibytes = |bytes: f64| format!("{:.0} KiB", bytes / 1024.0);
        let mut row =
            [kibibytes(number(peak.bytes)), peak.rows.to_string(), String::new(), String::new(), String::new()];
        if peak.rows > 0 {
            row[2..].clone_from_slice(&[
                kibibytes(over),
                format!("{:.0} B", over / f64::from(peak.rows)),
                growth(before, (peak.rows, over)),
            ]);
            before = Some((peak.rows, over));
        }
        table.add_row(row);
    }
    lines(&table)
}

#[expect(clippy::cast_precision_loss, reason = "no process takes the 8 PiB above which single bytes are lost")]
fn number(bytes: u64) -> f64 {
    bytes as f64
}

/// The factor by which a value grew, and the factor by which the number of rows grew.
fn growth(before: Option<(u32, f64)>, now: (u32, f64)) -> String {
    let Some((rows, value)) = before else { return String::new() };
    format!("x {:.2} for x {:.2}", now.1 / value, f64::from(now.0) / f64::from(rows))
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).force_no_tty().set_header(header.iter().copied());
    table
}

/// Numbers to the right, and no spaces at the ends of lines.
fn lines(table: &Table) -> String {
    let mut table = table.clone();
    for (number, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if number > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_told_from_one_size_to_the_next() {
        let time = Duration::from_millis;
        let show = Operation { name: "show", times: vec![(100, time(2)), (1000, time(30))] };
        let expected = "\
OPERATION  ROWS     TIME  PER ROW               GROWTH
show        100   2.0 ms  20.0 µs
           1000  30.0 ms  30.0 µs  x 15.00 for x 10.00";
        assert_eq!(times(&[show]), expected);
    }

    #[test]
    fn memory_is_that_of_the_rows() {
        let peaks = [(0, 10), (1024, 12), (4096, 18)].map(|(rows, mebibytes)| Peak { rows, bytes: mebibytes << 20 });
        let expected = "\
PEAK MEMORY  ROWS  FOR THE ROWS  PER ROW             GROWTH
10240 KiB       0
12288 KiB    1024      2048 KiB   2048 B
18432 KiB    4096      8192 KiB   2048 B  x 4.00 for x 4.00";
        assert_eq!(memory(&peaks), expected);
    }
}
