//! What of the live view fits the terminal.

use anstream::adapter::strip_str;
use unicode_width::UnicodeWidthStr;

/// A table and the lines below it.
pub fn join<S: AsRef<str>>(table: Vec<S>, lines: &[&str]) -> String {
    let join = |table: Vec<S>| table.iter().map(AsRef::as_ref).collect::<Vec<_>>().join("\n");
    match (table.is_empty(), lines.is_empty()) {
        (true, _) => lines.join("\n"),
        (_, true) => join(table),
        (false, false) => format!("{}\n\n{}", join(table), lines.join("\n")),
    }
}

/// As [`join`], with as many lines as the terminal has room for: the first ones of the table, of which the very first
/// are its headers, and the last ones of the others. What is left out of the table is counted.
pub fn fitting(table: &[&str], lines: &[&str], (width, height): (u16, u16)) -> String {
    let rows = |line: &&str| rows(line, usize::from(width));
    let needed: usize = table.iter().map(rows).sum();
    // The cursor waits in the last row.
    let room = usize::from(height).saturating_sub(1);
    // The table leaves half of the terminal to the other lines, or more if it is short, but for an empty line.
    let for_lines = room.saturating_sub(needed + 1).max((room / 2).saturating_sub(1));
    let for_lines = if table.is_empty() { room } else { for_lines };
    let kept = count(lines.iter().rev().map(rows), for_lines);
    let lines = &lines[lines.len() - kept..];
    let below: usize = lines.iter().map(rows).sum();
    let room = room.saturating_sub(if lines.is_empty() { 0 } else { below + 1 });
    if needed <= room {
        return join(table.to_vec(), lines);
    }
    // One row is for the line that counts the others.
    let kept = count(table.iter().map(rows), room.saturating_sub(1)).max(1);
    let more = table.len().saturating_sub(kept);
    let shown = table.iter().take(kept).map(|line| (*line).to_owned());
    join(shown.chain([format!("… and {more} more")]).collect(), lines)
}

/// Rows of the terminal that a line takes.
fn rows(line: &str, width: usize) -> usize {
    strip_str(line).to_string().width().div_ceil(width.max(1)).max(1)
}

/// How many of the lines, each of so many rows, there is room for.
fn count(lines: impl Iterator<Item = usize>, room: usize) -> usize {
    let ends = lines.scan(0, |end, rows| {
        *end += rows;
        Some(*end)
    });
    ends.take_while(|end| *end <= room).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [&str; 6] = ["HEADER", "1", "2", "3", "4", "5"];

    fn view(lines: &[&str], size: (u16, u16)) -> Vec<String> {
        let view = fitting(&TABLE, lines, size);
        let taken: usize = view.lines().map(|line| rows(line, size.0.into())).sum();
        assert!(taken < size.1.into(), "{taken} rows and the cursor on {size:?}: {view}");
        view.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_view_is_never_higher_than_the_terminal() {
        assert_eq!(view(&[], (80, 7)), TABLE);
        assert_eq!(view(&[], (80, 6)), ["HEADER", "1", "2", "3", "… and 2 more"]);
        assert_eq!(view(&["a", "b"], (80, 10)), [&TABLE[..], &["", "a", "b"]].concat());
        assert_eq!(view(&["a", "b"], (80, 9)), ["HEADER", "1", "2", "3", "… and 2 more", "", "a", "b"]);
        assert_eq!(view(&["a", "b", "c"], (80, 7)), ["HEADER", "1", "… and 4 more", "", "b", "c"]);
        assert_eq!(view(&["long long", "b"], (20, 10)).len(), 9);
        assert_eq!(view(&["a line of 24 characters.", "b"], (12, 10)).last().map(String::as_str), Some("b"));
        (4..20).for_each(|height| drop(view(&["a line of 24 characters.", "b", "c", "d"], (12, height))));
    }

    #[test]
    fn colors_take_no_room() {
        assert_eq!(rows("\u{1b}[38;5;10mReachable\u{1b}[39m", 9), 1);
        assert_eq!((rows("", 9), rows("ten signs.", 9)), (1, 2));
    }
}
