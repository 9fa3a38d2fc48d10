//! Text that others have written: files, and standard input.

use crate::error::InputError;
use encoding_rs::UTF_8;

/// The text in these bytes: UTF-8, or what the byte order mark says, for Windows PowerShell redirects as UTF-16.
pub fn decode(bytes: &[u8], file: &str) -> Result<String, InputError> {
    let (text, _, damaged) = UTF_8.decode(bytes);
    if damaged { Err(InputError::NoText { file: file.to_owned() }) } else { Ok(text.into_owned()) }
}

/// The column of a word in its line, from 1 on.
pub fn column(line: &str, word: &str) -> u64 {
    let ends = |next: Option<char>| next.is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '='));
    let is_whole = |place: &usize| {
        let (before, after) = (&line[..*place], &line[place + word.len()..]);
        ends(before.chars().next_back()) && ends(after.chars().next())
    };
    let place = line.match_indices(word).map(|(place, _)| place).find(is_whole);
    place.map_or(0, |place| line[..place].chars().count() as u64) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_that_of_the_whole_word() {
        assert_eq!([column("a 1.0 0", "0"), column("größer 0", "0"), column("a", "b")], [7, 8, 1]);
    }
}
