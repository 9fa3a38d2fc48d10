//! The results as aligned tables.

use crate::{fit, pair::Pair};
use comfy_table::{CellAlignment, Table, presets};
use statrs::statistics::{Data, Median};
use std::time::Duration;

/// An operation, and what it took with each size: all samples.
pub struct Operation {
    pub name: &'static str,
    pub times: Vec<(u32, Vec<Duration>)>,
}

/// The most memory of a process that reads a table.
pub struct Peak {
    pub rows: u32,
    pub bytes: u64,
}

/// Medians of the times, and how they grow: lines through all samples.
pub fn times(operations: &[Operation]) -> String {
    let mut table = table(&["OPERATION", "ROWS", "MEDIAN", "PER ROW", "FIT PER ROW", "EXPONENT"]);
    for operation in operations {
        let samples = operation.times.iter().flat_map(|(rows, times)| times.iter().map(move |time| (*rows, time)));
        let points: Vec<_> = samples.map(|(rows, time)| (f64::from(rows), time.as_secs_f64())).collect();
        for (place, (rows, times)) in operation.times.iter().enumerate() {
            let median = Data::new(times.iter().map(Duration::as_secs_f64).collect::<Vec<_>>()).median();
            let name = if place == 0 { operation.name } else { "" };
            let mut row = vec![
                name.to_owned(),
                rows.to_string(),
                format!("{:.1} ms", median * 1e3),
                format!("{:.1} µs", median * 1e6 / f64::from(*rows)),
            ];
            if place + 1 == operation.times.len() && place > 1 {
                let (line, exponent) = (fit::line(&points), fit::exponent(&points));
                row.push(format!("{:.2} ± {:.2} µs", line.slope * 1e6, line.error * 1e6));
                row.push(format!("{:.2} ± {:.2}", exponent.slope, exponent.error));
            }
            table.add_row(row);
        }
    }
    lines(&table)
}

/// What an IOCTL may cost of its parts.
const GOAL: f64 = 1.10;

/// IOCTLs beside their parts.
pub fn pairs(pairs: &[Pair]) -> String {
    let mut table = table(&["IOCTL", "ALL", "EMPTY IOCTL", "NETIO ALONE", "RATIO", "QUARTILES", "GOAL"]);
    for pair in pairs {
        let [lower, ratio, upper] = pair.ratio;
        let micros = |seconds: f64| format!("{:.1} µs", seconds * 1e6);
        let met = if ratio <= GOAL { "met" } else { "not met" };
        table.add_row([
            pair.name.to_owned(),
            micros(pair.ioctl),
            micros(pair.empty),
            micros(pair.netio),
            format!("x {ratio:.2}"),
            format!("{lower:.2} to {upper:.2}"),
            format!("x {GOAL:.2}: {met}"),
        ]);
    }
    lines(&table)
}

/// Peaks; what an empty table takes is the process itself, and not counted to the rows.
pub fn memory(reader: &str, peaks: &[Peak]) -> String {
    let mut table = table(&[reader, "ROWS", "FOR THE ROWS", "PER ROW", "GROWTH"]);
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
    fn growth_is_a_line_through_all_samples() {
        let time = |rows: u32, more: u64| Duration::from_micros(u64::from(rows) * 20 + more);
        let times = [100, 1000, 2000].map(|rows| (rows, vec![time(rows, 0), time(rows, 0), time(rows, 0)])).into();
        let expected = "\
OPERATION  ROWS   MEDIAN  PER ROW      FIT PER ROW     EXPONENT
show        100   2.0 ms  20.0 µs
           1000  20.0 ms  20.0 µs
           2000  40.0 ms  20.0 µs  20.00 ± 0.00 µs  1.00 ± 0.00";
        assert_eq!(super::times(&[Operation { name: "show", times }]), expected);
    }

    #[test]
    fn a_ratio_is_held_against_its_goal() {
        let pair = |ratio| Pair { name: "set", ioctl: 1e-4, empty: 2e-5, netio: 7e-5, ratio };
        let expected = "\
IOCTL       ALL  EMPTY IOCTL  NETIO ALONE   RATIO     QUARTILES             GOAL
set    100.0 µs      20.0 µs      70.0 µs  x 1.09  1.00 to 1.20      x 1.10: met
set    100.0 µs      20.0 µs      70.0 µs  x 1.11  1.00 to 1.20  x 1.10: not met";
        assert_eq!(pairs(&[pair([1.0, 1.09, 1.2]), pair([1.0, 1.11, 1.2])]), expected);
    }

    #[test]
    fn memory_is_that_of_the_rows() {
        let peaks = [(0, 10), (1024, 12), (4096, 18)].map(|(rows, mebibytes)| Peak { rows, bytes: mebibytes << 20 });
        let expected = "\
PEAK MEMORY  ROWS  FOR THE ROWS  PER ROW             GROWTH
10240 KiB       0
12288 KiB    1024      2048 KiB   2048 B
18432 KiB    4096      8192 KiB   2048 B  x 4.00 for x 4.00";
        assert_eq!(memory("PEAK MEMORY", &peaks), expected);
    }
}
